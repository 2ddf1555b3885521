"""What members have earned: in a period, by rule, towards the caps of that period; and by one cause."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, bindparam, column, func, or_, select
from sqlmodel import col

from app.db import Reader, Statement
from app.db.columns import INSTANT
from app.points.models import LotRow
from app.points.rules.caps import Capped, Span, Used, UsedBy, capped, spans_of, that_apply
from app.points.rules.kinds import Cause
from app.points.section import PointsSection
from app.programs.rules import ProgramVersion

IS_BY_RULE = or_(col(LotRow.cause) == Cause.ORDER.name, col(LotRow.cause) == Cause.ACTIVITY.name)
"""What rules of `earning` and `actions` earned."""
SPANS = (
    func.unnest(bindparam("since", type_=ARRAY(INSTANT)), bindparam("until", type_=ARRAY(INSTANT)))
    .table_valued(column("since", INSTANT), column("until", INSTANT))
    .render_derived(name="span")
)
EARNED_WITHIN = Statement(
    LotRow,
    lambda _, keys: (
        select(
            SPANS.c.since.label("earned_at"),
            SPANS.c.until.label("expires_at"),
            col(LotRow.rule),
            func.sum(col(LotRow.earned)).label("earned"),
            func.count().label("remaining"),
        )
        .select_from(SPANS)
        .where(keys.hold(col(LotRow.member_id)), IS_BY_RULE)
        .where(col(LotRow.earned_at) >= SPANS.c.since, col(LotRow.earned_at) < SPANS.c.until)
        .group_by(SPANS.c.since, SPANS.c.until, col(LotRow.rule))
    ),
    "since",
    "until",
    always=("member_id",),
)
"""A row for each period and rule, under names that a lot has: the period from `earned_at` until `expires_at`, points
`earned`, and how many lots `remaining`."""
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
    db: Reader, *, member_id: UUID | None, earned: Sequence[tuple[str, int]], version: ProgramVersion, at: datetime
) -> list[Capped]:
    """What the caps of a version leave of the points that its rules give at an instant (R25, R27).

    One statement, and only if a cap applies. Exact under the member's lock; without it, and for somebody who is no
    member (None), what it would come to now.
    """
    given = [rule for rule, amount in earned if amount]
    caps = that_apply(version.section(PointsSection).caps, rules=given)
    spans = spans_of(caps, at=at, zone=version.zone)
    used = await _used(db, member_id, spans)
    return capped(earned, caps, used=used, at=at, zone=version.zone)


async def _used(db: Reader, member_id: UUID | None, spans: Sequence[Span]) -> UsedBy:
    if member_id is None or not spans:
        return {}
    rows = await db.fetch(EARNED_WITHIN, [member_id], [since for since, _ in spans], [until for _, until in spans])
    return {((row.earned_at, row.expires_at or row.earned_at), row.rule): Used(row.earned, row.remaining)
            for row in rows}  # fmt: skip


async def earned_by(db: Reader, causes: Sequence[tuple[UUID, UUID]], *, cause: Cause) -> list[int]:
    """Points that each cause earned, by all rules; causes of one kind, by (member id, id)."""
    rows = await db.fetch(EARNED_BY, causes, cause.name)
    found = {(row.member_id, row.cause_id): row.earned for row in rows}
    return [found.get(key, 0) for key in causes]
