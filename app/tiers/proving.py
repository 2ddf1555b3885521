"""What must be true of a member's growth and tier: the ladder, climbed again, leads to where they stand (R5, R16)."""

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
from .rules import raised, reached_at
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
    changed_at: datetime


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
    yield Claim("members.growth, by the last entry", None, growth, member.growth)
    yield Claim("members.growth, by all entries", None, sum(entry.change for entry in book.entries), member.growth)
    if published.held and all(published.version(entry.ladder_version) for entry in book.entries):
        yield from _climbed(book, member, program=published.held)


def _climbed(book: GrowthBook, member: Standing, *, program: Program) -> Iterator[Claim]:
    """The tier, by the ladders that the growth was held against. Left out while one of them is not held here yet."""
    steps = list(_steps(book.entries, program))
    for expected, found in zip_longest(steps, book.changes):
        of = None if found is None else found.id
        yield Claim("tier_changes", of, expected, None if found is None else _step(found))
    tier, since = (steps[-1].to_tier, steps[-1].changed_at) if steps else (None, None)
    yield Claim("members.tier, by its growth", None, tier, member.tier)
    yield Claim("members.tier_since, by its growth", None, since, member.tier_since)


def _steps(entries: Sequence[GrowthEntryRow], program: Program) -> Iterator[Step]:
    held: str | None = None
    since: datetime | None = None
    for entry in entries:
        section = program.versions[entry.ladder_version].section(TiersSection)
        is_known = held is None or section.knows(held)
        reached = raised(section, held=held, growth=entry.growth_after) if is_known else None
        if reached is not None:
            since = reached_at(entry.counts_at, held_since=since)
            yield Step(held, reached.code, entry.cause, entry.cause_id, entry.ladder_version, since)
            held = reached.code


def _step(row: TierChangeRow) -> Step:
    return Step(row.from_tier, row.to_tier, row.cause, row.cause_id, row.program_version, row.changed_at)
