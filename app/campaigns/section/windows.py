"""When a campaign is open: once, on days of the week, on a day of each month, or on dates of each year.

All in local time of the program (R1), half-open (R2). A local time that the clocks skip is the instant at which they
are put forward; of one that comes twice it is the first.
"""

from datetime import datetime, time
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, TypeAdapter, model_validator

from app.programs.section import Listed, Part, refuse

MIDNIGHT = time()
DAYS_OF_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class WindowKind(StrEnum):
    """How a window comes again."""

    ONE_OFF = "ONE_OFF"
    """It does not."""
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    YEARLY = "YEARLY"


class Weekday(StrEnum):
    """A day of the week, as in ISO 8601."""

    MONDAY = "MONDAY"
    TUESDAY = "TUESDAY"
    WEDNESDAY = "WEDNESDAY"
    THURSDAY = "THURSDAY"
    FRIDAY = "FRIDAY"
    SATURDAY = "SATURDAY"
    SUNDAY = "SUNDAY"


class OneOff(Part):
    """`{ kind = "ONE_OFF", starts = 2026-11-11T00:00:00, ends = 2026-11-12T00:00:00 }`."""

    kind: Literal["ONE_OFF"]
    starts: datetime
    """Local, without an offset."""
    ends: datetime

    @model_validator(mode="after")
    def _is_a_span(self) -> Self:
        for name, at in (("starts", self.starts), ("ends", self.ends)):
            if at.tzinfo is not None:
                refuse([((name,), "is a local time, without an offset: 2026-11-11T00:00:00")])
            if not 1900 <= at.year <= 9000:
                refuse([((name,), "is no year of ours")])
        if self.ends <= self.starts:
            refuse([(("ends",), "must be after 'starts'")])
        return self


class _OfDays(Part):
    """Days on which a window opens, and the times of day: the whole day if none is said."""

    starts: time = MIDNIGHT
    """On its first day."""
    ends: time = MIDNIGHT
    """On its last day; 00:00 is the midnight after it. For one day, an end that is not after the start is the next
    day's."""

    @model_validator(mode="after")
    def _is_local(self) -> Self:
        for name, at in (("starts", self.starts), ("ends", self.ends)):
            if at.tzinfo is not None:
                refuse([((name,), "is a local time, without an offset: 20:00:00")])
        return self


class Weekly(_OfDays):
    """`{ kind = "WEEKLY", days = ["SATURDAY", "SUNDAY"], starts = 20:00:00, ends = 22:00:00 }`."""

    kind: Literal["WEEKLY"]
    days: Listed[Annotated[Weekday, Field(strict=False)]] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_each_day_once(self) -> Self:
        refuse([(("days", n), "is in the list before") for n, day in enumerate(self.days) if day in self.days[:n]])
        return self


class Monthly(_OfDays):
    """`{ kind = "MONTHLY", day = 8 }`: the member day of each month."""

    kind: Literal["MONTHLY"]
    day: Annotated[int, Field(ge=1, le=31)]
    """Where the month has no such day, its last (R3)."""


def _date_of_year(text: Any) -> str:
    month, _, day = text.partition("-")
    known = len(text) == 5 and month.isdecimal() and day.isdecimal() and text.isascii()
    if not known or not 1 <= int(month) <= 12 or not 1 <= int(day) <= DAYS_OF_MONTH[int(month) - 1]:
        raise ValueError('no date of a year, like "06-18"')
    return text


class Yearly(_OfDays):
    """`{ kind = "YEARLY", first = "11-01", last = "11-11" }`: the same dates each year, over New Year if the last comes
    before the first."""

    kind: Literal["YEARLY"]
    first: str
    """Month and day; February 29 is the last of February (R3)."""
    last: str
    """Inclusive."""

    @model_validator(mode="after")
    def _are_dates(self) -> Self:
        for name, text in (("first", self.first), ("last", self.last)):
            try:
                _date_of_year(text)
            except ValueError as error:
                refuse([((name,), str(error))])
        if (self.first, self.last) == ("02-29", "02-28"):
            refuse([(("last",), "is the first day, too, in years without February 29")])
        return self


Window = OneOff | Weekly | Monthly | Yearly
ANY_WINDOW: TypeAdapter[Window] = TypeAdapter(Annotated[Window, Discriminator("kind")])
