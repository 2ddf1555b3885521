"""The scalars: what they mean to a person, and which texts are taken for them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from strawberry.exceptions import StrawberryInputCoercionError
from strawberry.schema.types import base_scalars
from strawberry.types.scalar import ScalarDefinition

T = TypeVar("T")

INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
DECIMAL = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?")


def instant_of(text: str) -> datetime:
    """RFC 3339. May raise ValueError."""
    if INSTANT.fullmatch(text) is None:
        raise ValueError("an instant is written with its time zone, such as 2026-01-31T12:00:00Z")
    return datetime.fromisoformat(text.upper())


def date_of(text: str) -> date:
    """May raise ValueError."""
    if DATE.fullmatch(text) is None:
        raise ValueError("a day is written such as 2026-01-31")
    return date.fromisoformat(text)


def decimal_of(text: str) -> Decimal:
    """May raise ValueError."""
    if DECIMAL.fullmatch(text) is None:
        raise ValueError('an amount or number is written as text such as "12.50"')
    return Decimal(text)


def _parsed(name: str, parse: Callable[[str], T]) -> Callable[[object], T]:
    """For strings only: a JSON number has lost digits before anybody can look at it."""

    def parsed(value: object) -> T:
        try:
            if isinstance(value, str):
                return parse(value)
            if isinstance(value, int) and not isinstance(value, bool) and name == "Decimal":
                return parse(str(value))
        except ValueError as wrong:
            raise StrawberryInputCoercionError(f"Not a {name}: {wrong}.") from None
        raise StrawberryInputCoercionError(f"Not a {name}: it must be a string.")

    return parsed


def _as_it_is(value: object) -> datetime:
    """An instant is written when the whole answer is (orjson does it, in the same form): both ways of execution give
    the same. May raise TypeError."""
    if not isinstance(value, datetime):
        raise TypeError(f"{value.__class__.__name__} is no instant")
    return value


SCALARS: Mapping[object, ScalarDefinition] = {
    datetime: replace(
        base_scalars.DateTimeDefinition,
        description="An instant, written as in RFC 3339; answers are in UTC: `2026-01-31T12:00:00+00:00`.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339",
        parse_value=_parsed("DateTime", instant_of),
        serialize=_as_it_is,
    ),
    date: replace(
        base_scalars.DateDefinition,
        description="A day of the calendar, without a time of day: `2026-01-31`.",
        parse_value=_parsed("Date", date_of),
    ),
    Decimal: replace(
        base_scalars.DecimalDefinition,
        description='A decimal number, written as a string so that nothing of it is lost: `"12.50"`.',
        parse_value=_parsed("Decimal", decimal_of),
    ),
    UUID: replace(
        base_scalars.UUIDDefinition,
        description="A UUID in its usual form: `123e4567-e89b-42d3-a456-426614174000`.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc9562",
    ),
}
