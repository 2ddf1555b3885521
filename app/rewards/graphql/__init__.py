"""What a client sees of rewards and redemptions."""

from .redeeming import RedemptionMutations
from .redemption import MemberRedemptions, PointsEntryRedemption, Redemption
from .reward import Reward, RewardQueries

__all__ = [
    "MemberRedemptions",
    "PointsEntryRedemption",
    "Redemption",
    "RedemptionMutations",
    "Reward",
    "RewardQueries",
]
