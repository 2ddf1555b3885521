"""What kinds of movements, causes, lots and holds there are."""

from enum import Enum


class LotState(Enum):
    """What is written of a lot; what it counts as at an instant follows from its times (R2)."""

    PENDING = "PENDING"
    ACTIVE = "ACTIVE"
    LAPSED = "LAPSED"


class HoldState(Enum):
    """A hold is open until it ends, once (R14)."""

    OPEN = "OPEN"
    CAPTURED = "CAPTURED"
    RELEASED = "RELEASED"
    TIMED_OUT = "TIMED_OUT"


class EntryKind(Enum):
    """What a movement did. Of one cause, by one rule, there is at most one of each kind (R5)."""

    EARNED = "EARNED"
    ACTIVATED = "ACTIVATED"
    EXPIRED = "EXPIRED"
    SPENT = "SPENT"
    HELD = "HELD"
    CAPTURED = "CAPTURED"
    RELEASED = "RELEASED"
    GIVEN_BACK = "GIVEN_BACK"
    REVERSED = "REVERSED"
    RESTORED = "RESTORED"
    DEBT_PAID = "DEBT_PAID"
    ADJUSTED = "ADJUSTED"


class Cause(Enum):
    """What kind of thing made the points move; `cause_id` says which one."""

    ORDER = "ORDER"
    REFUND = "REFUND"
    ACTIVITY = "ACTIVITY"
    HOLD = "HOLD"
    GIVE_BACK = "GIVE_BACK"
    ADJUSTMENT = "ADJUSTMENT"
    SPENDING = "SPENDING"
    TIER_GIFT = "TIER_GIFT"
    """A tier was reached, or turned out never to have been (R15, R16)."""
    CHECK_IN = "CHECK_IN"
    """The member checked in, or a day was made up that completed something (R28-R30)."""
    MAKE_UP = "MAKE_UP"
    """A missed day was made up, for points (R30)."""
    REDEMPTION = "REDEMPTION"
    """A reward was redeemed, or a redemption cancelled (R35)."""
    REFERRAL = "REFERRAL"
    """Somebody was invited, or accepted an invitation (R37)."""


PAYING = frozenset((EntryKind.SPENT, EntryKind.HELD))
"""Kinds of movements that pay with lots, which may get it back (R6, R7)."""
