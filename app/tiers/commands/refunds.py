"""Growth that is taken back, and the tiers that rested on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.db import Transaction
from app.outbox import tell
from app.programs.rules import Programs, ProgramVersion
from app.tiers.events import TierCorrected
from app.tiers.models import GrowthEntryRow
from app.tiers.queries import growth_entries
from app.tiers.rules import GrowthCause, Reversal, corrected, left_of
from app.tiers.section import TiersSection

from .standing import INSERT_ENTRY, StandingMember, keep_change, stand


@dataclass(frozen=True)
class Shrunk:
    """Growth that a cause takes back of what another one brought by a rule of the program."""

    amount: int
    """What is taken back, above 0."""
    cause: GrowthCause
    cause_id: UUID
    rule: str
    of_cause: GrowthCause
    of_cause_id: UUID


async def shrink(
    tx: Transaction,
    *,
    member: StandingMember,
    programs: Programs,
    ladder: ProgramVersion,
    shrunk: Shrunk,
    now: datetime,
) -> StandingMember:
    """Take growth back with the date and version of the entry that brought it, and correct at once a tier that rests
    on it: as if it had never been (R15, see `rules.corrected`). Nothing for 0 growth.

    `ladder` is the version on whose ladder the member stands now.
    May raise LookupError: there is no such entry; ValueError: that much is not left of it; Overloaded: a ladder that
    the member climbed is not held here yet.
    """
    if shrunk.amount == 0:
        return member
    entries = await growth_entries(tx, [member.id])
    original = _original(entries, shrunk)
    entry = Reversal(
        tx.id_after(entries[-1].id), -shrunk.amount, ladder.number, original.counts_at, reverses=original.id
    )
    growth = member.growth - shrunk.amount
    await tx.run(
        INSERT_ENTRY,
        member_id=member.id,
        id=entry.id,
        change=entry.change,
        growth_after=growth,
        cause=shrunk.cause.name,
        cause_id=shrunk.cause_id,
        rule=shrunk.rule,
        program_version=original.program_version,
        ladder_version=entry.ladder_version,
        counts_at=entry.counts_at,
        reverses=entry.reverses,
    )
    place = corrected(
        [*entries, entry],
        held=member.place,
        ladders=lambda number: programs.version(ladder.code, number).section(TiersSection),
    )
    after = await stand(tx, member_id=member.id, growth=growth, place=place)
    if after.tier != member.tier:
        await _told(tx, before=member, after=after, entry_id=entry.id, shrunk=shrunk, ladder=ladder, now=now)
    return after


def _original(entries: Sequence[GrowthEntryRow], shrunk: Shrunk) -> GrowthEntryRow:
    """The entry of which growth is taken back."""
    wanted = (shrunk.of_cause.name, shrunk.of_cause_id, shrunk.rule)
    found = next((each for each in entries if (each.cause, each.cause_id, each.rule) == wanted), None)
    if found is None:
        raise LookupError("there is no growth of which this could be taken back")
    left = left_of(entries)[found.id]
    if not 0 < shrunk.amount <= left:
        raise ValueError(f"{shrunk.amount} growth cannot be taken back of {left}")
    return found


async def _told(
    tx: Transaction,
    *,
    before: StandingMember,
    after: StandingMember,
    entry_id: UUID,
    shrunk: Shrunk,
    ladder: ProgramVersion,
    now: datetime,
) -> None:
    """Keep and tell that the tier was corrected."""
    section = ladder.section(TiersSection)
    from_tier, to_tier = (code or section.ladder[0].code for code in (before.tier, after.tier))
    await keep_change(
        tx,
        member_id=after.id,
        entry_id=entry_id,
        from_tier=from_tier,
        to_tier=to_tier,
        cause=shrunk.cause,
        cause_id=shrunk.cause_id,
        ladder=ladder,
        at=now,
    )
    event = TierCorrected(after.id, from_tier, to_tier, now)
    await tell(tx, member_id=after.id, event=event, now=now)
