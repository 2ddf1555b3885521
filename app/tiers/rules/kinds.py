"""What moves growth, and what becomes of a tier."""

from enum import Enum


class GrowthCause(Enum):
    """What kind of thing brought growth; `cause_id` says which one."""

    ORDER = "ORDER"
    REFUND = "REFUND"
    """Takes back what an order brought."""
    ACTIVITY = "ACTIVITY"
    OPENING = "OPENING"
    """What a member had before they came to be known here (R19)."""


class EntryManner(Enum):
    """How growth was entered, and so what comes of what it leads to, whenever that is seen (R19)."""

    LIVE = "LIVE"
    """What it reaches is told and given for."""
    HISTORY = "HISTORY"
    """It was played in from the past: nobody is told, and nothing is given."""
    GIVING_HISTORY = "GIVING_HISTORY"
    """Likewise, but what it reaches is given for."""


class TierChangeKind(Enum):
    """What became of a member's tier."""

    RAISED = "RAISED"
    """Growth reached a higher one (R17)."""
    CORRECTED = "CORRECTED"
    """It rested on growth that was taken back (R15)."""
    RENEWED = "RENEWED"
    """Its period ended, and it is held for another (R17)."""
    LOWERED = "LOWERED"
    """Its period ended, and the growth did not renew it (R17)."""
    NOTICED = "NOTICED"
    """The member was told that it is at risk (R17)."""
    BROUGHT = "BROUGHT"
    """The member brought it along: a floor until the end of its first period (R19)."""
    KEPT = "KEPT"
    """Growth that was reported late would have led to less than the member was shown: that stands."""
    MANUAL = "MANUAL"
    """Staff set a tier, or another end of it (R23)."""
    MANUAL_ENDED = "MANUAL_ENDED"
    """The tier that staff set is over (R23)."""


class ManualHold(Enum):
    """What a tier that staff set does to one that is earned (R23)."""

    AT_LEAST = "AT_LEAST"
    """The higher of both is held."""
    EXACTLY = "EXACTLY"
    """It is held whatever is earned."""


STAFF = frozenset((TierChangeKind.MANUAL.name, TierChangeKind.MANUAL_ENDED.name))
"""Rows of what staff set."""
FLOORS = frozenset((TierChangeKind.BROUGHT.name, TierChangeKind.KEPT.name))
"""Rows that say of themselves what a member holds, whatever the growth is."""
