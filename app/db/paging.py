"""A page of a list that grows: so many rows after a place in it."""

import base64
import binascii
from dataclasses import dataclass, field
from typing import Protocol, Self
from uuid import UUID

from app.errors import BadInput

MOST = 100
NO_CURSOR = "'after' is not a cursor of this list."
MARK = b"c:"
"""In front of the key in a cursor, so that no other base64 of the right length is taken for one."""
PLACED = b"p:"
"""Likewise where a place in an order of the client's choice follows the key."""
KEY = 16
FIRST_KEY, LAST_KEY = UUID(int=0), UUID(int=2**128 - 1)
"""Before and after every key."""
LONGEST_PLACE = 100


class HasId(Protocol):
    @property
    def id(self) -> UUID: ...


@dataclass(frozen=True)
class Page:
    """So many rows, newest first, after the row with the key `after`."""

    first: int = 20
    after: UUID | None = None
    looks_on: bool = field(default=True, kw_only=True)
    """Does anybody ask whether there are more?"""

    @classmethod
    def asked(cls, first: int, after: str | None) -> Self:
        """May raise BadInput: too many, none, or not after a cursor."""
        check_number(first)
        return cls(first, None if after is None else key_of_cursor(after))

    @property
    def limit(self) -> int:
        """One more than asked for, to know whether there is a next page, if anybody asks for that."""
        return self.first + self.looks_on


@dataclass(frozen=True)
class OrderedPage(Page):
    """So many rows of a list in an order of the client's choice, after the row with the key `after`, which was at
    `place` in it. A function that takes one gives rows that have a `place` themselves."""

    place: str | None = None

    @classmethod
    def asked(cls, first: int, after: str | None) -> Self:
        check_number(first)
        return cls(first) if after is None else cls(first, *placed_key_of_cursor(after))


def check_number(first: int) -> None:
    if not 1 <= first <= MOST:
        raise BadInput(f"'first' must be between 1 and {MOST}.")


def cursor_of(row: HasId) -> str:
    """Opaque place of a row. Ids are in order of time, so they are the order of every list that has no order of its
    own; there a row has its place with it."""
    place: str | None = getattr(row, "place", None)
    told = MARK + row.id.bytes if place is None else PLACED + row.id.bytes + place.encode()
    return binascii.b2a_base64(told, newline=False).decode()


def key_of_cursor(cursor: str) -> UUID:
    """May raise BadInput."""
    try:
        return UUID(bytes=_read(cursor, MARK))
    except ValueError:
        raise BadInput(NO_CURSOR) from None


def placed_key_of_cursor(cursor: str) -> tuple[UUID, str]:
    """May raise BadInput. Whether there is such a place is for those to say who know the order."""
    try:
        read = _read(cursor, PLACED)
        return UUID(bytes=read[:KEY]), read[KEY : KEY + LONGEST_PLACE].decode()
    except ValueError:
        raise BadInput(NO_CURSOR) from None


def _read(cursor: str, mark: bytes) -> bytes:
    read = base64.b64decode(cursor, validate=True)
    if not read.startswith(mark):
        raise ValueError(cursor)
    return read.removeprefix(mark)
