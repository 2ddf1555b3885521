"""When a campaign is open, in words."""

from collections.abc import Mapping
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from app.campaigns.rules import Occurrence
from app.campaigns.section import Monthly, OneOff, Weekday, Weekly, Window, Yearly
from app.programs.rulebook import Told, listed, told

MIDNIGHT = time()
LAST_OF_FEBRUARY = "02-29"
WEEKDAYS: Mapping[Weekday, Told] = {
    Weekday.MONDAY: Told("周一", "Monday"),
    Weekday.TUESDAY: Told("周二", "Tuesday"),
    Weekday.WEDNESDAY: Told("周三", "Wednesday"),
    Weekday.THURSDAY: Told("周四", "Thursday"),
    Weekday.FRIDAY: Told("周五", "Friday"),
    Weekday.SATURDAY: Told("周六", "Saturday"),
    Weekday.SUNDAY: Told("周日", "Sunday"),
}
SHORT = Told("（没有这一天的月份为最后一天）", " (the last day, where a month has no such day)")
NOTHING = Told("", "")


def window_told(window: Window) -> Told:
    """As part of a sentence: "each year from June 1 to June 20"."""
    if isinstance(window, OneOff):
        return _between(window.starts, window.ends)
    if isinstance(window, Weekly):
        in_order = [WEEKDAYS[day] for day in Weekday if day in window.days]
        return told(zh="每{days}{times}", en="every {days}{times}", days=listed(in_order), times=_times(window))
    if isinstance(window, Monthly):
        if window.day == 31:
            return told(zh="每月最后一天{times}", en="on the last day of each month{times}", times=_times(window))
        said = {"day": str(window.day), "short": SHORT if window.day > 28 else NOTHING, "times": _times(window)}
        return told(zh="每月 {day} 日{short}{times}", en="on day {day} of each month{short}{times}", **said)
    return _yearly(window)


def _yearly(window: Yearly) -> Told:
    first, last = _date(window.first), _date(window.last)
    if window.first == window.last:
        return told(zh="每年 {first}{times}", en="on {first} of each year{times}", first=first, times=_times(window))
    starts = "" if window.starts == MIDNIGHT else f" {window.starts:%H:%M}"
    ends = "" if window.ends == MIDNIGHT else f" {window.ends:%H:%M}"
    next_year = Told("次年 ", " of the next year") if window.last < window.first else NOTHING
    return Told(
        f"每年 {first.zh}{starts} 至{next_year.zh or ' '}{last.zh}{ends}",
        f"each year from {first.en}{starts} to {last.en}{next_year.en}{ends}",
    )


def _date(month_and_day: str) -> Told:
    if month_and_day == LAST_OF_FEBRUARY:
        return Told("2 月最后一天", "the last of February")
    day = date.fromisoformat(f"2024-{month_and_day}")
    return Told(f"{day.month} 月 {day.day} 日", f"{day:%B} {day.day}")


def _times(window: Weekly | Monthly | Yearly) -> Told:
    """The times of day; nothing for a whole day."""
    if window.starts == window.ends == MIDNIGHT:
        return NOTHING
    is_next = window.ends <= window.starts and window.ends != MIDNIGHT
    ends = "24:00" if window.ends == MIDNIGHT else f"{window.ends:%H:%M}"
    return Told(
        f" {window.starts:%H:%M} 至{'次日 ' if is_next else ' '}{ends}",
        f", {window.starts:%H:%M} to {ends}{' of the next day' if is_next else ''}",
    )


def span_told(occurrence: Occurrence, *, zone: ZoneInfo) -> Told:
    """Once that it is open, in local time."""
    opens, closes = (at.astimezone(zone).replace(tzinfo=None) for at in occurrence)
    return _between(opens, closes)


def _between(opens: datetime, closes: datetime) -> Told:
    said = {"opens": f"{opens:%Y-%m-%d %H:%M}", "closes": f"{closes:%Y-%m-%d %H:%M}"}
    return told(zh="{opens} 至 {closes}", en="from {opens} until {closes}", **said)
