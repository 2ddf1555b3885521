"""What a client sees of invitations, and joining."""

from .accepting import ReferralMutations
from .joining import JoiningMutations
from .leaders import LeaderQueries
from .referral import MemberReferral, PointsEntryInvitation

__all__ = ["JoiningMutations", "LeaderQueries", "MemberReferral", "PointsEntryInvitation", "ReferralMutations"]
