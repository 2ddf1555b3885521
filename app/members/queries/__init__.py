"""Every read of members."""

from .finding import (
    READING,
    customer_digest,
    customer_of_viewer,
    member_for_simulation,
    member_of_customer,
    members_by_id,
    members_seen,
    members_visible,
    membership,
    membership_digest,
    own_members,
)
from .listing import (
    members_after,
    members_of_program,
    members_waiting,
    number_of_members,
    touches_after,
)

__all__ = [
    "READING",
    "customer_digest",
    "customer_of_viewer",
    "member_for_simulation",
    "member_of_customer",
    "members_after",
    "members_by_id",
    "members_of_program",
    "members_seen",
    "members_visible",
    "members_waiting",
    "membership",
    "membership_digest",
    "number_of_members",
    "own_members",
    "touches_after",
]
