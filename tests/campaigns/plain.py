"""The plain model of when a window is open: a clock on the wall, looked at minute by minute.

It shows local time, and is stopped whenever it would be put back. A window is open while the clock shows a time that is
in one of its spans of local time; so a time that is skipped is the moment at which it is put forward, and of one that
comes twice the first counts. Written without the code it is held against.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.campaigns.section import Monthly, OneOff, Weekday, Weekly, Window

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
Span = tuple[datetime, datetime]


def spans(window: Window, first: date, last: date) -> Iterator[Span]:
    """Spans of local time that begin on a day from the first to the last: every day is looked at."""
    if isinstance(window, OneOff):
        yield window.starts, window.ends
        return
    day = first
    while day <= last:
        end = _last_day(window, day)
        if end is not None:
            opens = datetime.combine(day, window.starts)
            closes = datetime.combine(end + DAY if window.ends == time() else end, window.ends)
            yield opens, closes if closes > opens else closes + DAY
        day += DAY


def _last_day(window: Window, day: date) -> date | None:
    """The last day of what begins on a day; None: nothing does."""
    if isinstance(window, Weekly):
        return day if list(Weekday)[day.isoweekday() - 1] in window.days else None
    is_last = (day + DAY).month != day.month
    if isinstance(window, Monthly):
        return day if day.day == window.day or (is_last and day.day < window.day) else None
    assert not isinstance(window, OneOff)
    if not _is_date(day, window.first):
        return None
    end = day
    while not _is_date(end, window.last):
        end += DAY
    return end


def _is_date(day: date, month_and_day: str) -> bool:
    if day.strftime("%m-%d") == month_and_day:
        return True
    is_common = (date(day.year, 3, 1) - DAY).day == 28
    return month_and_day == "02-29" and is_common and day.strftime("%m-%d") == "02-28"


def minutes_open(window: Window, since: datetime, until: datetime, zone: ZoneInfo) -> list[bool]:
    """For each minute from `since` to `until` (UTC): is it open?"""
    shown = datetime.min  # noqa: DTZ901
    looked = since - timedelta(hours=6)  # what the clock showed before it was put back, if it was
    known = list(spans(window, (since - 400 * DAY).date(), (until + 2 * DAY).date()))
    found: list[bool] = []
    while looked < until:
        shown = max(shown, looked.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None))
        if looked >= since:
            found.append(any(opens <= shown < closes for opens, closes in known))
        looked += MINUTE
    return found
