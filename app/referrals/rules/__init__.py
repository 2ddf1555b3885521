"""Invitations: who may accept one, what they bring, and when. No I/O here."""

from .accepting import AlreadyInvited, CodeNotValid, NotANewcomer, Person, check_invitee, is_inviter, newcomer_until
from .bonuses import bonuses_of
from .codes import code_of, code_typed
from .kinds import ReferralPeriod, ReferralState, Side
from .outcomes import Accepted, CodeMade, ReferralsNotOffered
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
    "Leader",
    "NotANewcomer",
    "Person",
    "Progress",
    "Referral",
    "ReferralPeriod",
    "ReferralSeen",
    "ReferralState",
    "ReferralsNotOffered",
    "Side",
    "bonuses_of",
    "check_invitee",
    "code_of",
    "code_typed",
    "counted_on",
    "is_inviter",
    "month_of",
    "new_referral",
    "newcomer_until",
    "progressed",
    "score_changes",
    "starts_of",
]
