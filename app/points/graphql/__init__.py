"""What a client sees of points."""

from .checkout import HoldMutations
from .holds import MemberHolds, PointsEntryHold, PointsGiveBack, PointsHold
from .movements import MemberPoints, Points, PointsEntry, PointsLot

__all__ = [
    "HoldMutations",
    "MemberHolds",
    "MemberPoints",
    "Points",
    "PointsEntry",
    "PointsEntryHold",
    "PointsGiveBack",
    "PointsHold",
    "PointsLot",
]
