"""Growth that members were brought in a period, by rule, towards the caps of that period."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlmodel import col

from app.db import Reader, Statement
from app.points.queries.earned import SPANS
from app.points.rules.caps import Capped, Span, Used, UsedBy, capped, spans_of, that_apply
from app.programs.rules import ProgramVersion
from app.tiers.models import GrowthEntryRow
from app.tiers.rules import GrowthCause
from app.tiers.section import TiersSection

IS_BY_RULE = or_(
    col(GrowthEntryRow.cause) == GrowthCause.ORDER.name, col(GrowthEntryRow.cause) == GrowthCause.ACTIVITY.name
)
"""What rules of the section brought, whatever was taken back of it since: nothing is shared out again (R25)."""
BROUGHT_WITHIN = Statement(
    GrowthEntryRow,
    lambda _, keys: (
        select(
            SPANS.c.since.label("earned_at"),
            SPANS.c.until.label("counts_at"),
            col(GrowthEntryRow.rule),
            func.sum(col(GrowthEntryRow.change)).label("change"),
            func.count().label("growth_after"),
        )
        .select_from(SPANS)
        .where(keys.hold(col(GrowthEntryRow.member_id)), IS_BY_RULE)
        .where(col(GrowthEntryRow.earned_at) >= SPANS.c.since, col(GrowthEntryRow.earned_at) < SPANS.c.until)
        .group_by(SPANS.c.since, SPANS.c.until, col(GrowthEntryRow.rule))
    ),
    "since",
    "until",
    always=("member_id",),
)
"""A row for each period and rule, under names that an entry has: the period from `earned_at` until `counts_at`, growth
`change`, and how many entries `growth_after`."""


async def growth_left(
    db: Reader, *, member_id: UUID | None, earned: Sequence[tuple[str, int]], version: ProgramVersion, at: datetime
) -> list[Capped]:
    """What the caps of a version leave of the growth that its rules bring at an instant (R25, R27).

    One statement, and only if a cap applies. Exact under the member's lock; without it, and for somebody who is no
    member (None), what it would come to now.
    """
    caps = that_apply(version.section(TiersSection).caps, rules=[rule for rule, amount in earned if amount])
    used = await used_within(db, member_id, spans_of(caps, at=at, zone=version.zone))
    return capped(earned, caps, used=used, at=at, zone=version.zone)


async def used_within(db: Reader, member_id: UUID | None, spans: Sequence[Span]) -> UsedBy:
    """What rules brought a member in these periods; nothing for who is none."""
    if member_id is None or not spans:
        return {}
    since, until = zip(*spans, strict=True)
    rows = await db.fetch(BROUGHT_WITHIN, [member_id], list(since), list(until))
    return {((row.earned_at, row.counts_at), row.rule): Used(row.change, row.growth_after) for row in rows}
