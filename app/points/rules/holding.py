"""What a hold is at an instant, and what came of placing, capturing, releasing it, and giving back of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol
from uuid import UUID

from .kinds import HoldState

NO_HOLD = "There is no such hold."
"""Whether it is another's, or nobody's (R43)."""


class CancelledBy(Enum):
    """Who cancelled what a hold had paid for: lots are only extended if it was the shop (R7)."""

    SHOP = "SHOP"
    CUSTOMER = "CUSTOMER"


class Timed(Protocol):
    @property
    def state(self) -> str: ...
    @property
    def deadline(self) -> datetime: ...


class Ending(Timed, Protocol):
    @property
    def ended_at(self) -> datetime | None: ...


def hold_state(hold: Timed, *, now: datetime) -> HoldState:
    """An open hold has timed out from its deadline on, though nobody has entered it (R2, R14)."""
    if hold.state == HoldState.OPEN.name and hold.deadline <= now:
        return HoldState.TIMED_OUT
    return HoldState[hold.state]


def hold_ended_at(hold: Ending, *, now: datetime) -> datetime | None:
    """When it ended, entered or not (R2)."""
    return hold.deadline if hold_state(hold, now=now) is HoldState.TIMED_OUT else hold.ended_at


@dataclass(frozen=True)
class HoldPlaced:
    """Points are held."""

    member_id: UUID
    hold_id: UUID
    replayed: bool = False


@dataclass(frozen=True)
class HoldCaptured:
    """The held points are spent."""

    member_id: UUID
    hold_id: UUID
    replayed: bool = False


@dataclass(frozen=True)
class HoldReleased:
    """The held points have returned to the lots that paid."""

    member_id: UUID
    hold_id: UUID
    replayed: bool = False


@dataclass(frozen=True)
class PointsGivenBack:
    """Points that a hold had spent have returned to the lots that paid (R7)."""

    member_id: UUID
    hold_id: UUID
    give_back_id: UUID
    replayed: bool = False


@dataclass(frozen=True)
class HoldNotCaptured:
    """The hold has spent nothing that could be given back."""

    member_id: UUID
    hold_id: UUID
    state: HoldState


@dataclass(frozen=True)
class MoreThanLeft:
    """More is to be given back than the hold spent and was not given back before."""

    member_id: UUID
    hold_id: UUID
    left: int
