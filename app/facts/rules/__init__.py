"""What a reported fact is, and what it earns. No I/O here."""

from .earning import Earned, GrowthCounted, growth_counted, growth_earned, points_earned, points_of_lines
from .kinds import AHEAD, EARLIEST, LONGEST_ID, MOST_AMOUNT, MOST_LINES, FactKind, LineKind
from .lines import Line, check_lines
from .orders import FactConflict, KnownOrder, OrderRecorded, ReportedOrder, checked
from .taking import taken_in

__all__ = [
    "AHEAD",
    "EARLIEST",
    "LONGEST_ID",
    "MOST_AMOUNT",
    "MOST_LINES",
    "Earned",
    "FactConflict",
    "FactKind",
    "GrowthCounted",
    "KnownOrder",
    "Line",
    "LineKind",
    "OrderRecorded",
    "ReportedOrder",
    "check_lines",
    "checked",
    "growth_counted",
    "growth_earned",
    "points_earned",
    "points_of_lines",
    "taken_in",
]
