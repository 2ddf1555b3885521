"""What must be true of a member's growth and tier: all that is written, reckoned anew, leads to where they stand (R5,
R15-R20).

What takes growth back is as the entry that brought it, and takes no more than that brought.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.db import Reader
from app.members.proving import Claim, Published, by_member
from app.programs.rules import Program

from .models import GrowthEntryRow, TierChangeRow
from .queries import growth_entries, tier_changes
from .rules import FLOORS, STAFF, History, Standing, TierChangeKind, ladders_of, reckon
from .rules.stands import HasStanding
from .section import TiersSection

EARNED = (
    "growth",
    "growth_until",
    "ladder_version",
    "tier",
    "tier_since",
    "tier_until",
    "renewal_growth",
    "notice_at",
    "standing_at",
)
"""Columns of a member that are held against what was reckoned."""
NO_STEP = STAFF | {TierChangeKind.NOTICED.name}


@dataclass(frozen=True)
class GrowthBook:
    """All that is written of a member's growth, and of what it did; each in the order of ids."""

    entries: Sequence[GrowthEntryRow]
    changes: Sequence[TierChangeRow]


async def growth_books(db: Reader, member_ids: Sequence[UUID]) -> list[GrowthBook]:
    """Two statements, however many members."""
    entries = by_member(await growth_entries(db, member_ids))
    changes = by_member(await tier_changes(db, member_ids))
    return [GrowthBook(entries.get(key, ()), changes.get(key, ())) for key in member_ids]


def growth_claims(book: GrowthBook, member: HasStanding, *, published: Published, now: datetime) -> Iterator[Claim]:
    growth = 0
    for entry in book.entries:
        yield Claim("growth_entries.growth_after", entry.id, growth + entry.change, entry.growth_after)
        growth = entry.growth_after
        is_published = published.exists(entry.program_version)
        yield Claim("growth_entries.program_version: is published", entry.id, True, is_published)
    yield from _taken_back(book.entries)
    for change in book.changes:
        is_published = published.exists(change.program_version)
        yield Claim("tier_changes.program_version: is published", change.id, True, is_published)
    yield from _manual(book.changes, member)
    if published.held and published.version(member.ladder_version or 1):
        yield from _reckoned(book, member, program=published.held, now=now)
    else:
        yield Claim("members.growth, of all there is", None, min(growth, member.growth), member.growth)


def _taken_back(entries: Sequence[GrowthEntryRow]) -> Iterator[Claim]:
    """Each original comes before what takes it back, which has its rule, version and dates (R15)."""
    brought: dict[UUID, GrowthEntryRow] = {}
    taken: Counter[UUID] = Counter()
    for entry in entries:
        if entry.reverses is None:
            brought[entry.id] = entry
            continue
        taken[entry.reverses] -= entry.change
        original = brought.get(entry.reverses)
        expected = None if original is None else _reckoned_by(original)
        yield Claim("growth_entries: rule, version and dates, by what it takes back", entry.id,
                    expected, _reckoned_by(entry))  # fmt: skip
    for key, original in brought.items():
        yield Claim("growth_entries: taken back of it", key, min(taken[key], original.change), taken[key])


def _reckoned_by(entry: GrowthEntryRow) -> tuple[str, int, datetime, datetime]:
    return entry.rule, entry.program_version, entry.earned_at, entry.counts_at


def _manual(changes: Sequence[TierChangeRow], member: HasStanding) -> Iterator[Claim]:
    """What staff set last stands, unless it is over (R23)."""
    last = next((change for change in reversed(changes) if change.kind in STAFF), None)
    is_set = last is not None and last.kind == TierChangeKind.MANUAL.name
    tier, until, hold = (last.manual_tier, last.tier_until, last.manual_hold) if is_set and last else (None,) * 3
    yield Claim("members.manual_tier, by its changes", None, tier, member.manual_tier)
    yield Claim("members.manual_until, by its changes", None, until, member.manual_until)
    yield Claim("members.manual_hold, by its changes", None, hold, member.manual_hold)


def _reckoned(book: GrowthBook, member: HasStanding, *, program: Program, now: datetime) -> Iterator[Claim]:
    """Where the member stands, by all that is written: as of the last instant for which that was said."""
    history = History(program, member.registered_at, book.entries, book.changes)
    reckoned = reckon(history, now=_until(member, program=program, now=now)).standing
    for name in EARNED:
        yield Claim(f"members.{name}, by its growth", None, getattr(reckoned, name), getattr(member, name))
    due = [at for at in (reckoned.standing_due_at, member.manual_until) if at is not None]
    is_late = due and (member.standing_due_at is None or member.standing_due_at > min(due))
    yield Claim("members.standing_due_at: no later than that", None, min(due) if is_late else member.standing_due_at,
                member.standing_due_at)  # fmt: skip
    yield from _chained(book.changes, reckoned, program=program)


def _bases(program: Program) -> frozenset[str]:
    """Codes of the base tier, of whatever version."""
    return frozenset(version.section(TiersSection).ladder[0].code for version in program.versions.values())


def _chained(changes: Sequence[TierChangeRow], reckoned: Standing, *, program: Program) -> Iterator[Claim]:
    """Each change begins with the tier that the one before led to, and the last led to the one that is earned."""
    bases, earned = _bases(program), None
    for change in changes:
        from_tier, to_tier = (None if code in bases else code for code in (change.from_tier, change.to_tier))
        yield Claim("tier_changes.from_tier, by the one before", change.id, earned, from_tier)
        if change.kind in NO_STEP:
            yield Claim("tier_changes.to_tier: as before", change.id, from_tier, to_tier)
        earned = from_tier if _is_below(change, program) else to_tier
    yield Claim("tier_changes.to_tier of the last, by the growth", None, reckoned.tier, earned)


def _is_below(change: TierChangeRow, program: Program) -> bool:
    """Is it a floor below the tier that was held, for longer?"""
    version = program.versions.get(change.program_version)
    if change.kind not in FLOORS or version is None:
        return False
    section = version.section(TiersSection)
    if not section.knows(change.from_tier) or not section.knows(change.to_tier):
        return False
    return section.tier(change.from_tier).threshold > section.tier(change.to_tier).threshold


def _until(member: HasStanding, *, program: Program, now: datetime) -> datetime:
    """What is due since, and not settled yet, is not said of the member's row."""
    ends = [] if member.standing_due_at is None else [member.standing_due_at]
    numbers = [version.number for version in ladders_of(program)]
    if member.ladder_version in numbers[:-1]:
        ends.append(ladders_of(program)[numbers.index(member.ladder_version) + 1].effective_from)
    due = min(ends, default=None)
    at = now if due is None or due > now else due - timedelta(microseconds=1)
    return max(at, member.standing_at or at, member.notice_at or at)
