"""What must be true of the facts of a member: they say the same as what they brought, and took back."""

from .activities import ActivityBook, activity_books, activity_claims, activity_keys
from .books import Effects, OrderBook, RefundBook, effects_of, order_books, order_keys
from .caps import cap_claims
from .credited import Standings
from .growth import opening_claims
from .kept import kept_books, kept_claims
from .orders import last_order_claims, order_claims

__all__ = [
    "ActivityBook",
    "Effects",
    "OrderBook",
    "RefundBook",
    "Standings",
    "activity_books",
    "activity_claims",
    "activity_keys",
    "cap_claims",
    "effects_of",
    "kept_books",
    "kept_claims",
    "last_order_claims",
    "opening_claims",
    "order_books",
    "order_claims",
    "order_keys",
]
