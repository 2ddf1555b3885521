"""What kinds of things there are about rewards, as a client sees them."""

import strawberry

from app.graph import describe_values
from app.offers.graphql import Period
from app.rewards.rules.kinds import RewardKind

__all__ = ["Period", "RewardKind"]

strawberry.enum(RewardKind, description="What a member gets for their points.")
describe_values(
    RewardKind,
    {
        "GOODS": "A thing that is sent.",
        "RED_PACKET": "Money that is paid out.",
        "VOUCHER": "A code for somebody else's offer. Each is given once.",
        "COUPON": "A coupon of the shop, issued at once. How many there are is what its template says.",
    },
)
