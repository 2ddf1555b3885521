"""What a reported fact is, and what it earns. No I/O here."""

from app.offers.rules.lines import LineKind

from .campaigns import Bringing
from .earning import Earned, growth_counts_at, growth_earned, left_by_caps, points_earned, points_of_lines
from .kept import FactKept, Report, ToKeep, facts_of, is_in_time, kept_until, may_keep, places_of, report_kept
from .kinds import AHEAD, EARLIEST, LONGEST_ID, MOST_AMOUNT, MOST_LINES, FactKind
from .lines import Line, check_lines
from .orders import ALL, Brings, FactConflict, KnownOrder, OrderRecorded, ReportedOrder, checked
from .refunds import (
    KnownRefund,
    LineRefund,
    RefundedOrder,
    RefundRecorded,
    ReportedRefund,
    checked_refund,
)
from .taking import grown_in, refunded_in, taken_in
from .taking_back import growth_to_take_back, points_to_take_back

__all__ = [
    "AHEAD",
    "ALL",
    "EARLIEST",
    "LONGEST_ID",
    "MOST_AMOUNT",
    "MOST_LINES",
    "Bringing",
    "Brings",
    "Earned",
    "FactConflict",
    "FactKept",
    "FactKind",
    "KnownOrder",
    "KnownRefund",
    "Line",
    "LineKind",
    "LineRefund",
    "OrderRecorded",
    "RefundRecorded",
    "RefundedOrder",
    "Report",
    "ReportedOrder",
    "ReportedRefund",
    "ToKeep",
    "check_lines",
    "checked",
    "checked_refund",
    "facts_of",
    "grown_in",
    "growth_counts_at",
    "growth_earned",
    "growth_to_take_back",
    "is_in_time",
    "kept_until",
    "left_by_caps",
    "may_keep",
    "places_of",
    "points_earned",
    "points_of_lines",
    "points_to_take_back",
    "refunded_in",
    "report_kept",
    "taken_in",
]
