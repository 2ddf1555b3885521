"""The section `[tiers]` of a program's file: what brings growth, the ladder that it climbs, how long a tier lasts."""

from .growing import ActionGrowth, GrowthCap, GrowthRule, GrowthRuleOfAmount, OrderGrowth
from .kinds import CountsAt, Lowering, Measure, PeriodKind, WindowKind
from .ladder import LONGEST_NAME, Gift, Tier, characters
from .lasting import TierPeriod, Window
from .whole import TiersSection

__all__ = [
    "LONGEST_NAME",
    "ActionGrowth",
    "CountsAt",
    "Gift",
    "GrowthCap",
    "GrowthRule",
    "GrowthRuleOfAmount",
    "Lowering",
    "Measure",
    "OrderGrowth",
    "PeriodKind",
    "Tier",
    "TierPeriod",
    "TiersSection",
    "Window",
    "WindowKind",
    "characters",
]
