"""What a client sees of tiers."""

from .changes import MemberTierHistory, TierChange
from .explaining import MemberTierExplained
from .gifts import GivenTierGift, MemberTierGifts, PointsEntryTierGift
from .growth import GrowthEntry, MemberGrowthHistory
from .ladder import ProgramTiers, Tier
from .standing import ManualTier, MemberTier

__all__ = [
    "GivenTierGift",
    "GrowthEntry",
    "ManualTier",
    "MemberGrowthHistory",
    "MemberTier",
    "MemberTierExplained",
    "MemberTierGifts",
    "MemberTierHistory",
    "PointsEntryTierGift",
    "ProgramTiers",
    "Tier",
    "TierChange",
]
