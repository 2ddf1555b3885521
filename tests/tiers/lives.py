"""Lives of members as hypothesis draws them: growth, refunds, edited ladders, and instants at which somebody looks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import strategies as some

from app.clock import months_later
from app.programs.rules import SINCE_EVER, Program, ProgramVersion
from app.programs.section import ProgramKind, Words
from app.tiers.rules import History, Reckoned, TierChangeKind, reckon
from app.tiers.section import (
    Lowering,
    Measure,
    PeriodKind,
    Tier,
    TierPeriod,
    TiersSection,
    Window,
    WindowKind,
)

TICK, HOUR, DAY = timedelta(microseconds=1), timedelta(hours=1), timedelta(days=1)
SHANGHAI = "Asia/Shanghai"
ANCHORS: Mapping[str, Sequence[datetime]] = {
    SHANGHAI: [datetime(2024, 2, 29, 4, tzinfo=UTC), datetime(2025, 12, 31, 16, tzinfo=UTC)],
    "Europe/Berlin": [datetime(2024, 3, 31, 1, tzinfo=UTC), datetime(2024, 10, 27, 0, 30, tzinfo=UTC)],
    "America/Sao_Paulo": [datetime(2018, 2, 18, 2, tzinfo=UTC), datetime(2017, 10, 15, 3, tzinfo=UTC)],
    "Pacific/Apia": [datetime(2011, 12, 30, 10, tzinfo=UTC), datetime(2011, 12, 29, 22, tzinfo=UTC)],
}
"""A leap day and a New Year; clocks put forward and back; at midnight; over a whole day, December 30, 2011."""
ZONES = tuple(sorted(ANCHORS))
LADDERS: Sequence[tuple[Mapping[str, int], Mapping[str, str]]] = (
    ({"v1": 0, "v2": 200, "v3": 500}, {"gold": "v3"}),
    ({"v1": 0, "v2": 150, "v3": 400}, {"gold": "v3"}),
    ({"v1": 0, "v2": 300, "v3": 900}, {"gold": "v3"}),
)
WITHOUT_SOME: Sequence[tuple[Mapping[str, int], Mapping[str, str]]] = (
    *LADDERS,
    ({"v1": 0, "gold": 400}, {"v2": "gold", "v3": "gold"}),
    ({"v1": 0, "v3": 500}, {"v2": "v1", "gold": "v3"}),
)
"""Also such as have tiers no more, which the next, or everybody's, stands for."""


@dataclass(frozen=True)
class Moved:
    """A movement of growth."""

    id: UUID
    change: int
    counts_at: datetime
    cause: str
    cause_id: UUID
    reverses: UUID | None = None


@dataclass(frozen=True)
class Written:
    """What was written of a tier."""

    kind: str
    to_tier: str
    tier_since: datetime | None
    tier_until: datetime | None
    changed_at: datetime
    cause: str | None = None
    cause_id: UUID | None = None


def moved(number: int, change: int, at: datetime, *, of: int | None = None) -> Moved:
    """The growth of a number; `of` is that of the one that it takes back."""
    return Moved(UUID(int=number), change, at, "ORDER" if of is None else "REFUND", UUID(int=number),
                 None if of is None else UUID(int=of))  # fmt: skip


def section(
    ladder: Mapping[str, int] | None = None,
    successors: Mapping[str, str] | None = None,
    *,
    window: Window | None = None,
    period: TierPeriod | None = None,
    lowering: Lowering = Lowering.TO_MATCH,
    notice_days: int = 45,
    grace_days: int = 0,
    measure: Measure = Measure.GROWTH,
) -> TiersSection:
    steps = LADDERS[0][0] if ladder is None else ladder
    tiers = [Tier(code=code, name=Words(zh=code, en=code), threshold=at) for code, at in steps.items()]
    return TiersSection(
        ladder=tuple(tiers),
        successors=successors or {},
        window=window or Window(),
        period=period or TierPeriod(),
        lowering=lowering,
        notice_days=notice_days,
        grace_days=grace_days,
        measure=measure,
    )


def version_of(
    of: TiersSection, *, number: int = 1, since: datetime = SINCE_EVER, zone: str = SHANGHAI
) -> ProgramVersion:
    return ProgramVersion(
        code="shop",
        number=number,
        effective_from=since,
        kind=ProgramKind.BRAND,
        name=Words(zh="小店", en="The Shop"),
        zone=ZoneInfo(zone),
        currency="CNY",
        currency_digits=2,
        sections={TiersSection: of},
    )


def program_of(first: TiersSection, *later: tuple[datetime, TiersSection], zone: str = SHANGHAI) -> Program:
    """Versions in the order in which they were published."""
    versions = [version_of(each, number=number, since=at, zone=zone) for number, (at, each) in enumerate(later, 2)]
    return Program.of([version_of(first, zone=zone), *versions])


@dataclass(frozen=True)
class Life:
    """What is known of a member in the end, and when somebody looks at it; in order."""

    history: History
    looks: Sequence[datetime]

    @property
    def end(self) -> datetime:
        return self.looks[-1]


