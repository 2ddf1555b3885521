"""Climbing the ladder: what growth raises, and what growth that is taken back leaves of it."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NamedTuple, Protocol
from uuid import UUID

from app.tiers.section import Tier, TiersSection

from .ladder import tier_at, tier_held


class GrowthCause(Enum):
    """What kind of thing brought growth; `cause_id` says which one."""

    ORDER = "ORDER"
    REFUND = "REFUND"
    """Takes back what an order brought."""


class Place(NamedTuple):
    """The tier that a member holds, and since when; neither at the base tier."""

    tier: str | None
    since: datetime | None


class Entry(Protocol):
    """A movement of growth."""

    @property
    def id(self) -> UUID: ...
    @property
    def change(self) -> int: ...
    @property
    def ladder_version(self) -> int: ...
    @property
    def counts_at(self) -> datetime: ...
    @property
    def reverses(self) -> UUID | None: ...


@dataclass(frozen=True)
class Reversal:
    """Growth that is taken back of an entry, with the date of that."""

    id: UUID
    change: int
    """Below 0."""
    ladder_version: int
    counts_at: datetime
    reverses: UUID


Ladders = Callable[[int], TiersSection]
"""The tiers of a program by the number of its version."""
BASE = Place(None, None)


def raised(section: TiersSection, *, held: str | None, growth: int) -> Tier | None:
    """The tier that growth raises a member to at once, over several if need be; None if it does not (R17)."""
    reached = tier_at(section.ladder, growth)
    return reached if reached.threshold > tier_held(section, held).threshold else None


def climbed(section: TiersSection, *, held: Place, growth: int, counts_at: datetime) -> Place:
    """Where growth that is entered leads: a tier is held from when the growth counts that brought it, but never from
    before the tier below it (R17)."""
    reached = raised(section, held=held.tier, growth=growth)
    if reached is None:
        return held
    return Place(reached.code, counts_at if held.since is None else max(counts_at, held.since))


def left_of(entries: Sequence[Entry]) -> Mapping[UUID, int]:
    """What is left of each entry of growth after what was taken back of it; of what takes back there is nothing."""
    taken: Counter[UUID] = Counter()
    for entry in entries:
        if entry.reverses is not None:
            taken[entry.reverses] -= entry.change
    return {e.id: max(e.change - taken[e.id], 0) if e.reverses is None else 0 for e in entries}


def corrected(entries: Sequence[Entry], *, held: Place, ladders: Ladders) -> Place:
    """Where a member stands of whose growth the last entry took back: as if that had never been (R15).

    The ladder is climbed again with what is left of each entry, so that refunds come to the same in any order (R25).
    Nobody falls by an edit of the ladder (R20): what is left at an entry is held against the ladder that was in force
    when that was entered, also at refunds. Nobody rises by a refund.
    """
    if held.since is None:
        return held
    left, growth, place, newest = left_of(entries), 0, BASE, 0
    for entry in entries:
        growth += left[entry.id]
        newest = max(newest, entry.ladder_version)
        section = _held_against(entry, held=place, newest=newest, ladders=ladders)
        at = entry.counts_at if entry.reverses is None else held.since
        place = climbed(section, held=place, growth=growth, counts_at=at)
    section = ladders(newest)
    is_lower = tier_held(section, place.tier).threshold < tier_held(section, held.tier).threshold
    return place if is_lower or place.tier == held.tier else held


def climbed_by(entries: Sequence[Entry], *, ladders: Ladders) -> Iterator[Place]:
    """Where a member stood after each entry, as they were entered."""
    place, growth, newest = BASE, 0, 0
    for number, entry in enumerate(entries, 1):
        growth += entry.change
        newest = max(newest, entry.ladder_version)
        if entry.reverses is None:
            section = _held_against(entry, held=place, newest=newest, ladders=ladders)
            place = climbed(section, held=place, growth=growth, counts_at=entry.counts_at)
        else:
            place = corrected(entries[:number], held=place, ladders=ladders)
        yield place


def _held_against(entry: Entry, *, held: Place, newest: int, ladders: Ladders) -> TiersSection:
    """The ladder that growth was held against. Where a clock is behind, that may be one that does not know the tier
    held: then the newest so far, which knows every tier there was (R20)."""
    section = ladders(entry.ladder_version)
    return section if held.tier is None or section.knows(held.tier) else ladders(newest)
