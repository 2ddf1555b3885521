"""What a client sees of tiers."""

from .changes import MemberTierHistory, TierChange
from .explaining import MemberTierExplained
from .gifts import GivenTierGift, MemberTierGifts, PointsEntryTierGift
from .growth import GrowthEntry, MemberGrowthHistory
from .ladder import ProgramTiers, Tier
from .standing import LadderStep, ManualTier, MemberTier, TierProgress

__all__ = [
    "GivenTierGift",
    "GrowthEntry",
    "LadderStep",
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
    "TierProgress",
]
