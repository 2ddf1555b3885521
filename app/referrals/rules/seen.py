"""Invitations as a client sees them."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NamedTuple
from uuid import UUID

from app.programs.section import Words


class InvitationState(Enum):
    """What became of an invitation, as it is shown."""

    REGISTERED = "REGISTERED"
    QUALIFIED = "QUALIFIED"
    REVERSED = "REVERSED"
    CAPPED = "CAPPED"


@dataclass(frozen=True)
class InvitationSeen:
    """That one member invited another, as one of the two sees it."""

    member_id: UUID
    id: UUID
    side: str
    name: str | None
    """That the other one shows; None: none, or they have left."""
    state: str
    accepted_at: datetime
    bonus: int
    theirs_from: datetime | None


@dataclass(frozen=True)
class ReferralSeen:
    """What invitations are to a member."""

    member_id: UUID
    program: str
    code: str | None
    link: str | None
    monthly_cap: int | None
    """How many invitations accepted in a local month bring the inviter a bonus; None: all."""


@dataclass(frozen=True)
class Bonuses:
    """Points that invitations brought a member."""

    pending: int
    active: int


@dataclass(frozen=True)
class Leader:
    """A place on the leaderboard."""

    rank: int
    name: str | None
    number: int


class Left(NamedTuple):
    """What is left of a month's bonuses."""

    number: int | None


NAMELESS = Words(zh="会员", en="A member")
"""Who shows no name, or has left."""


def shown_state(state: str, *, is_capped: bool) -> str:
    return InvitationState.CAPPED.name if is_capped else state


def name_shown(named: InvitationSeen | Leader, *, language: str) -> str:
    """The name that they show, or a neutral one."""
    return named.name or (NAMELESS.zh if language == "zh" else NAMELESS.en)
