"""Growth that comes, and the tiers it reaches."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.db import Transaction
from app.errors import BadInput
from app.outbox import tell
from app.programs.money import MOST
from app.programs.rules import ProgramVersion
from app.tiers.events import TierReached
from app.tiers.queries import newest_entry
from app.tiers.rules import GrowthCause, climbed
from app.tiers.section import TiersSection

from .standing import INSERT_ENTRY, StandingMember, keep_change, stand


@dataclass(frozen=True)
class Grown:
    """Growth that a cause brings by a rule of the program."""

    amount: int
    cause: GrowthCause
    cause_id: UUID
    rule: str
    counts_at: datetime


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
        reverses=None,
    )
    section = ladder.section(TiersSection)
    place = climbed(section, held=member.place, growth=growth, counts_at=grown.counts_at)
    after = await stand(tx, member_id=member.id, growth=growth, place=place)
    if after.tier is not None and after.tier_since is not None and after.tier != member.tier:
        reached = TierReached(member.id, member.tier, after.tier, after.tier_since)
        await _told(tx, reached, entry_id=entry_id, grown=grown, ladder=ladder, now=now)
    return after


async def _told(
    tx: Transaction, reached: TierReached, *, entry_id: UUID, grown: Grown, ladder: ProgramVersion, now: datetime
) -> None:
    """Keep and tell that a tier was reached."""
    await keep_change(
        tx,
        member_id=reached.member_id,
        entry_id=entry_id,
        from_tier=reached.from_tier,
        to_tier=reached.to_tier,
        cause=grown.cause,
        cause_id=grown.cause_id,
        ladder=ladder,
        at=reached.at,
    )
    await tell(tx, member_id=reached.member_id, event=reached, now=now)
