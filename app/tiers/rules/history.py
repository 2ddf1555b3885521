"""What is written of a member's growth and tier, and where that leads."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

from app.programs.rules import Program, ProgramVersion

from .kinds import TierChangeKind


class Entry(Protocol):
    """A movement of growth."""

    @property
    def id(self) -> UUID: ...
    @property
    def change(self) -> int: ...
    @property
    def cause(self) -> str: ...
    @property
    def cause_id(self) -> UUID: ...
    @property
    def counts_at(self) -> datetime: ...
    @property
    def reverses(self) -> UUID | None: ...


class Change(Protocol):
    """What was written of the member's tier."""

    @property
    def kind(self) -> str: ...
    @property
    def to_tier(self) -> str: ...
    @property
    def tier_since(self) -> datetime | None: ...
    @property
    def tier_until(self) -> datetime | None: ...
    @property
    def changed_at(self) -> datetime: ...
    @property
    def cause(self) -> str | None: ...
    @property
    def cause_id(self) -> UUID | None: ...


class Place(NamedTuple):
    """The tier that a member has earned, since when, and until when they hold it; nothing at the base tier."""

    tier: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def lasts(self, at: datetime) -> bool:
        """Is it held still at an instant?"""
        return self.until is not None and self.until > at


BASE = Place()


class Step(NamedTuple):
    """What became of the tier earned."""

    at: datetime
    kind: TierChangeKind
    before: Place
    after: Place
    growth: int
    ladder: ProgramVersion
    entry: UUID | None
    """The growth that brought it; None: time, an edit of the ladder, or a floor."""


@dataclass(frozen=True)
class Standing:
    """Where a member stands at an instant, but for what staff set."""

    growth: int
    growth_until: datetime | None
    standing_at: datetime | None
    standing_due_at: datetime | None
    ladder_version: int
    tier: str | None
    tier_since: datetime | None
    tier_until: datetime | None
    renewal_growth: int
    notice_at: datetime | None

    @property
    def place(self) -> Place:
        return Place(self.tier, self.tier_since, self.tier_until)


@dataclass(frozen=True)
class Reckoned:
    """Where a member stands, and how they came there."""

    standing: Standing
    steps: Sequence[Step]
    """In the order of their dates; floors among them."""
    promised: Sequence[Place]
    """What they hold at least, and for how long: also what they fall back to when the tier held is over."""
    reached: frozenset[str]
    """Codes of all tiers that growth ever reached, also those that it passed."""
    is_notice_due: bool
    """The member is to be told now that their tier is at risk (R17)."""

    def place_at(self, instant: datetime | None) -> Place:
        """The place after all that is of that instant or before."""
        places = [step.after for step in self.steps if instant is not None and step.at <= instant]
        return places[-1] if places else BASE


@dataclass(frozen=True)
class History:
    """What is written of a member: all that a standing is reckoned from."""

    program: Program
    registered_at: datetime
    entries: Sequence[Entry]
    changes: Sequence[Change]


def left_of(entries: Sequence[Entry]) -> Mapping[UUID, int]:
    """What is left of each entry of growth after what was taken back of it; of what takes back there is nothing."""
    taken: Counter[UUID] = Counter()
    for entry in entries:
        if entry.reverses is not None:
            taken[entry.reverses] -= entry.change
    return {e.id: max(e.change - taken[e.id], 0) if e.reverses is None else 0 for e in entries}


def notices_of(changes: Sequence[Change], *, until: datetime) -> Mapping[tuple[str | None, datetime | None], datetime]:
    """When notice was given last of the end of a period, by the tier and that end (R17)."""
    noticed = TierChangeKind.NOTICED.name
    given = [each for each in changes if each.kind == noticed and each.changed_at <= until]
    return {(each.to_tier, each.tier_until): each.changed_at for each in given}
