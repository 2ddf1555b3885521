"""What growth comes to. No I/O here."""

from .climbing import (
    BASE,
    Entry,
    GrowthCause,
    Ladders,
    Place,
    Reversal,
    climbed,
    climbed_by,
    corrected,
    left_of,
    raised,
)
from .ladder import Placed, Progress, Standing, ladder_for, progress_of, progress_on, tier_at, tier_held, tier_of

__all__ = [
    "BASE",
    "Entry",
    "GrowthCause",
    "Ladders",
    "Place",
    "Placed",
    "Progress",
    "Reversal",
    "Standing",
    "climbed",
    "climbed_by",
    "corrected",
    "ladder_for",
    "left_of",
    "progress_of",
    "progress_on",
    "raised",
    "tier_at",
    "tier_held",
    "tier_of",
]
