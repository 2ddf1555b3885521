"""What must be true of a member's points: account, lots, holds and entries say the same (R5, R6, R7, R9, R10, R14)."""

from .books import PointsBook, points_books
from .claims import points_claims

__all__ = ["PointsBook", "points_books", "points_claims"]
