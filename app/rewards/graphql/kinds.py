"""What kinds of things there are about rewards, as a client sees them."""

import strawberry

from app.graph import describe_values
from app.points.section import Period
from app.rewards.rules.kinds import RewardKind

__all__ = ["Period", "RewardKind"]

strawberry.enum(RewardKind, description="What a member gets for their points.")
describe_values(
    RewardKind,
    {
        "GOODS": "A thing that is sent.",
        "RED_PACKET": "Money that is paid out.",
        "VOUCHER": "A code for somebody else's offer. Each is given once.",
    },
)
strawberry.enum(
    Period,
    name="LimitPeriod",
    description="In which time something can be done so many times: by the program's local days.",
)
describe_values(
    Period,
    {
        "DAY": "A day.",
        "WEEK": "A week, from Monday.",
        "MONTH": "A calendar month.",
        "YEAR": "A calendar year.",
        "LIFETIME": "All time: it never begins anew.",
    },
)
