"""The only place that reads the clock or makes ids, and the calendar of a program (R1, R3, R4).

Everything below the edge of the process (request, job, command line) is handed `now` and `new_id`.
Instants are aware datetimes in UTC; days, months and years are reckoned in the program's time zone.
"""

from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from time import monotonic
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg.pgproto.pgproto
import uuid_utils

DRIVERS_UUID: Any = asyncpg.pgproto.pgproto.UUID
"""A `uuid.UUID` as the driver reads and writes it: made, compared and sent in a tenth of the time."""
NewId = Callable[[], UUID]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def now() -> datetime:
    """The instant of a request or job, fixed once where it begins (R4)."""
    return datetime.now(UTC)


def going_on_from(instant: datetime) -> Callable[[], datetime]:
    """For what takes long: the instant that it was handed (R4), and what has passed of the process's time since."""
    began = monotonic()
    return lambda: instant + timedelta(seconds=monotonic() - began)


def new_id() -> UUID:
    """A UUIDv7: ids are in order of the time they were made."""
    return DRIVERS_UUID(uuid_utils.uuid7().bytes)


def least_id_of(instant: datetime, *, leeway: timedelta) -> UUID:
    """No id that was made at that instant, or later, comes before it, by a clock that is late by `leeway` at most."""
    return UUID(int=max((instant - EPOCH - leeway) // timedelta(milliseconds=1), 0) << 80)


def id_after(last: UUID | None, new_id: NewId) -> UUID:
    """A new id that comes after `last`, whatever the clocks of two processes say.

    What a member's ledger lists, it lists by id; so under the member's lock ids must rise.
    """
    made = new_id()
    return made if last is None or made > last else UUID(int=last.int + 1)


def business_day(instant: datetime, *, zone: ZoneInfo) -> date:
    """The local date in the program's time zone (R1)."""
    return instant.astimezone(zone).date()


def local_instant(day: date, at: time, *, zone: ZoneInfo) -> datetime:
    """The instant of a local time of day. A time that the clocks skip is the one they are put forward to."""
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def days_later(instant: datetime, days: int, *, zone: ZoneInfo) -> datetime:
    """The same local time so many local days later (R3): a day of 23 or 25 hours is a day."""
    if days == 0:
        return instant  # adding nothing would move the second of two equal local times to the first
    local = instant.astimezone(zone)
    return (local + timedelta(days=days)).astimezone(UTC)


def months_later(instant: datetime, months: int, *, zone: ZoneInfo) -> datetime:
    """The same local time so many calendar months later, the last of the month if it has no such day (R3)."""
    local = instant.astimezone(zone)
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    return local.replace(year=year, month=month + 1, day=min(local.day, last), fold=0).astimezone(UTC)


def next_new_year(instant: datetime, *, zone: ZoneInfo) -> datetime:
    """The first local January 1, 00:00, after an instant (R9)."""
    local = instant.astimezone(zone)
    return local_instant(date(local.year + 1, 1, 1), time(), zone=zone)
