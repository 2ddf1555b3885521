"""What a client sees of facts."""

from .orders import FactMutations, PointsEntryOrder
from .simulation import FactQueries

__all__ = ["FactMutations", "FactQueries", "PointsEntryOrder"]