ROLLING = some.sampled_from([1, 6, 12]).map(lambda months: Window(kind=WindowKind.ROLLING, months=months))
WINDOWS = some.just(Window()) | some.just(Window(kind=WindowKind.CALENDAR_YEAR)) | ROLLING
PERIODS = some.just(TierPeriod(kind=PeriodKind.YEAR_END)) | some.sampled_from([2, 6, 12]).map(
    lambda months: TierPeriod(months=months)
)


def sections(ladders: Sequence[tuple[Mapping[str, int], Mapping[str, str]]]) -> some.SearchStrategy[TiersSection]:
    return some.builds(
        _section_on,
        some.sampled_from(ladders),
        window=WINDOWS,
        period=PERIODS,
        lowering=some.sampled_from(Lowering),
        notice_days=some.sampled_from([30, 45, 60]),
        grace_days=some.sampled_from([0, 0, 10, 40]),
    )


def _section_on(steps: tuple[Mapping[str, int], Mapping[str, str]], **rest: Any) -> TiersSection:
    return section(*steps, **rest)


NEAR = some.sampled_from([0 * DAY, 0 * DAY, 0 * DAY, TICK, -TICK, HOUR, -HOUR, 7 * DAY, 30 * DAY, 45 * DAY])
AMOUNTS = some.sampled_from([50, 100, 150, 199, 200, 300, 500])


@cache  # hypothesis looks at each new strategy for longer than it takes to draw from it
def instants(zone: str) -> some.SearchStrategy[datetime]:
    """Such that months, days and years come to one instant more often than not."""
    local = ZoneInfo(zone)

    def instant(anchor: datetime, months: int, near: timedelta) -> datetime:
        return months_later(anchor, months, zone=local) + near

    return some.builds(instant, some.sampled_from(ANCHORS[zone]), some.integers(0, 36), NEAR)


@some.composite
def growth(draw: some.DrawFn, zone: str, *, refunds: bool = True) -> list[Moved]:
    """As it was entered: in any order of dates, each refund after what it takes back of."""
    entries: list[Moved] = []
    for number in range(1, draw(some.integers(1, 9))):
        brought = [entry for entry in entries if entry.reverses is None]
        if refunds and brought and draw(some.integers(0, 3)) == 0:
            of = draw(some.sampled_from(brought))
            left = of.change + sum(entry.change for entry in entries if entry.reverses == of.id)
            amount = draw(some.sampled_from([left, min(left, 50)]))
            if amount:
                entries.append(moved(number, -amount, of.counts_at, of=of.id.int))
        else:
            entries.append(moved(number, draw(AMOUNTS), draw(instants(zone))))
    return entries


def lives(
    *,
    ladders: Sequence[tuple[Mapping[str, int], Mapping[str, str]]] = WITHOUT_SOME,
    refunds: bool = True,
    registered: bool = False,
) -> some.SearchStrategy[Life]:
    """`registered`: everybody since before anything happened, so that all lowering needs notice."""
    return _lives(sections(ladders), refunds=refunds, registered=registered)


@some.composite
def _lives(draw: some.DrawFn, rules: some.SearchStrategy[TiersSection], *, refunds: bool, registered: bool) -> Life:
    zone = draw(some.sampled_from(ZONES))
    edits = sorted(draw(some.lists(instants(zone), max_size=2, unique=True)))
    first, *later = (draw(rules) for _ in range(len(edits) + 1))
    program = program_of(first, *zip(edits, later, strict=True), zone=zone)
    entries = draw(growth(zone, refunds=refunds))
    floors = [] if registered else draw(some.lists(some.builds(_brought, instants(zone), instants(zone)), max_size=1))
    since = SINCE_EVER if registered or draw(some.booleans()) else draw(instants(zone))
    looks = sorted(draw(some.lists(instants(zone), min_size=1, max_size=6, unique=True)))
    return Life(History(program, since, entries, floors), [*looks, looks[-1] + draw(some.integers(0, 900)) * DAY])


def _brought(one: datetime, other: datetime) -> Written:
    at, until = min(one, other), max(one, other) + 300 * DAY
    return Written(TierChangeKind.BROUGHT.name, "v3", at, until, at)


def noticed(history: History, reckoned: Reckoned, *, at: datetime) -> History:
    """The same once the member was told."""
    tier, since, until = reckoned.standing.place
    notice = Written(TierChangeKind.NOTICED.name, tier or "", since, until, at)
    return replace(history, changes=[*history.changes, notice])


class Look(NamedTuple):
    """What somebody found who looked at what was written by then."""

    at: datetime
    history: History
    found: Reckoned


def looked_at(life: Life) -> list[Look]:
    """What everybody finds who looks now and then, and tells the member of a tier at risk."""
    history, looks = life.history, list[Look]()
    for at in life.looks:
        looks.append(Look(at, history, reckon(history, now=at)))
        if looks[-1].found.is_notice_due:
            history = noticed(history, looks[-1].found, at=at)
            looks.append(Look(at, history, reckon(history, now=at)))
    return looks
