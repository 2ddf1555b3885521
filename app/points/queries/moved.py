"""Lots as they are written, whatever is due of them: for explaining what was written of them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import String, bindparam, select
from sqlmodel import col

from app.db import Reader, Statement
from app.db.statements import pair_each
from app.points.models import LotRow
from app.points.rows import lot_of
from app.points.rules import Cause, Lot

from .lots import LOTS

OF_CAUSE = Statement(
    LotRow,
    lambda columns, keys: (
        select(*columns)
        .where(keys.hold_pair(col(LotRow.member_id), col(LotRow.cause_id)))
        .where(col(LotRow.cause) == bindparam("cause", type_=String()))
        .order_by(col(LotRow.id))
    ),
    "cause",
    always=("member_id", "id"),
    pairs=True,
)


async def lots_written(db: Reader, ids: Sequence[tuple[UUID, UUID]]) -> list[Lot | None]:
    """Lots by (member id, id). One statement, if there are any."""
    rows = pair_each(await db.fetch(LOTS, ids), ids) if ids else []
    return [None if row is None else lot_of(row) for row in rows]


async def lots_of_cause(db: Reader, *, member_id: UUID, cause: Cause, cause_id: UUID) -> list[Lot]:
    """What an order, or an activity, earned: by each rule, and by each campaign."""
    return [lot_of(row) for row in await db.fetch(OF_CAUSE, [(member_id, cause_id)], cause.name)]
