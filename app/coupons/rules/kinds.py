"""What becomes of a coupon, which steps there are, who takes them, and what jobs about coupons do."""

from enum import Enum


class CouponState(Enum):
    """What became of a coupon (R32)."""

    ISSUED = "ISSUED"
    """The member has it, and can use it while it is valid."""
    RESERVED = "RESERVED"
    """It is set aside for an order, until that is settled or the reservation ends."""
    REDEEMED = "REDEEMED"
    """It was used for an order."""
    EXPIRED = "EXPIRED"
    """Its time passed before it was used."""
    REVOKED = "REVOKED"
    """The shop took it back: before it was used, or when it was given back and what it was for had been undone."""


class CouponStep(Enum):
    """What can become of a coupon, after it was issued."""

    SHOW_CODE = "SHOW_CODE"
    """By the member: they have the partner's code, and the coupon as before."""
    RESERVE = "RESERVE"
    REDEEM = "REDEEM"
    RELEASE = "RELEASE"
    """By the system that reserved it: the order did not come about."""
    TIME_OUT = "TIME_OUT"
    """By time: the reservation ended (R2)."""
    RETURN = "RETURN"
    """The order was cancelled: the coupon is given back, if what it was given for was not undone meanwhile."""
    EXPIRE = "EXPIRE"
    """By time: its end has come (R2)."""
    REVOKE = "REVOKE"
    """By staff, or with what it was given for."""


class CouponActor(Enum):
    """Who takes a step."""

    SYSTEM = "SYSTEM"
    """One that sells: the source names it."""
    MEMBER = "MEMBER"
    STAFF = "STAFF"
    PROGRAM = "PROGRAM"
    """Time, or what the coupon was given for was undone."""


class WhyNotGiven(Enum):
    """Why a coupon did not come that was to be given for something."""

    OUT_OF_STOCK = "OUT_OF_STOCK"
    BUDGET_USED = "BUDGET_USED"
    BUDGET_AWAITED = "BUDGET_AWAITED"
    """Money of coupons that had lapsed was about to come back: what the coupon is for does not wait for that."""
    OFFER_CLOSED = "OFFER_CLOSED"
    """The template was retired, or none of its coupons could be used any more."""
    NOT_A_GIFT = "NOT_A_GIFT"
    """The template does not say that its coupons are given so."""
    NO_TEMPLATE = "NO_TEMPLATE"


class CouponJobKind(Enum):
    """What staff have the worker do, a part at a time."""

    ISSUE = "ISSUE"
    """A coupon for each of the members that a filter finds."""
    CODES = "CODES"
    """So many codes, each of which brings a coupon."""


class CouponJobState(Enum):
    """PENDING → RUNNING → DONE or FAILED."""

    PENDING = "PENDING"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"
    """It cannot be gone on with: nothing is left, or the template is retired. What was done stays."""
