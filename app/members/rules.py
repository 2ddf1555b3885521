"""What a membership is, and what speaks against joining or leaving."""

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple
from uuid import UUID

import regex

from app.errors import BadInput

LONGEST_NAME = 30
GRAPHEME = regex.compile(r"\X")
INVISIBLE = regex.compile(r"[\p{C}\p{Zl}\p{Zp}]")


class MemberStatus(Enum):
    ACTIVE = "ACTIVE"
    LEFT = "LEFT"


@dataclass(frozen=True)
class Joined:
    """The customer is a member now."""

    member_id: UUID
    replayed: bool = False


@dataclass(frozen=True)
class AlreadyMember:
    """The customer was a member before."""

    member_id: UUID
    program: str


@dataclass(frozen=True)
class Left:
    """The customer is no longer a member; points and growth are kept for a return."""

    member_id: UUID
    replayed: bool = False


@dataclass(frozen=True)
class NotMember:
    """The customer is not a member of the program."""

    program: str


class Touch(NamedTuple):
    """Somebody locked a member to write: their books are to be proved anew (R5)."""

    member_id: UUID
    id: UUID


def shown_name(asked: str | None) -> str | None:
    """A public display name, trimmed. May raise BadInput: empty, over 30 characters, or not visible."""
    if asked is None:
        return None
    name = asked.strip()
    if not 0 < len(GRAPHEME.findall(name)) <= LONGEST_NAME or INVISIBLE.search(name) or len(name) > 10 * LONGEST_NAME:
        raise BadInput(f"'displayName' must have 1 to {LONGEST_NAME} visible characters.")
    return name


def channel_named(asked: str | None) -> str | None:
    """Where somebody came from, such as `app` or `store`. May raise BadInput."""
    if asked is not None and not regex.fullmatch(r"[a-z0-9][a-z0-9_-]{0,31}", asked):
        raise BadInput("'channel' must be 1 to 32 of a-z, 0-9, '-' and '_'.")
    return asked
