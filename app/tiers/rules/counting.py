"""Which growth counts, by what brought it and by when it began to (R18)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from app.clock import business_day
from app.programs.rules import ProgramVersion
from app.tiers.section import TiersSection, Window, WindowKind

from .history import Entry, left_of
from .times import INSTANT, counts_up_to, is_renewing, lapse, year_of


class RuledEntry(Entry, Protocol):
    """A movement of growth, and the rule that made it."""

    @property
    def cause(self) -> str: ...
    @property
    def rule(self) -> str: ...
    @property
    def program_version(self) -> int: ...


class Counted(NamedTuple):
    """What is left of growth that counts."""

    cause: str
    rule: str
    program_version: int
    counts_at: datetime
    amount: int
    lapses_at: datetime | None


@dataclass(frozen=True)
class GrowthByRule:
    """What counts of all growth that one rule brought."""

    program: str
    cause: str
    rule: str
    program_version: int
    """The newest by which some of it was reckoned."""
    growth: int
    entries: int


@dataclass(frozen=True)
class GrowthByMonth:
    """What counts of all growth that began to count in one local month."""

    month: date
    """Its first day."""
    growth: int
    lapses_at: datetime | None
    """When the first of it lapses; None: it never does."""


@dataclass(frozen=True)
class Growing:
    """A member's growth, on a ladder, at an instant."""

    counted: Sequence[Counted]
    to_come: int
    """What is left of growth that does not count yet."""
    to_come_from: datetime | None
    renewing: int
    """What counts towards renewing the tier whose period ends at `until`."""

    @property
    def growth(self) -> int:
        return sum(each.amount for each in self.counted)


def growing(entries: Sequence[RuledEntry], *, ladder: ProgramVersion, until: datetime | None, now: datetime) -> Growing:
    """Which growth counts now; what was taken back of it does not."""
    window, zone, left = ladder.section(TiersSection).window, ladder.zone, left_of(entries)
    since = None if until is None else year_of(until, window, zone=zone)
    counted, later, renewing = list[Counted](), list[tuple[datetime, int]](), 0
    for entry in entries:
        amount, at = left[entry.id], entry.counts_at
        if not amount:
            continue
        if at > now:
            later.append((at, amount))
            continue
        lapses_at = lapse(at, window, zone=zone)
        if lapses_at is None or lapses_at > now:
            counted.append(Counted(entry.cause, entry.rule, entry.program_version, at, amount, lapses_at))
        if until is not None and is_renewing(at, lapses_at, until=until, since=since):
            renewing += amount
    first = min((at for at, _ in later), default=None)
    return Growing(counted, sum(amount for _, amount in later), first, renewing)


def by_rule(counted: Iterable[Counted], *, program: str) -> Sequence[GrowthByRule]:
    """What brought most first; the parts add up to the growth that counts."""
    found: defaultdict[tuple[str, str], list[Counted]] = defaultdict(list)
    for each in counted:
        found[each.cause, each.rule].append(each)
    parts = [
        GrowthByRule(program, cause, rule, max(each.program_version for each in brought),
                     sum(each.amount for each in brought), len(brought))
        for (cause, rule), brought in found.items()
    ]  # fmt: skip
    return sorted(parts, key=lambda part: (-part.growth, part.cause, part.rule))


def by_month(counted: Iterable[Counted], *, ladder: ProgramVersion) -> Sequence[GrowthByMonth]:
    """The first to lapse first; the parts add up to the growth that counts."""
    found: defaultdict[date, list[Counted]] = defaultdict(list)
    for each in counted:
        found[business_day(each.counts_at, zone=ladder.zone).replace(day=1)].append(each)
    return [
        GrowthByMonth(
            month,
            sum(each.amount for each in began),
            min((each.lapses_at for each in began if each.lapses_at is not None), default=None),
        )
        for month, began in sorted(found.items())
    ]


def renews_from(until: datetime, window: Window, *, zone: ZoneInfo) -> datetime | None:
    """From when growth counts towards renewing a tier whose period ends then; None: it always does (R17, R18)."""
    if window.kind is WindowKind.LIFETIME:
        return None
    too_early, counts = datetime(until.year - (window.months or 12) // 12 - 2, 1, 1, tzinfo=UTC), until - INSTANT
    while counts - too_early > INSTANT:  # dates near the ends of months are not to be reckoned back
        between = too_early + (counts - too_early) // 2
        if counts_up_to(between, until, window, zone=zone):
            counts = between
        else:
            too_early = between
    return counts
