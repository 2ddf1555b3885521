"""What a client sees of facts."""

from .activities import ActivityMutations, PointsEntryActivity
from .orders import FactMutations, PointsEntryOrder
from .refunds import OrderRefunds, PointsEntryRefund, RefundMutations
from .simulation import FactQueries

__all__ = [
    "ActivityMutations",
    "FactMutations",
    "FactQueries",
    "OrderRefunds",
    "PointsEntryActivity",
    "PointsEntryOrder",
    "PointsEntryRefund",
    "RefundMutations",
]
