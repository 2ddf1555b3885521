"""Every write of growth and tiers. All of them run under the member's lock."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.db import Transaction, insert_of
from app.errors import BadInput
from app.members.commands import stand
from app.outbox import tell
from app.programs.money import MOST
from app.programs.rules import ProgramVersion

from .events import TierReached
from .models import GrowthEntryRow, TierChangeRow
from .queries import newest_entry
from .rules import GrowthCause, raised, reached_at
from .section import TiersSection

INSERT_ENTRY = insert_of(GrowthEntryRow)
INSERT_CHANGE = insert_of(TierChangeRow)


@dataclass(frozen=True)
class Grown:
    """Growth that a cause brings by a rule of the program."""

    amount: int
    cause: GrowthCause
    cause_id: UUID
    rule: str
    counts_at: datetime


@dataclass(frozen=True)
class StandingMember:
    """A member whose row is locked, and where they stand."""

    id: UUID
    growth: int
    tier: str | None
    tier_since: datetime | None


async def grow(
    tx: Transaction,
    *,
    member: StandingMember,
    program: ProgramVersion,
    ladder: ProgramVersion,
    grown: Grown,
    now: datetime,
) -> StandingMember:
    """Enter growth, and raise the member at once to the tier it reaches (R16, R17). Nothing for 0 growth.

    `program` is the version by which it grew (R25), `ladder` the one on whose ladder the member stands now.
    May raise BadInput: more growth than a member can have.
    """
    if grown.amount == 0:
        return member
    growth = member.growth + grown.amount
    if growth > MOST:
        raise BadInput(f"A member's growth can be at most {MOST}.")
    entry_id = tx.id_after(await newest_entry(tx, member_id=member.id))
    await tx.run(
        INSERT_ENTRY,
        member_id=member.id,
        id=entry_id,
        change=grown.amount,
        growth_after=growth,
        cause=grown.cause.name,
        cause_id=grown.cause_id,
        rule=grown.rule,
        program_version=program.number,
        ladder_version=ladder.number,
        counts_at=grown.counts_at,
    )
    reached = raised(ladder.section(TiersSection), held=member.tier, growth=growth)
    if reached is None:
        await stand(tx, member_id=member.id, growth=growth, tier=member.tier, since=member.tier_since)
        return StandingMember(member.id, growth, member.tier, member.tier_since)
    since = reached_at(grown.counts_at, held_since=member.tier_since)
    after = StandingMember(member.id, growth, reached.code, since)
    await _raise(tx, before=member, after=after, grown=grown, entry_id=entry_id, ladder=ladder, now=now)
    return after


async def _raise(
    tx: Transaction,
    *,
    before: StandingMember,
    after: StandingMember,
    grown: Grown,
    entry_id: UUID,
    ladder: ProgramVersion,
    now: datetime,
) -> None:
    """Write the tier that was reached, keep that it was, and tell."""
    if after.tier is None or after.tier_since is None:
        raise TypeError("nobody is raised to no tier")
    await stand(tx, member_id=after.id, growth=after.growth, tier=after.tier, since=after.tier_since)
    await tx.run(
        INSERT_CHANGE,
        member_id=after.id,
        id=entry_id,
        from_tier=before.tier,
        to_tier=after.tier,
        cause=grown.cause.name,
        cause_id=grown.cause_id,
        program_version=ladder.number,
        changed_at=after.tier_since,
    )
    event = TierReached(after.id, before.tier, after.tier, after.tier_since)
    await tell(tx, member_id=after.id, event=event, now=now)
