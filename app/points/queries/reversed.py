"""What refunds took back of points."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import col

from app.db import Reader, Statement
from app.points.models import EntryRow
from app.points.rules import Cause, EntryKind

TAKEN_BACK = Statement(
    EntryRow,
    lambda _, keys: (
        select(
            col(EntryRow.member_id),
            col(EntryRow.cause_id),
            func.sum(-col(EntryRow.change) - col(EntryRow.pending_change)).label("change"),
        )
        .where(
            keys.hold_pair(col(EntryRow.member_id), col(EntryRow.cause_id)),
            col(EntryRow.cause) == Cause.REFUND.name,
            col(EntryRow.kind) == EntryKind.REVERSED.name,
        )
        .group_by(col(EntryRow.member_id), col(EntryRow.cause_id))
    ),
    always=("member_id", "cause_id"),
    pairs=True,
)


async def taken_back_by(db: Reader, refunds: Sequence[tuple[UUID, UUID]]) -> list[int]:
    """Points that each refund took back of what could be spent, what was pending, and what is owed since; by (member
    id, id of its fact)."""
    found = {(row.member_id, row.cause_id): row.change for row in await db.fetch(TAKEN_BACK, refunds)}
    return [found.get(key, 0) for key in refunds]
