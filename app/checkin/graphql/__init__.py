"""What a client sees of check-ins, and what members do."""

from .days import PointsEntryCheckIn
from .doing import CheckInMutations
from .standing import MemberCheckIns

__all__ = ["CheckInMutations", "MemberCheckIns", "PointsEntryCheckIn"]
