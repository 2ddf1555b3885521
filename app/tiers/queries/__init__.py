"""Every read of growth and tiers."""

from .ledgers import (
    growth_entries,
    growth_of_cause,
    growth_of_rule,
    newest_change,
    newest_entry,
    opened_at,
    tier_changes,
    tier_code_at,
)
from .progress import growth_of_members, progress_of_members

__all__ = [
    "growth_entries",
    "growth_of_cause",
    "growth_of_members",
    "growth_of_rule",
    "newest_change",
    "newest_entry",
    "opened_at",
    "progress_of_members",
    "tier_changes",
    "tier_code_at",
]
