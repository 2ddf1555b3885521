"""How much was reported of members, and when they ordered last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, true
from sqlmodel import col

from app.db import Reader, Statement
from app.facts.models import FactRow, OrderRow
from app.facts.rules.activities import ACTIVITIES
from app.facts.rules.kinds import FactKind

NUMBERS = Statement(
    FactRow,
    lambda _, keys: (
        select(col(FactRow.member_id), col(FactRow.kind), func.count().label("number"))
        .where(keys.hold(col(FactRow.member_id)))
        .group_by(col(FactRow.member_id), col(FactRow.kind))
    ),
    always=("member_id",),
)
LAST_ORDERS = Statement(
    OrderRow,
    lambda _, keys: (
        select(col(OrderRow.member_id), func.max(col(OrderRow.paid_at)).label("paid_at"))
        .where(keys.hold(col(OrderRow.member_id)))
        .group_by(col(OrderRow.member_id))
    ),
    always=("member_id",),
)


@dataclass(frozen=True)
class Reported:
    """How much other systems reported of a member."""

    orders: int
    """Paid ones."""
    refunds: int
    activities: int


def last_order_of(member_id: Any) -> Any:
    """When a member's last order was paid, as an expression over their id; null: never."""
    return select(func.max(col(OrderRow.paid_at))).where(col(OrderRow.member_id) == member_id).scalar_subquery()


def last_order_beside(member_id: Any) -> tuple[Any, Any, Any]:
    """The same for a statement that needs it more than once: what to join, the condition, and the instant in it."""
    last = (
        select(func.max(col(OrderRow.paid_at)).label("at")).where(col(OrderRow.member_id) == member_id).lateral("last")
    )
    return last, true(), last.c.at


async def last_orders(db: Reader, member_ids: Sequence[UUID]) -> list[datetime | None]:
    """When each member's last order was paid; None: never."""
    found = {row.member_id: row.paid_at for row in await db.fetch(LAST_ORDERS, member_ids)}
    return [found.get(key) for key in member_ids]


async def numbers_reported(db: Reader, member_ids: Sequence[UUID]) -> list[Reported]:
    rows: list[Any] = list(await db.fetch(NUMBERS, member_ids))
    numbers = {(row["member_id"], row["kind"]): row["number"] for row in rows}

    def of(member_id: UUID, *kinds: FactKind) -> int:
        return sum(numbers.get((member_id, kind.name), 0) for kind in kinds)

    return [
        Reported(of(key, FactKind.ORDER_PAID), of(key, FactKind.REFUND), of(key, *ACTIVITIES)) for key in member_ids
    ]
