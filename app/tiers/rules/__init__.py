"""What growth comes to. No I/O here."""

from .climbing import advanced, is_due
from .history import BASE, History, Place, Reckoned, Standing, Step, left_of
from .kinds import FLOORS, STAFF, EntryManner, GrowthCause, ManualHold, TierChangeKind
from .ladder import (
    Placed,
    earned_tier_of,
    held_at,
    held_on,
    is_manual,
    ladder_for,
    manual_at,
    tier_at,
    tier_held,
    tier_of,
)
from .ladders import ladder_at, ladders_of
from .progress import Progress, Shown, counted_now, is_outdated, progress_of, way_up
from .reckoning import reckon
from .times import counts_from

__all__ = [
    "BASE",
    "FLOORS",
    "STAFF",
    "EntryManner",
    "GrowthCause",
    "History",
    "ManualHold",
    "Place",
    "Placed",
    "Progress",
    "Reckoned",
    "Shown",
    "Standing",
    "Step",
    "TierChangeKind",
    "advanced",
    "counted_now",
    "counts_from",
    "earned_tier_of",
    "held_at",
    "held_on",
    "is_due",
    "is_manual",
    "is_outdated",
    "ladder_at",
    "ladder_for",
    "ladders_of",
    "left_of",
    "manual_at",
    "progress_of",
    "reckon",
    "tier_at",
    "tier_held",
    "tier_of",
    "way_up",
]
