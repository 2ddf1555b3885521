"""Every read of referrals."""

from .codes import code_digest, codes_of_members, inviter_by_code, referrals_of_members
from .invitations import (
    accepted_of_members,
    invitations_by_id,
    invitations_of_entries,
    invitations_of_members,
    numbers_of_invitations,
)
from .leaders import leaderboard
from .rows import (
    accepted_by,
    capped_numbers,
    codes_of_owners,
    followed_by,
    followed_by_pairs,
    referrals_of_owners,
    scores_of_owners,
)
from .sums import bonuses_of_members, monthly_cap_left

__all__ = [
    "accepted_by",
    "accepted_of_members",
    "bonuses_of_members",
    "capped_numbers",
    "code_digest",
    "codes_of_members",
    "codes_of_owners",
    "followed_by",
    "followed_by_pairs",
    "invitations_by_id",
    "invitations_of_entries",
    "invitations_of_members",
    "inviter_by_code",
    "leaderboard",
    "monthly_cap_left",
    "numbers_of_invitations",
    "referrals_of_members",
    "referrals_of_owners",
    "scores_of_owners",
]
