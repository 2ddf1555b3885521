"""Why a reward cannot be redeemed, and why nothing becomes of a redemption what was asked for."""

from dataclasses import dataclass
from enum import Enum
from uuid import UUID

from app.coupons.rules.refusals import (
    CouponBudgetUsed,
    CouponLimitReached,
    CouponNotClaimable,
    CouponOfferClosed,
    CouponsOutOfStock,
)
from app.offers.rules.refusals import Closed, LimitReached, NotYetOpen, TierTooLow
from app.points.rules import NotEnoughPoints

from .kinds import RedemptionState

NO_REWARD = "There is no such reward."
"""Whether it is another program's, or nobody's (R43)."""
NO_REDEMPTION = "There is no such redemption."
"""Whether it is another member's, or nobody's (R43)."""


@dataclass(frozen=True)
class RewardClosed(Closed):
    """The reward could be redeemed before an instant that has come, or was retired (R2)."""


@dataclass(frozen=True)
class OutOfStock:
    """Nothing is left of the reward (R31)."""

    reward_id: UUID


@dataclass(frozen=True)
class RedemptionLimitReached(LimitReached):
    """The member has redeemed the reward as often as they may in a period (R31)."""


@dataclass(frozen=True)
class PriceRaised:
    """The reward costs the member more by now than they were shown."""

    reward_id: UUID
    points: int
    """What it costs them."""
    shown: int
    """What they were shown."""


OfItsCoupon = CouponNotClaimable | CouponOfferClosed | CouponsOutOfStock | CouponBudgetUsed | CouponLimitReached
"""What keeps a member from a reward that is a coupon, because of the coupon."""
Obstacle = NotYetOpen | RewardClosed | OutOfStock | TierTooLow | RedemptionLimitReached | NotEnoughPoints | OfItsCoupon
"""What keeps a member from redeeming a reward."""


class WhyNot(Enum):
    """Why a redemption cannot take a step from where it is."""

    NOT_CONFIRMED = "NOT_CONFIRMED"
    """Staff have not confirmed it yet."""
    CONFIRMED_ALREADY = "CONFIRMED_ALREADY"
    FULFILLED_ALREADY = "FULFILLED_ALREADY"
    CODE_SHOWN = "CODE_SHOWN"
    """The voucher's code was shown: only staff may take the redemption back (R35)."""
    GIVEN_BACK = "GIVEN_BACK"
    """It was cancelled or refunded: nothing becomes of it any more."""
    FULFILLED_BY_CODE = "FULFILLED_BY_CODE"
    """A voucher is fulfilled by showing its code, not by staff."""
    NO_CODE = "NO_CODE"
    """The reward is no voucher: there is no code."""
    COUPON_RESERVED = "COUPON_RESERVED"
    """Its coupon is set aside for an order (R35)."""
    COUPON_USED = "COUPON_USED"
    COUPON_EXPIRED = "COUPON_EXPIRED"
    COUPON_REVOKED = "COUPON_REVOKED"
    """Staff took the coupon back: they decide about the points, too."""


@dataclass(frozen=True)
class StepNotPossible:
    """What was asked for is no step that the redemption can take from where it is."""

    member_id: UUID
    redemption_id: UUID
    state: RedemptionState
    """What it was then."""
    why: WhyNot
