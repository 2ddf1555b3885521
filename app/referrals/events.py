"""What referrals tell."""

from dataclasses import dataclass
from uuid import UUID

from app.outbox import event


@event("invitation-moved")
@dataclass(frozen=True)
class InvitationMoved:
    """A member accepted an invitation, or it came to something, or does not any more: the inviter's side follows."""

    member_id: UUID
    """The invitee."""
    referral_id: UUID
    inviter_id: UUID
