"""What kinds of check-ins there are."""

from enum import Enum


class CheckInKind(Enum):
    """How a day came to count."""

    DAILY = "DAILY"
    """The member checked in on that day."""
    MADE_UP = "MADE_UP"
    """They missed it, and made it up later (R30)."""
