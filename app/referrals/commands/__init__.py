"""Every write of referrals."""

from .accepting import accept_invitation
from .attempts import count_attempt, forget_attempts
from .codes import make_code
from .couponing import give_due_coupons
from .following import follow_invitee, follow_order
from .joining import join_by_invitation

__all__ = [
    "accept_invitation",
    "count_attempt",
    "follow_invitee",
    "follow_order",
    "forget_attempts",
    "give_due_coupons",
    "join_by_invitation",
    "make_code",
]
