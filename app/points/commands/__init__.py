"""Every write of points. All of them run under the member's lock, and settle first (R2)."""

from app.points.rules import Books, Earning

from .checkout import capture_points, give_points_back, hold_points, release_points
from .conditional import follow
from .earning import adjust, earn, gain, schedule
from .gifts import Gift, give, revoke
from .holding import capture_hold, give_back_of_hold, place_hold, release_hold
from .ledger import load_lots_of
from .refunding import take_back
from .settling import settle_member, settled_account
from .spending import give_back, ready_to_spend, spend

__all__ = [
    "Books",
    "Earning",
    "Gift",
    "adjust",
    "capture_hold",
    "capture_points",
    "earn",
    "follow",
    "gain",
    "give",
    "give_back",
    "give_back_of_hold",
    "give_points_back",
    "hold_points",
    "load_lots_of",
    "place_hold",
    "ready_to_spend",
    "release_hold",
    "release_points",
    "revoke",
    "schedule",
    "settle_member",
    "settled_account",
    "spend",
    "take_back",
]
