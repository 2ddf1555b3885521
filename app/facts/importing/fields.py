"""What a field of a line says, or what is wrong with it: a ValueError, in words. No I/O here."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from app.clock import local_instant
from app.facts.rules import AHEAD, EARLIEST, MOST_AMOUNT
from app.programs.money import MOST, minor_units

NOON = time(12)
WRITTEN_DATE = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?P<time>[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?"
)
WRITTEN_NUMBER = re.compile(r"[0-9]{1,10}")
MOST_SHOWN = 40


def name_in(column: str, text: str, *, longest: int) -> str:
    """A customer, or an order."""
    if not 0 < len(text) <= longest or not text.isprintable():
        raise ValueError(f"{column}: must be 1 to {longest} printable characters")
    return text


def instant_in(column: str, text: str, *, zone: ZoneInfo, now: datetime) -> datetime:
    """A date without a time is noon of the zone, a time without an offset is of that zone (R1)."""
    found = WRITTEN_DATE.fullmatch(text)
    try:
        if found is None:
            raise ValueError(text)
        at = _noon(text, zone) if found["time"] is None else _moment(text, zone)
    except (ValueError, OverflowError):
        raise ValueError(f"{column}: {shown(text)} is no date like 1997-01-31 or 1997-01-31T09:30:00Z") from None
    if not EARLIEST <= at <= now + AHEAD:
        raise ValueError(f"{column}: {shown(text)} is {'before 1900' if at < EARLIEST else 'in the future'}")
    return at


def _noon(text: str, zone: ZoneInfo) -> datetime:
    return local_instant(date.fromisoformat(text), NOON, zone=zone)


def _moment(text: str, zone: ZoneInfo) -> datetime:
    read = datetime.fromisoformat(text)
    return (read if read.tzinfo else read.replace(tzinfo=zone)).astimezone(UTC)


def instants_in(zone: ZoneInfo, now: datetime) -> Callable[[str, str], datetime]:
    """Reads instants as `instant_in` does, those that come again and again once."""

    @lru_cache(maxsize=8192)
    def read(column: str, text: str) -> datetime:
        return instant_in(column, text, zone=zone, now=now)

    return read


def growth_in(column: str, text: str) -> int | None:
    """0 or more; None where nothing is known."""
    if not text:
        return None
    if not WRITTEN_NUMBER.fullmatch(text) or int(text) > MOST:
        raise ValueError(f"{column}: {shown(text)} is no whole number of 0 or more")
    return int(text)


def quantity_in(column: str, text: str) -> int:
    """More than 0 (R26)."""
    if not WRITTEN_NUMBER.fullmatch(text) or not 0 < int(text) <= MOST_AMOUNT:
        raise ValueError(f"{column}: {shown(text)} is no whole number of 1 or more")
    return int(text)


def amount_in(column: str, text: str, *, digits: int) -> int:
    """In minor units of a currency with so many decimals: 0 or more (R12, R26)."""
    try:
        return minor_units(text, digits=digits)
    except ValueError as wrong:
        raise ValueError(f"{column}: {shown(text)}: {wrong}") from None


def shown(text: str) -> str:
    """So much of a field as finds it again, in one line."""
    return repr(text if len(text) <= MOST_SHOWN else text[:MOST_SHOWN] + "…")
