"""How an operator imports members and their orders, looks at what would come of it, and at how far it is."""

from .mutations import ImportMutations
from .queries import ImportQueries

__all__ = ["ImportMutations", "ImportQueries"]
