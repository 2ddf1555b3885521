"""Every correction by staff, each with its record in the same transaction."""

from .adjusting import adjust_points, approve_adjustment, reject_adjustment
from .auditing import note

__all__ = ["adjust_points", "approve_adjustment", "note", "reject_adjustment"]
