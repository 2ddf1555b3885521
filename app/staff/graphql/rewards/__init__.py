"""How an operator keeps a program's rewards, and how staff see to what was redeemed."""

from .catalogue import CatalogueMutations
from .fulfilment import RedemptionChangeAuthor, StaffRedemptionMutations
from .worklist import RedemptionQueries

__all__ = ["CatalogueMutations", "RedemptionChangeAuthor", "RedemptionQueries", "StaffRedemptionMutations"]
