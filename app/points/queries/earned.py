"""What members have earned: in a period, by rule, towards the caps of that period; and by one cause."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlmodel import col

from app.db import Reader, Statement
from app.points.models import LotRow
from app.points.rules.caps import Adding, Capped, capped, nothing_added, spans_of, that_apply
from app.points.rules.kinds import Cause
from app.points.section import PointsSection
from app.programs.rules import ProgramVersion

from .spans import used_within, within_spans

EARNED_WITHIN = within_spans(LotRow, col(LotRow.earned))
EARNED_BY = Statement(
    LotRow,
    lambda _, keys: (
        select(col(LotRow.member_id), col(LotRow.cause_id), func.sum(col(LotRow.earned)).label("earned"))
        .where(keys.hold_pair(col(LotRow.member_id), col(LotRow.cause_id)), col(LotRow.cause) == bindparam("cause"))
        .group_by(col(LotRow.member_id), col(LotRow.cause_id))
    ),
    "cause",
    always=("member_id", "cause_id"),
    pairs=True,
)


async def points_left(
    db: Reader,
    *,
    member_id: UUID | None,
    earned: Sequence[tuple[str, int]],
    adding: Adding = nothing_added,
    version: ProgramVersion,
    at: datetime,
) -> list[Capped]:
    """What the caps of a version leave of the points that its rules give at an instant, and of what is added to them
    (R25, R27).

    One statement, and only if a cap applies. Exact under the member's lock; without it, and for somebody who is no
    member (None), what it would come to now.
    """
    given = [rule for rule, amount in earned if amount or adding is not nothing_added]
    caps = that_apply(version.section(PointsSection).caps, rules=given)
    spans = spans_of(caps, at=at, zone=version.zone)
    used = await used_within(db, EARNED_WITHIN, member_id, spans)
    return capped(earned, caps, used=used, at=at, zone=version.zone, adding=adding)


async def earned_by(db: Reader, causes: Sequence[tuple[UUID, UUID]], *, cause: Cause) -> list[int]:
    """Points that each cause earned, by all rules; causes of one kind, by (member id, id)."""
    rows = await db.fetch(EARNED_BY, causes, cause.name)
    found = {(row.member_id, row.cause_id): row.earned for row in rows}
    return [found.get(key, 0) for key in causes]
