"""What kinds of things there are about benefits, as a client sees them."""

import strawberry

from app.benefits.rules.kinds import BenefitSource, BenefitUseState
from app.benefits.section import BenefitKind
from app.graph import describe_values

__all__ = ["BenefitKind", "BenefitSource", "BenefitUseState"]

strawberry.enum(BenefitKind, description="What kind of thing a benefit is.")
describe_values(
    BenefitKind,
    {
        "MEMBER_PRICE": "Prices for members: `percentOff`, or the shop's own; on `categories` if any are named.",
        "PRIORITY_SHIPPING": "Orders are sent before others: within `withinHours` of payment, if that is said.",
        "DEDICATED_SERVICE": "Support staff of one's own: who answers within `withinMinutes`, if that is said.",
        "MEMBER_DAY_EXTRA": "More on member days: what `campaigns` give.",
        "TRIAL_PRIORITY": "Applications for trials count `chances` times.",
        "EARLY_ACCESS": "What is offered can be had `hours` before everybody else.",
        "POINTS_MULTIPLIER": "The points of `rules` are multiplied by `multiplier`.",
        "BIRTHDAY_GIFT": "A `gift` once a calendar year.",
        "EXPRESS_REFUND": "Refunds are paid at once: within `withinHours`, if that is said.",
        "FLEXIBLE_RETURNS": "What was bought can be returned for `days` after the order was completed.",
        "PARTNER_BENEFIT": "Something that another `brand` gives.",
        "EXCLUSIVE_COUPONS": "Coupons that others cannot have: those of `templates`.",
        "PROMOTION_EXTRAS": "More in promotions: what `campaigns` give.",
        "AFTER_SALES_PRIORITY": "After-sales requests are seen to first: within `withinHours`, if that is said.",
    },
)
strawberry.enum(BenefitSource, description="By what a member has a benefit.")
describe_values(
    BenefitSource,
    {
        "TIER": "The tier that they hold.",
        "CAMPAIGN": "A campaign that is running.",
        "STAFF": "Staff granted it for some time.",
    },
)
strawberry.enum(BenefitUseState, description="What became of the use of a benefit.")
describe_values(
    BenefitUseState,
    {"USED": "It counts.", "GIVEN_BACK": "What it was used for was undone: it does not count any more."},
)
