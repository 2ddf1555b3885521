"""Every read of staff: what they did, and the members whom they seek."""

from .corrections import (
    adjusted_alone,
    adjustments_by_id,
    adjustments_of_entries,
    adjustments_of_members,
    adjustments_waiting,
    audit_of_members,
    every_adjustment,
    every_audit,
    number_waiting,
    numbers_of_adjustments,
    numbers_of_audit,
)
from .members import identities_known, members_sought, number_of_members_sought

__all__ = [
    "adjusted_alone",
    "adjustments_by_id",
    "adjustments_of_entries",
    "adjustments_of_members",
    "adjustments_waiting",
    "audit_of_members",
    "every_adjustment",
    "every_audit",
    "identities_known",
    "members_sought",
    "number_of_members_sought",
    "number_waiting",
    "numbers_of_adjustments",
    "numbers_of_audit",
]
