"""Every read of points."""

from .balances import balances_of_members, expiring_of_members
from .beside import FIGURES, figures_beside, with_account
from .history import entries_by_id, entries_of_members, numbers_of_entries, words_of_rules
from .holds import (
    give_backs_by_id,
    give_backs_of_entries,
    holds_by_id,
    holds_of_entries,
    newest_holds,
    numbers_of_holds,
)
from .ledgers import (
    accounts_of_members,
    give_backs_of_members,
    holds_of_members,
    ledgers_of_members,
    lots_of_members,
    members_due,
    uses_of_members,
)
from .lots import LotMoved, LotSeen, lots_by_id, lots_moved

__all__ = [
    "FIGURES",
    "LotMoved",
    "LotSeen",
    "accounts_of_members",
    "balances_of_members",
    "entries_by_id",
    "entries_of_members",
    "expiring_of_members",
    "figures_beside",
    "give_backs_by_id",
    "give_backs_of_entries",
    "give_backs_of_members",
    "holds_by_id",
    "holds_of_entries",
    "holds_of_members",
    "ledgers_of_members",
    "lots_by_id",
    "lots_moved",
    "lots_of_members",
    "members_due",
    "newest_holds",
    "numbers_of_entries",
    "numbers_of_holds",
    "uses_of_members",
    "with_account",
    "words_of_rules",
]
