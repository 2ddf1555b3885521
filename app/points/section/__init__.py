"""The section `[points]` of a program's file: what earns points and how much at most, and what becomes of them."""

from .earning import ActionRule, Cap, EarningRule, Limit, Multiplied
from .kinds import CAMPAIGN, Action, ClawBack, ExpiryKind, GiveBack, Period, Rounding
from .policies import Adjustments, Expiry, GiveBacks, Holds, Refunds
from .whole import PointsSection

__all__ = [
    "CAMPAIGN",
    "Action",
    "ActionRule",
    "Adjustments",
    "Cap",
    "ClawBack",
    "EarningRule",
    "Expiry",
    "ExpiryKind",
    "GiveBack",
    "GiveBacks",
    "Holds",
    "Limit",
    "Multiplied",
    "Period",
    "PointsSection",
    "Refunds",
    "Rounding",
]
