"""Points as money: lots, movements, what is due, spending, holding, refunds, giving back. No I/O here."""

from .balances import LOOKED_AHEAD, Balance, Expiring
from .books import Books, Figures
from .earning import Earning
from .kinds import PAYING, Cause, EntryKind, HoldState, LotState
from .returning import Extension
from .rounding import earned_by, rounded, shared
from .settling import EXTENDED, settle
from .taking import HoldEnded, NotEnoughPoints
from .things import NEVER, Because, Hold, Lot, Movement, PaidUse, Use
from .times import activation, expiry, lifetime

__all__ = [
    "EXTENDED",
    "LOOKED_AHEAD",
    "NEVER",
    "PAYING",
    "Balance",
    "Because",
    "Books",
    "Cause",
    "Earning",
    "EntryKind",
    "Expiring",
    "Extension",
    "Figures",
    "Hold",
    "HoldEnded",
    "HoldState",
    "Lot",
    "LotState",
    "Movement",
    "NotEnoughPoints",
    "PaidUse",
    "Use",
    "activation",
    "earned_by",
    "expiry",
    "lifetime",
    "rounded",
    "settle",
    "shared",
]
