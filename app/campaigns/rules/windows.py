"""When a window is open: the occurrence that an instant is in, and the next one.

In local time that never runs backwards: a time that the clocks skip is the instant at which they are put forward, and
of one that comes twice the first counts. So occurrences of a window never overlap, whatever the clocks do; one whose
whole time is skipped does not take place.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from app.campaigns.section import Monthly, OneOff, Weekday, Weekly, Window, Yearly

MIDNIGHT = time()
DAY = timedelta(days=1)
WEEKDAYS = tuple(Weekday)
SECOND = timedelta(seconds=1)


class Occurrence(NamedTuple):
    """Once that a window is open: from `opens_at` on, and before `closes_at` (R2)."""

    opens_at: datetime
    closes_at: datetime

    def holds(self, at: datetime) -> bool:
        return self.opens_at <= at < self.closes_at


def occurrence_at(window: Window, at: datetime, *, zone: ZoneInfo) -> Occurrence | None:
    """The occurrence that an instant is in."""
    return next((each for each in _around(window, at, zone) if each.holds(at)), None)


def occurrence_after(window: Window, at: datetime, *, zone: ZoneInfo) -> Occurrence | None:
    """The first that opens after an instant."""
    return next((each for each in _around(window, at, zone) if each.opens_at > at), None)


def occurrence_before(window: Window, at: datetime, *, zone: ZoneInfo) -> Occurrence | None:
    """The last that was over at an instant."""
    over = [each for each in _around(window, at, zone) if each.closes_at <= at]
    return over[-1] if over else None


def occurrences_on(window: Window, day: date, *, zone: ZoneInfo) -> tuple[Occurrence, ...]:
    """Those of which a part is on a local day, or near it: so that clocks put back over midnight hide none."""
    since, until = (instant_of(datetime.combine(each, MIDNIGHT), zone=zone) for each in (day - DAY, day + 2 * DAY))
    key: Any = window
    return tuple(each for each in _near(key, day, zone) if each.opens_at < until and since < each.closes_at)


def occurrences_from(window: Window, day: date, *, zone: ZoneInfo) -> tuple[Occurrence, ...]:
    """For any instant of a local day, the first of these that is not over is the one that it is in, or the next."""
    since, until = (instant_of(datetime.combine(each, MIDNIGHT), zone=zone) for each in (day - DAY, day + 2 * DAY))
    key: Any = window
    found: list[Occurrence] = []
    for each in _near(key, day, zone):
        if since < each.closes_at:
            found.append(each)
        if each.opens_at >= until:
            break
    return tuple(found)


def instant_of(local: datetime, *, zone: ZoneInfo) -> datetime:
    """The first instant at which the clocks show a local time or a later one."""
    first = local.replace(tzinfo=zone, fold=0)
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == local:
        return first.astimezone(UTC)
    before, after = local.replace(tzinfo=zone, fold=1).astimezone(UTC), first.astimezone(UTC)
    while after - before > SECOND:  # it is skipped: they are put forward between these two
        middle = before + (after - before) // 2
        is_past = middle.astimezone(zone).replace(tzinfo=None) > local
        before, after = (before, middle) if is_past else (middle, after)
    return after.replace(microsecond=0)


def _around(window: Window, at: datetime, zone: ZoneInfo) -> tuple[Occurrence, ...]:
    key: Any = window
    return _near(key, at.astimezone(zone).date(), zone)


@lru_cache(maxsize=1024)
def _near(window: Window, day: date, zone: ZoneInfo) -> tuple[Occurrence, ...]:
    """Those around a local day, in their order: what an instant of the day is in, two before, and two after. Kept:
    a page asks for those of its day again and again."""
    spans = ((instant_of(first, zone=zone), instant_of(last, zone=zone)) for first, last in _locals(window, day))
    return tuple(Occurrence(opens, closes) for opens, closes in spans if opens < closes)


def _locals(window: Window, day: date) -> Iterator[tuple[datetime, datetime]]:
    """Local times from and until which it is open."""
    if isinstance(window, OneOff):
        yield window.starts, window.ends
        return
    for first, last in _days(window, day):
        starts = datetime.combine(first, window.starts)
        ends = datetime.combine(last + DAY * (window.ends == MIDNIGHT), window.ends)
        yield starts, ends if ends > starts else ends + DAY


def _days(window: Weekly | Monthly | Yearly, day: date) -> Iterable[tuple[date, date]]:
    """First and last days of occurrences around a day."""
    if isinstance(window, Weekly):
        near = (day + DAY * n for n in range(-15, 16))
        return [(each, each) for each in near if WEEKDAYS[each.weekday()] in window.days]
    if isinstance(window, Monthly):
        months = (divmod(day.year * 12 + day.month - 1 + n, 12) for n in range(-3, 4))
        near = (_of_month(year, month + 1, window.day) for year, month in months)
        return [(each, each) for each in near]
    return [_of_year(window, day.year + n) for n in range(-3, 4)]


def _of_year(window: Yearly, year: int) -> tuple[date, date]:
    """The occurrence that begins in a year."""
    ends = year + (window.last < window.first)
    return _date(year, window.first), _date(ends, window.last)


def _date(year: int, month_and_day: str) -> date:
    month, day = month_and_day.split("-")
    return _of_month(year, int(month), int(day))


def _of_month(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, monthrange(year, month)[1]))
