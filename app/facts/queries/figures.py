"""How much was reported of members."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import col

from app.db import Reader, Statement
from app.facts.models import FactRow
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


@dataclass(frozen=True)
class Reported:
    """How much other systems reported of a member."""

    orders: int
    """Paid ones."""
    refunds: int
    activities: int


async def numbers_reported(db: Reader, member_ids: Sequence[UUID]) -> list[Reported]:
    rows: list[Any] = list(await db.fetch(NUMBERS, member_ids))
    numbers = {(row["member_id"], row["kind"]): row["number"] for row in rows}

    def of(member_id: UUID, *kinds: FactKind) -> int:
        return sum(numbers.get((member_id, kind.name), 0) for kind in kinds)

    return [
        Reported(of(key, FactKind.ORDER_PAID), of(key, FactKind.REFUND), of(key, *ACTIVITIES)) for key in member_ids
    ]
