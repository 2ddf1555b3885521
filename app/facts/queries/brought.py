"""What orders of some members brought of late, in all: for looking at what a campaign would have brought more."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlmodel import col

from app.db import Reader, Statement
from app.db.columns import INSTANT
from app.facts.models import OrderRow

BROUGHT = Statement(
    OrderRow,
    lambda _, keys: (
        select(
            col(OrderRow.member_id),
            col(OrderRow.channel),
            func.count().label("orders"),
            func.sum(col(OrderRow.points)).label("points"),
            func.sum(col(OrderRow.growth)).label("growth"),
        )
        .where(keys.hold(col(OrderRow.member_id)), col(OrderRow.paid_at) >= bindparam("since", type_=INSTANT))
        .group_by(col(OrderRow.member_id), col(OrderRow.channel))
    ),
    "since",
    always=("member_id",),
)


class BroughtByOrders(NamedTuple):
    """Of a member's orders from one channel."""

    member_id: UUID
    channel: str | None
    orders: int
    points: int
    growth: int


async def brought_by_orders(db: Reader, member_ids: Sequence[UUID], *, since: datetime) -> list[BroughtByOrders]:
    """Of orders that were paid at that instant or later. One statement, if there are any members."""
    rows: list[Any] = list(await db.fetch(BROUGHT, member_ids, since)) if member_ids else []
    return [BroughtByOrders(*(row[name] for name in BroughtByOrders._fields)) for row in rows]
