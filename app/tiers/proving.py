"""What must be true of a member's growth and tier: the ladder, climbed again, leads to where they stand (R5, R15, R16).

What takes growth back is as the entry that brought it, and takes no more than that brought.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import NamedTuple, Protocol
from uuid import UUID

from app.db import Reader
from app.members.proving import Claim, Published, by_member
from app.programs.rules import Program

from .models import GrowthEntryRow, TierChangeRow
from .queries import growth_entries, tier_changes
from .rules import BASE, Place, climbed_by
from .section import TiersSection


class Standing(Protocol):
    """What a member's row says of where the member stands."""

    @property
    def growth(self) -> int: ...
    @property
    def tier(self) -> str | None: ...
    @property
    def tier_since(self) -> datetime | None: ...


@dataclass(frozen=True)
class GrowthBook:
    """All that is written of a member's growth, and of what it did; each in the order of ids."""

    entries: Sequence[GrowthEntryRow]
    changes: Sequence[TierChangeRow]


class Step(NamedTuple):
    """A change of tier, but for its id."""

    from_tier: str | None
    to_tier: str
    cause: str
    cause_id: UUID
    program_version: int
    changed_at: datetime | None
    """None: whenever a refund was entered, which growth does not say."""


async def growth_books(db: Reader, member_ids: Sequence[UUID]) -> list[GrowthBook]:
    """Two statements, however many members."""
    entries = by_member(await growth_entries(db, member_ids))
    changes = by_member(await tier_changes(db, member_ids))
    return [GrowthBook(entries.get(key, ()), changes.get(key, ())) for key in member_ids]


def growth_claims(book: GrowthBook, member: Standing, *, published: Published) -> Iterator[Claim]:
    growth = 0
    for entry in book.entries:
        yield Claim("growth_entries.growth_after", entry.id, growth + entry.change, entry.growth_after)
        growth = entry.growth_after
        is_published = published.exists(entry.program_version)
        yield Claim("growth_entries.program_version: is published", entry.id, True, is_published)
        is_published = published.exists(entry.ladder_version)
        yield Claim("growth_entries.ladder_version: is published", entry.id, True, is_published)
    yield from _taken_back(book.entries)
    yield Claim("members.growth, by the last entry", None, growth, member.growth)
    yield Claim("members.growth, by all entries", None, sum(entry.change for entry in book.entries), member.growth)
    if published.held and all(published.version(entry.ladder_version) for entry in book.entries):
        yield from _climbed(book, member, program=published.held)


def _taken_back(entries: Sequence[GrowthEntryRow]) -> Iterator[Claim]:
    """Each original comes before what takes it back, which has its rule, version and date (R15)."""
    brought: dict[UUID, GrowthEntryRow] = {}
    taken: Counter[UUID] = Counter()
    for entry in entries:
        if entry.reverses is None:
            brought[entry.id] = entry
            continue
        taken[entry.reverses] -= entry.change
        original = brought.get(entry.reverses)
        expected = None if original is None else _reckoned(original)
        yield Claim("growth_entries: rule, version and date, by what it takes back", entry.id,
                    expected, _reckoned(entry))  # fmt: skip
    for key, original in brought.items():
        yield Claim("growth_entries: taken back of it", key, min(taken[key], original.change), taken[key])


def _reckoned(entry: GrowthEntryRow) -> tuple[str, int, datetime]:
    return entry.rule, entry.program_version, entry.counts_at


def _climbed(book: GrowthBook, member: Standing, *, program: Program) -> Iterator[Claim]:
    """The tier, by the ladders that the growth was held against. Left out while one of them is not held here yet."""
    places = list(climbed_by(book.entries, ladders=lambda number: program.versions[number].section(TiersSection)))
    steps = [
        _led(entry, before=before, after=after, ladder=program.versions[entry.ladder_version].section(TiersSection))
        for entry, before, after in zip(book.entries, [BASE, *places], places, strict=False)
        if before.tier != after.tier
    ]
    for expected, found in zip_longest(steps, book.changes):
        of = None if found is None else found.id
        yield Claim("tier_changes", of, _dated(expected, found), None if found is None else _step(found))
    place = places[-1] if places else BASE
    yield Claim("members.tier, by its growth", None, place.tier, member.tier)
    yield Claim("members.tier_since, by its growth", None, place.since, member.tier_since)


def _led(entry: GrowthEntryRow, *, before: Place, after: Place, ladder: TiersSection) -> Step:
    """The change of tier that an entry led to. A correction is dated when it was made, which the entry does not say."""
    is_raised = entry.reverses is None
    to_tier = after.tier or ladder.ladder[0].code
    changed_at = after.since if is_raised else None
    return Step(before.tier, to_tier, entry.cause, entry.cause_id, entry.ladder_version, changed_at)


def _dated(expected: Step | None, found: TierChangeRow | None) -> Step | None:
    if expected is None or found is None or expected.changed_at is not None:
        return expected
    return expected._replace(changed_at=found.changed_at)


def _step(row: TierChangeRow) -> Step:
    return Step(row.from_tier, row.to_tier, row.cause, row.cause_id, row.program_version, row.changed_at)
