"""Why a coupon cannot be had, why it cannot be used, and why nothing becomes of it what was asked for."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID

from app.offers.rules.refusals import Closed, LimitReached, NotYetOpen, TierTooLow

from .discounts import WhyNothing
from .kinds import CouponState

NO_TEMPLATE = "There is no such coupon template."
"""Whether it is another program's, or nobody's (R43)."""
NO_COUPON = "There is no such coupon."
"""Whether it is another member's, or nobody's (R43)."""


@dataclass(frozen=True)
class CouponOfferClosed(Closed):
    """Coupons of the template were to be had before an instant that has come, or the template was retired, or none of
    its coupons could be used any more (R2)."""


@dataclass(frozen=True)
class CouponLimitReached(LimitReached):
    """The member has had as many coupons of the template as they may in a period (R31)."""


@dataclass(frozen=True)
class CouponsOutOfStock:
    """All coupons of the template are issued (R31)."""

    program: str
    template: str


@dataclass(frozen=True)
class CouponBudgetUsed:
    """What coupons of the template may take off together is set aside for those that are issued (R31)."""

    program: str
    template: str


@dataclass(frozen=True)
class CouponNotClaimable:
    """Nobody claims coupons of the template: one comes by them in other ways."""

    program: str
    template: str


@dataclass(frozen=True)
class CouponCampaignNotOn:
    """Coupons of the template are to be had while a campaign is on for the member, and it is not."""

    program: str
    campaign: str
    next_opens_at: datetime | None
    """When it is on next; None: that is not known, or never."""


@dataclass(frozen=True)
class CouponCodeNotValid:
    """It is no code, or it was used: nobody learns which (R43)."""

    program: str


Obstacle = (
    CouponNotClaimable
    | NotYetOpen
    | CouponOfferClosed
    | CouponCampaignNotOn
    | CouponsOutOfStock
    | CouponBudgetUsed
    | TierTooLow
    | CouponLimitReached
)
"""What keeps a member from claiming a coupon."""


class WhyNoStep(Enum):
    """Why a coupon cannot take a step from where it is."""

    NOT_YET_VALID = "NOT_YET_VALID"
    NOT_RESERVED = "NOT_RESERVED"
    """It must be reserved for the order first, or is not any more."""
    RESERVED_ALREADY = "RESERVED_ALREADY"
    """For this order: nothing is to be done."""
    RESERVED_FOR_ANOTHER = "RESERVED_FOR_ANOTHER"
    """For another order, or by another system (R33)."""
    REDEEMED = "REDEEMED"
    REDEEMED_FOR_ANOTHER = "REDEEMED_FOR_ANOTHER"
    NOT_REDEEMED = "NOT_REDEEMED"
    GROUP_USED = "GROUP_USED"
    """Another coupon of its group is reserved for the order, or was used for it (R34)."""
    GROUPS_USED = "GROUPS_USED"
    """Coupons of as many groups as may be are, already (R34)."""
    TOO_MUCH_OFF = "TOO_MUCH_OFF"
    """The order's other coupons leave less to be paid than it takes off (R34)."""
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"
    NO_CODE = "NO_CODE"
    """There is no code of a partner's to be shown."""


@dataclass(frozen=True)
class CouponStepNotPossible:
    """What was asked for is no step that the coupon can take from where it is."""

    member_id: UUID
    coupon_id: UUID
    state: CouponState
    """What it was then."""
    why: WhyNoStep


@dataclass(frozen=True)
class CouponNotUsable:
    """The coupon takes nothing off what is ordered."""

    member_id: UUID
    coupon_id: UUID
    misfit: WhyNothing
    missing: int
    """Of what is below the threshold: by how much, in minor units."""
    currency: str
