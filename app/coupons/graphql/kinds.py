"""What kinds of things there are about coupons, as a client sees them."""

import strawberry

from app.coupons.rules.discounts import WhyNothing
from app.coupons.rules.refusals import WhyNoStep
from app.coupons.section import CouponKind, Way
from app.graph import describe_values

__all__ = ["CouponKind", "Way", "WhyNoStep", "WhyNothing"]

strawberry.enum(CouponKind, description="What a coupon takes off, and of what.")
describe_values(
    CouponKind,
    {
        "THRESHOLD": "An amount, from a threshold on.",
        "PERCENTAGE": "So many percent, up to a cap if there is one.",
        "CASH": "An amount, whatever is bought.",
        "CATEGORY": "An amount, or so many percent, of what is of some categories.",
        "EXCHANGE": "A product for nothing, or for a fixed price.",
        "PARTNER": "Something at a partner of the shop: it takes nothing off here.",
    },
)
strawberry.enum(Way, name="CouponWay", description="How a member comes to have a coupon.")
describe_values(
    Way,
    {
        "CLAIM": "They claim it.",
        "CODE": "They redeem a code.",
        "GRANT": "Staff issue it.",
        "REWARD": "They redeem points for it.",
        "GIFT": "The program gives it: for a tier, a check-in, an invitation.",
    },
)
strawberry.enum(WhyNoStep, name="CouponObstacle", description="Why a coupon cannot take a step from where it is.")
describe_values(
    WhyNoStep,
    {
        "NOT_YET_VALID": "It can be used later: from `Coupon.validFrom` on.",
        "NOT_RESERVED": "It must be reserved for the order first, or is not any more.",
        "RESERVED_ALREADY": "It is reserved for this order already.",
        "RESERVED_FOR_ANOTHER": "It is reserved for another order, or by another system.",
        "REDEEMED": "It was used already.",
        "REDEEMED_FOR_ANOTHER": "It was used for another order, or by another system.",
        "NOT_REDEEMED": "It was not used: one that is reserved is released instead.",
        "GROUP_USED": "Another coupon of its `CouponTemplate.stackingGroup` is reserved or was used for the order.",
        "GROUPS_USED": "Coupons of three other groups are reserved or were used for the order: there can be no more.",
        "TOO_MUCH_OFF": "The order's other coupons leave less to be paid for what it is for than it takes off.",
        "EXPIRED": "Its time has passed.",
        "REVOKED": "The shop took it back.",
        "NO_CODE": "It has no code of a partner's: `CouponPartner.hasCodes`.",
    },
)
strawberry.enum(WhyNothing, name="CouponMisfit", description="Why a coupon takes nothing off a cart.")
describe_values(
    WhyNothing,
    {
        "NOTHING_ELIGIBLE": "Nothing that it is for is in the cart; gift cards and shipping never are.",
        "BELOW_THRESHOLD": "What it is for comes to less than its threshold.",
        "NO_USE": "It would take off nothing.",
    },
)
