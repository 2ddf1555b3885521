"""What kinds of things there are about growth and tiers, as a client sees them."""

import strawberry

from app.graph import describe_values
from app.tiers.rules import GrowthCause, ManualHold, TierChangeKind
from app.tiers.rules.explanation import TierBasis, WayKind
from app.tiers.rules.seen import TierCause
from app.tiers.section import Lowering

__all__ = ["GrowthCause", "Lowering", "ManualHold", "TierBasis", "TierCause", "TierChangeKind", "WayKind"]

strawberry.enum(GrowthCause, description="What made growth move.")
describe_values(
    GrowthCause,
    {
        "ORDER": "An order.",
        "REFUND": "A refund: it takes back what an order brought.",
        "ACTIVITY": "Something the member did: a review, a share, and so on.",
        "OPENING": "The member had it before they came to be known here.",
    },
)
strawberry.enum(TierChangeKind, description="What became of a member's tier.")
describe_values(
    TierChangeKind,
    {
        "RAISED": "Growth reached a higher one, or an edit of the ladder did.",
        "CORRECTED": "It, or the period for which it is held, rested on growth that was taken back.",
        "RENEWED": "Its period ended, and it is held for another.",
        "LOWERED": "Its period ended, and the growth did not renew it.",
        "NOTICED": "The member was told that it is at risk.",
        "BROUGHT": "The member brought it along from elsewhere.",
        "KEPT": "Growth that was reported late would have led to less than the member had been shown: that stands.",
        "MANUAL": "Staff set a tier, or another end of it.",
        "MANUAL_ENDED": "The tier that staff set is over.",
    },
)
strawberry.enum(TierCause, description="Why something became of a member's tier.")
describe_values(
    TierCause,
    {
        "ORDER": "The growth of an order.",
        "ACTIVITY": "Growth for something the member did.",
        "OPENING": "Growth that the member had before they came to be known here.",
        "REFUND": "A refund took growth back.",
        "TIME": "A period ended or is about to, or what staff set is over.",
        "RULES": "The program's rules were changed.",
        "BROUGHT": "The member brought the tier along.",
        "PROMISE": "The member had been shown the tier: growth that comes late takes nothing of it.",
        "STAFF": "Staff did it.",
    },
)
strawberry.enum(ManualHold, description="What a tier that staff set does to the one that is earned.")
describe_values(
    ManualHold,
    {
        "AT_LEAST": "The higher of both is held.",
        "EXACTLY": "It is held whatever is earned.",
    },
)
strawberry.enum(TierBasis, description="What a tier rests on.")
describe_values(
    TierBasis,
    {
        "JOINING": "It is the first one, everybody's from joining on.",
        "GROWTH": "The growth that counts reaches it.",
        "PERIOD": "It was reached or renewed before, and is held until its period is over.",
        "BROUGHT": "The member brought it along: it is held for a first period.",
        "PROMISE": "The member had been shown it: growth that was reported late takes nothing of it.",
        "STAFF": "Staff set it.",
    },
)
strawberry.enum(WayKind, name="TierWayKind", description="What more growth would do.")
describe_values(
    WayKind,
    {
        "RENEW": "Renew the tier that was earned, at the end of its period.",
        "REACH": "Reach a higher tier, at once.",
    },
)
strawberry.enum(Lowering, name="TierLowering", description="What becomes of a tier that is not renewed.")
describe_values(
    Lowering,
    {
        "TO_MATCH": "It is lowered to the tier that the growth reaches.",
        "ONE_DOWN": "It is lowered to the next tier below.",
        "NEVER": "Nothing: it is renewed whatever the growth.",
    },
)
