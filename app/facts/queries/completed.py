"""Orders that are completed, for who wants to know the first of a member's (R37)."""

from uuid import UUID

from sqlalchemy import Integer, bindparam, literal_column, select
from sqlmodel import col

from app.db import Reader, Statement
from app.facts.models import OrderRow

FIRST = Statement(
    OrderRow,
    lambda columns, keys: (
        select(*columns)
        .where(
            keys.hold(col(OrderRow.member_id)),
            col(OrderRow.completed_at).is_not(None),
            col(OrderRow.paid_at).is_not(None),
            col(OrderRow.brings_points),
            bindparam("at_least", type_=Integer) <= col(OrderRow.eligible_left),
        )
        .order_by(col(OrderRow.completed_at), col(OrderRow.source), col(OrderRow.external_id))
        .limit(literal_column("1", Integer))
    ),
    "at_least",
)


async def first_completed(db: Reader, *, member_id: UUID, at_least: int) -> OrderRow | None:
    """The order of a member that was completed first, of those that are paid and not refunded down below `at_least`,
    in minor units: of what earns (R13), and more than nothing. Orders of history that brings nothing do not count
    (R19)."""
    found = await db.fetch(FIRST, [member_id], max(at_least, 1))
    return found[0] if found else None
