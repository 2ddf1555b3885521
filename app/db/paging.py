"""A page of a list that grows: so many rows after a place in it."""

import base64
import binascii
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from app.errors import BadInput

MOST = 100
MARK = b"c:"
"""In front of the key in a cursor, so that no other base64 of the right length is taken for one."""


class HasId(Protocol):
    @property
    def id(self) -> UUID: ...


@dataclass(frozen=True)
class Page:
    """So many rows, newest first, after the row with the key `after`."""

    first: int = 20
    after: UUID | None = None

    @classmethod
    def asked(cls, first: int, after: str | None) -> "Page":
        if not 1 <= first <= MOST:
            raise BadInput(f"'first' must be between 1 and {MOST}.")
        return cls(first, None if after is None else key_of_cursor(after))

    @property
    def limit(self) -> int:
        """One more than asked for, to know whether there is a next page."""
        return self.first + 1


def cursor_of(row: HasId) -> str:
    """Opaque place of a row. Ids are in order of time, so they are the order of every list."""
    return binascii.b2a_base64(MARK + row.id.bytes, newline=False).decode()


def key_of_cursor(cursor: str) -> UUID:
    try:
        read = base64.b64decode(cursor, validate=True)
        if not read.startswith(MARK):
            raise ValueError(cursor)
        return UUID(bytes=read.removeprefix(MARK))
    except ValueError:
        raise BadInput("'after' is not a cursor of this list.") from None
