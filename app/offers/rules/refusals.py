"""Why a member cannot have what is offered."""

from dataclasses import dataclass
from datetime import datetime

from app.points.section import Period


@dataclass(frozen=True)
class NotYetOpen:
    """It is to be had from an instant on that is yet to come (R2)."""

    opens_at: datetime


@dataclass(frozen=True)
class Closed:
    """It was to be had before an instant that has come, or was retired (R2). Each domain says what it is that closed
    by a class of its own."""

    closed_at: datetime


@dataclass(frozen=True)
class TierTooLow:
    """It is for members of a higher tier."""

    program: str
    version: int
    """Whose ladder it is."""
    tier: str
    """Code of the least tier that may."""
    growth_missing: int
    """How much growth is missing to reach it."""


@dataclass(frozen=True)
class LimitReached:
    """The member has had it as often as they may in a period (R31). Each domain says what it is by a class of its
    own."""

    limit: int
    period: Period
    resets_at: datetime | None
    """When the next period begins; None: there is none."""
