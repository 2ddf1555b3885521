"""Invitations: who may accept one, what they bring, and when. No I/O here."""

from .accepting import (
    AlreadyInvited,
    CodeNotValid,
    NotANewcomer,
    Obstacle,
    Person,
    is_inviter,
    newcomer_until,
    obstacle,
)
from .bonuses import bonuses_of
from .codes import code_of, code_typed
from .kinds import ReferralPeriod, ReferralState, Side
from .outcomes import Accepted, CodeMade, InviteCodeUnused, Joined, ReferralsNotOffered, unused_because
from .progress import Progress, month_of, progressed
from .referral import Referral, new_referral
from .scoring import counted_on, score_changes, starts_of
from .seen import Bonuses, InvitationSeen, Leader, ReferralSeen

__all__ = [
    "Accepted",
    "AlreadyInvited",
    "Bonuses",
    "CodeMade",
    "CodeNotValid",
    "InvitationSeen",
    "InviteCodeUnused",
    "Joined",
    "Leader",
    "NotANewcomer",
    "Obstacle",
    "Person",
    "Progress",
    "Referral",
    "ReferralPeriod",
    "ReferralSeen",
    "ReferralState",
    "ReferralsNotOffered",
    "Side",
    "bonuses_of",
    "code_of",
    "code_typed",
    "counted_on",
    "is_inviter",
    "month_of",
    "new_referral",
    "newcomer_until",
    "obstacle",
    "progressed",
    "score_changes",
    "starts_of",
    "unused_because",
]
