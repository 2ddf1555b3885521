"""Caps: what rules earn together in a period of the local calendar is at most so much, or so often (R27)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from app.clock import business_day, local_instant
from app.points.section import CAMPAIGN, Limit, Period

L = TypeVar("L", bound=Limit)
Span = tuple[datetime, datetime]
"""From this instant on, and before that one."""
ALL_TIME: Span = (datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC))
"""Not from the first to the last instant that Python knows: the driver takes those for infinity."""


class Used(NamedTuple):
    """What lots that were earned in a period come to, whatever became of them since: nothing is shared out again."""

    points: int = 0
    times: int = 0

    def plus(self, other: "Used") -> "Used":
        return Used(self.points + other.points, self.times + other.times)


def used_by(rule: str, amount: int) -> Used:
    """What a rule brings fills a cap; what a campaign adds to it is no other time."""
    return Used(amount, 0 if rule.startswith(CAMPAIGN) else 1)


@dataclass(frozen=True)
class Cut:
    """What a cap took away."""

    cap: Limit
    points: int


@dataclass(frozen=True)
class Capped:
    """What caps leave of the points that a rule gives."""

    rule: str
    amount: int
    cuts: tuple[Cut, ...] = ()
    """What each cap took away that took something, in the order of the file: each looks at what those before left."""


UsedBy = Mapping[tuple[Span, str], Used]
"""By the period and the code of the rule."""

Adding = Callable[[Sequence[Capped]], Sequence[tuple[str, int]]]
"""What is added to what caps left of the points that rules give: it is capped after them."""


def nothing_added(left: Sequence[Capped]) -> Sequence[tuple[str, int]]:
    return ()


def period_of(at: datetime, period: Period, *, zone: ZoneInfo) -> Span:
    """The local day, week from Monday, month, year or all time that an instant is in.

    Each begins where the one before ends, at local midnight: at the first of two, where clocks are put back over it,
    and when they are put forward, where they skip it. The hour that is then the day before once more is of the day
    that had begun.
    """
    if period is Period.LIFETIME:
        return ALL_TIME
    day = business_day(at, zone=zone)
    span = _span(day, period, zone)
    return span if at < span[1] else _span(_after(_first_day(day, period), period), period, zone)


@lru_cache(maxsize=1024)
def _span(day: date, period: Period, zone: ZoneInfo) -> Span:
    """That of a local day. Kept: there are as many as periods and zones, and each page of the day asks again."""
    first = _first_day(day, period)
    since, until = (local_instant(each, time(), zone=zone) for each in (first, _after(first, period)))
    return since, until


def _first_day(day: date, period: Period) -> date:
    if period is Period.WEEK:
        return day - timedelta(days=day.weekday())
    if period is Period.MONTH:
        return day.replace(day=1)
    return day.replace(month=1, day=1) if period is Period.YEAR else day


def _after(first: date, period: Period) -> date:
    """The first day of the next."""
    if period is Period.DAY:
        return first + timedelta(days=1)
    longest = {Period.WEEK: 7, Period.MONTH: 31, Period.YEAR: 366}[period]
    return _first_day(first + timedelta(days=longest), period)


def that_apply(caps: Iterable[L], *, rules: Iterable[str]) -> list[L]:
    """Those that what these rules earn fills."""
    earning = list(rules)
    return [cap for cap in caps if any(cap.holds(rule) for rule in earning)]


def spans_of(caps: Iterable[Limit], *, at: datetime, zone: ZoneInfo) -> list[Span]:
    """The periods of caps that an instant is in, each once."""
    return list(dict.fromkeys(period_of(at, cap.period, zone=zone) for cap in caps))


def capped(
    earned: Sequence[tuple[str, int]],
    caps: Sequence[Limit],
    *,
    used: UsedBy,
    at: datetime,
    zone: ZoneInfo,
    adding: Adding = nothing_added,
) -> list[Capped]:
    """What is left of the points that rules give at an instant, in the order of the rules (R25, R27), and then of what
    is added to them.

    `used` is by lots that were written before; what one rule earns here is used for those after it.
    """
    left = _left(earned, caps, used=used, at=at, zone=zone)
    added = adding(left)
    return _left([*earned, *added], caps, used=used, at=at, zone=zone) if added else left


def _left(
    earned: Sequence[tuple[str, int]], caps: Sequence[Limit], *, used: UsedBy, at: datetime, zone: ZoneInfo
) -> list[Capped]:
    filled = {cap.code: _filled(cap, used, period_of(at, cap.period, zone=zone)) for cap in caps}
    left: list[Capped] = []
    for rule, amount in earned:
        holding = [cap for cap in caps if cap.holds(rule)]
        kept = _left_by(holding, filled, rule, amount)
        if kept.amount:  # what comes to nothing makes no lot
            filled |= {cap.code: filled[cap.code].plus(used_by(rule, kept.amount)) for cap in holding}
        left.append(kept)
    return left


def room(cap: Limit, used: Used, *, rule: str) -> int | None:
    """How many points by a rule it lets through after what was used of it; None: as many as there are."""
    if cap.times is not None and used.times + used_by(rule, 0).times > cap.times:
        return 0
    return None if cap.most is None else max(0, cap.most - used.points)


def _left_by(caps: Iterable[Limit], filled: Mapping[str, Used], rule: str, amount: int) -> Capped:
    cuts: list[Cut] = []
    for cap in caps:
        most = room(cap, filled[cap.code], rule=rule)
        if most is not None and most < amount:
            cuts.append(Cut(cap, amount - most))
            amount = most
    return Capped(rule, amount, tuple(cuts))


def _filled(cap: Limit, used: UsedBy, span: Span) -> Used:
    total = Used()
    for (when, rule), each in used.items():
        if when == span and cap.holds(rule):
            total = total.plus(each if used_by(rule, 0).times else Used(each.points))
    return total
