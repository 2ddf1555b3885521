"""What a client sees of facts."""

from .activities import ActivityMutations, PointsEntryActivity
from .explaining import ExplanationQueries
from .figures import MemberFigures
from .growth import GrowthEntryFacts, TierChangeFacts
from .orders import FactMutations, PointsEntryOrder
from .refunds import OrderRefunds, PointsEntryRefund, RefundMutations
from .simulation import FactQueries

__all__ = [
    "ActivityMutations",
    "ExplanationQueries",
    "FactMutations",
    "FactQueries",
    "GrowthEntryFacts",
    "MemberFigures",
    "OrderRefunds",
    "PointsEntryActivity",
    "PointsEntryOrder",
    "PointsEntryRefund",
    "RefundMutations",
    "TierChangeFacts",
]
