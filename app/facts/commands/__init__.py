"""Every write of facts."""

from .crediting import credit_who_joined
from .history import NewOrder, Taken, is_taken_at_once, take_history
from .kept import forget_kept
from .recording import record_activity, record_order, record_refund
from .whom import Member

__all__ = [
    "Member",
    "NewOrder",
    "Taken",
    "credit_who_joined",
    "forget_kept",
    "is_taken_at_once",
    "record_activity",
    "record_order",
    "record_refund",
    "take_history",
]
