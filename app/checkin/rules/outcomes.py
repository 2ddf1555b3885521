"""What can come of checking in, and of making up a day."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True)
class CheckedIn:
    """The member has checked in today."""

    member_id: UUID
    check_in_id: UUID
    already_done: bool = False
    """By another request, before: nothing moved now (R28)."""
    replayed: bool = False


@dataclass(frozen=True)
class MadeUp:
    """A missed day counts now."""

    member_id: UUID
    check_in_id: UUID
    cost: int
    points: int
    """Bonuses that this day, and those after it, reached by it."""
    replayed: bool = False


@dataclass(frozen=True)
class CheckInNotOffered:
    """The program has no check-in."""

    program: str


@dataclass(frozen=True)
class DayNotPast:
    """Today, or a day to come, cannot be made up."""

    day: date
    today: date


@dataclass(frozen=True)
class DayTooLongAgo:
    """The day is before the window."""

    day: date
    earliest: date


@dataclass(frozen=True)
class DayBeforeJoining:
    """They were no member on that day."""

    day: date
    joined_on: date


@dataclass(frozen=True)
class AlreadyCheckedIn:
    """The day was not missed."""

    member_id: UUID
    check_in_id: UUID
    day: date


@dataclass(frozen=True)
class NoMakeUpsLeft:
    """As many days were made up this month as may be."""

    limit: int
    resets_at: datetime | None
    """When there are more; None: never, by these rules."""
