"""Every correction by staff, each with its record in the same transaction."""

from .adjusting import adjust_points, approve_adjustment, reject_adjustment
from .auditing import note
from .importing import ask_for_import, start_asked_import
from .publishing import publish_program
from .tiers import end_manual_tier, set_manual_tier

__all__ = [
    "adjust_points",
    "approve_adjustment",
    "ask_for_import",
    "end_manual_tier",
    "note",
    "publish_program",
    "reject_adjustment",
    "set_manual_tier",
    "start_asked_import",
]
