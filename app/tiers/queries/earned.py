"""Growth that members were brought in a period, by rule, towards the caps of that period."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import col

from app.db import Reader
from app.points.queries.spans import used_within, within_spans
from app.points.rules.caps import Adding, Capped, Span, UsedBy, capped, nothing_added, spans_of, that_apply
from app.programs.rules import ProgramVersion
from app.tiers.models import GrowthEntryRow
from app.tiers.section import TiersSection

BROUGHT_WITHIN = within_spans(GrowthEntryRow, col(GrowthEntryRow.change))


async def growth_left(
    db: Reader,
    *,
    member_id: UUID | None,
    earned: Sequence[tuple[str, int]],
    adding: Adding = nothing_added,
    version: ProgramVersion,
    at: datetime,
) -> list[Capped]:
    """What the caps of a version leave of the growth that its rules bring at an instant, and of what is added (R25,
    R27).

    One statement, and only if a cap applies. Exact under the member's lock; without it, and for somebody who is no
    member (None), what it would come to now.
    """
    given = [rule for rule, amount in earned if amount or adding is not nothing_added]
    caps = that_apply(version.section(TiersSection).caps, rules=given)
    used = await growth_used(db, member_id, spans_of(caps, at=at, zone=version.zone))
    return capped(earned, caps, used=used, at=at, zone=version.zone, adding=adding)


async def growth_used(db: Reader, member_id: UUID | None, spans: Sequence[Span]) -> UsedBy:
    """What rules brought a member in these periods; nothing for who is none."""
    return await used_within(db, BROUGHT_WITHIN, member_id, spans)
