"""What a program chooses from in its section on points."""

from enum import StrEnum

CAMPAIGN = "campaign."
"""Before the code of a campaign, where otherwise a rule's code stands: what it adds to what rules bring. The codes of
rules have no dot."""


class Rounding(StrEnum):
    """How the points of a whole order become an integer; it is done once an order (R12)."""

    FLOOR = "FLOOR"
    """What is not a whole point is dropped."""
    HALF_UP = "HALF_UP"
    """Half a point and more is one."""


class ExpiryKind(StrEnum):
    """When active points lapse (R9)."""

    MONTHS = "MONTHS"
    """So many calendar months after they became active (R3)."""
    YEARLY = "YEARLY"
    """All together, on the local January 1 after they became active."""


class Action(StrEnum):
    """What another system may report that a customer did, beside orders (R24)."""

    REVIEW = "REVIEW"
    SHARE = "SHARE"
    POST = "POST"
    ANSWER = "ANSWER"
    LOGIN = "LOGIN"
    PROFILE_COMPLETED = "PROFILE_COMPLETED"


class Period(StrEnum):
    """Of the local calendar, in the program's time zone (R1, R27)."""

    DAY = "DAY"
    WEEK = "WEEK"
    """From Monday."""
    MONTH = "MONTH"
    YEAR = "YEAR"
    LIFETIME = "LIFETIME"
    """All time."""


class ClawBack(StrEnum):
    """What becomes of points to take back that have been spent (R11)."""

    WITHIN_BALANCE = "WITHIN_BALANCE"
    """What is there is taken; the rest is written at the lot, and settled by what returns to it."""
    DEBT = "DEBT"
    """The rest is owed: whatever comes in pays it first."""
    PENDING_ONLY = "PENDING_ONLY"
    """Only what was still pending when it was refunded is taken; of a refund that is reported late, from what there is
    by then (R25)."""


class GiveBack(StrEnum):
    """What becomes of points that are given back when their time has passed (R7)."""

    LAPSE = "LAPSE"
    """They lapse at once."""
    EXTEND = "EXTEND"
    """They last some days more, once a lot and only when the shop cancelled."""
