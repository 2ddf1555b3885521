"""Kinds of events: frozen dataclasses with a name, written as JSON and read back with their types."""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import NoneType, UnionType
from typing import Any, Generic, TypeVar, get_args, get_origin, get_type_hints
from uuid import UUID

import orjson

E = TypeVar("E")
Read = Callable[[Any], Any]

READ: Mapping[type, Read] = {
    UUID: UUID,
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    int: int,
    bool: bool,
    str: str,
}


class UnknownKind(Exception):
    """An event of a kind that this process does not know: perhaps told by a newer version."""


class Unreadable(Exception):
    """An event's payload is not that of its kind."""


@dataclass(frozen=True)
class Told(Generic[E]):
    """An event as it reaches a reaction. `id` is its unique cause for effects that need one (R5)."""

    member_id: UUID
    id: UUID
    occurred_at: datetime
    event: E


@dataclass(frozen=True)
class Kind:
    """A kind of event: its fields may hold these types, by name."""

    name: str
    event: type
    fields: Mapping[str, frozenset[type]]


KINDS: dict[str, Kind] = {}
"""By name. Filled when the domains' `events` modules are imported, never changed afterwards."""
NAMES: dict[type, Kind] = {}


def event(name: str) -> Callable[[type[E]], type[E]]:
    """Declare a frozen dataclass as a kind of event. The name is stored: it outlives the class's own name.

    Fields are ids and scalars (UUID, datetime, date, int, bool, str, or None), never personal data (R41). A field
    added later needs a default, for events told before. Raises TypeError if the class is not like that.
    """

    def declare(declared: type[E]) -> type[E]:
        if name in KINDS:
            raise TypeError(f"Two kinds of events are named {name!r}.")
        if not (dataclasses.is_dataclass(declared) and declared.__dataclass_params__.frozen):  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
            raise TypeError(f"{declared.__name__} is not a frozen dataclass.")
        hints = get_type_hints(declared)
        fields = {field.name: _types(declared, hints[field.name]) for field in dataclasses.fields(declared)}
        KINDS[name] = NAMES[declared] = Kind(name, declared, fields)
        return declared

    return declare


def _types(declared: type, hint: Any) -> frozenset[type]:
    found = frozenset(get_args(hint) if get_origin(hint) is UnionType else (hint,))
    if len(found - {NoneType}) != 1 or not found <= READ.keys() | {NoneType}:
        raise TypeError(f"{declared.__name__}: an event has ids and scalars only, not {hint}.")
    return found


def written(told: object) -> tuple[str, str]:
    """The kind's name and the payload as JSON. Raises TypeError: not a declared event, or a value of another type."""
    kind = NAMES.get(type(told))
    if kind is None:
        raise TypeError(f"{type(told).__name__} is not declared as an event.")
    for name, types in kind.fields.items():
        value = getattr(told, name)
        if (UUID if isinstance(value, UUID) else type(value)) not in types:  # the driver has UUIDs of its own
            raise TypeError(f"{type(told).__name__}.{name} is a {type(value).__name__}.")
        if isinstance(value, datetime) and value.tzinfo is None:
            raise TypeError(f"{type(told).__name__}.{name} is an instant without a time zone.")
    return kind.name, orjson.dumps(told, default=str).decode()


def read(name: str, payload: str) -> Any:
    """The event again. Raises UnknownKind, Unreadable; neither says what was in it."""
    kind = KINDS.get(name)
    if kind is None:
        raise UnknownKind(name)
    try:
        found = orjson.loads(payload)
        return kind.event(**{key: _value(kind.fields[key], value) for key, value in found.items()})
    except (ValueError, TypeError, KeyError, AttributeError):
        raise Unreadable(name) from None


def _value(types: frozenset[type], value: Any) -> Any:
    if value is None and NoneType in types:
        return None
    (wanted,) = types - {NoneType}
    if wanted in (int, bool, str) and type(value) is not wanted:
        raise TypeError(wanted)
    return READ[wanted](value)
