"""Instants and times to run, as a template says them (R2, R3)."""

from datetime import UTC, date, datetime, time
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator

from app.clock import business_day, days_later, local_instant, months_later
from app.programs.section import Part, refuse

YEARS = range(1970, 2200)


def _in_range(moment: date) -> date:
    if moment.year not in YEARS:
        raise ValueError(f"must be of the years {YEARS.start} to {YEARS.stop - 1}")
    return moment


Moment = Annotated[datetime | date, AfterValidator(_in_range)]
"""A local day, which is its beginning; a local time of a day; or an instant, if it has an offset from UTC."""


def instant_of(moment: datetime | date, *, zone: ZoneInfo) -> datetime:
    """In UTC. A local time that comes twice is the first of them, one that is left out the time right after."""
    if not isinstance(moment, datetime):
        return local_instant(moment, time(), zone=zone)
    if moment.utcoffset() is None:
        return local_instant(moment.date(), moment.time(), zone=zone)
    return moment.astimezone(UTC)


def never_between(start: datetime | date | None, end: datetime | date | None, name: str) -> str | None:
    """What is wrong with a time from one moment, called `name`, until another: it is none; None: nothing."""
    if start is None or end is None:
        return None
    if _has_offset(start) is not _has_offset(end):
        return f"write it and '{name}' both with an offset from UTC, or both without"
    utc = ZoneInfo("UTC")  # whichever the zone: the order of two local times is the same in each
    return None if instant_of(start, zone=utc) < instant_of(end, zone=utc) else f"must be after '{name}'"


def _has_offset(moment: datetime | date) -> bool:
    return isinstance(moment, datetime) and moment.utcoffset() is not None


class Validity(Part):
    """`validity`: when a coupon of the template can be used: from an instant until another one (R2), or so long from
    when it is issued."""

    since: Moment | None = None
    """Fixed: from when; without it from when the coupon is issued."""
    until: Moment | None = None
    """Fixed: until when, exclusive: `2026-06-19` is valid on June 18 and no more."""
    days: Annotated[int, Field(ge=1, le=3660)] | None = None
    """Relative: so many local days after the one on which it was issued, until the end of the last (R3)."""
    months: Annotated[int, Field(ge=1, le=120)] | None = None
    """Relative: likewise, so many calendar months."""

    @property
    def is_fixed(self) -> bool:
        return self.until is not None

    @model_validator(mode="after")
    def _says_one(self) -> Self:
        said = [name for name in ("until", "days", "months") if getattr(self, name) is not None]
        if not said:
            refuse([(("until",), "missing: say 'until', 'days' or 'months'")])
        if len(said) > 1:
            refuse([((said[1],), f"'{said[0]}' is said already: one of them holds")])
        if self.since is not None and self.until is None:
            refuse([(("since",), "only goes with 'until'")])
        if (wrong := never_between(self.since, self.until, "since")) is not None:
            refuse([(("until",), wrong)])
        return self

    def of(self, issued_at: datetime, *, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """From when until when (exclusive) a coupon can be used that is issued at an instant. If that is after a fixed
        end, it never can."""
        if self.until is not None:
            begins = issued_at if self.since is None else max(issued_at, instant_of(self.since, zone=zone))
            return begins, instant_of(self.until, zone=zone)
        midnight = local_instant(business_day(issued_at, zone=zone), time(), zone=zone)
        last = days_later(midnight, self.days, zone=zone) if self.days else midnight
        last = months_later(midnight, self.months, zone=zone) if self.months else last
        day_after = date.fromordinal(business_day(last, zone=zone).toordinal() + 1)
        return issued_at, local_instant(day_after, time(), zone=zone)
