"""What comes of asking."""

from dataclasses import dataclass
from enum import Enum
from uuid import UUID

from .accepting import AlreadyInvited, Obstacle


class InviteCodeUnused(Enum):
    """Why who came back by an invitation joined without it."""

    ALREADY_INVITED = "ALREADY_INVITED"
    NOT_A_NEWCOMER = "NOT_A_NEWCOMER"


@dataclass(frozen=True)
class Joined:
    """The customer is a member now."""

    member_id: UUID
    invite_code_unused: InviteCodeUnused | None = None
    replayed: bool = False


def unused_because(obstacle: Obstacle) -> InviteCodeUnused:
    if isinstance(obstacle, AlreadyInvited):
        return InviteCodeUnused.ALREADY_INVITED
    return InviteCodeUnused.NOT_A_NEWCOMER


@dataclass(frozen=True)
class Accepted:
    """The member has an inviter now."""

    member_id: UUID
    referral_id: UUID
    replayed: bool = False


@dataclass(frozen=True)
class CodeMade:
    """The member has a code to invite by, now or since long."""

    member_id: UUID
    replayed: bool = False


@dataclass(frozen=True)
class ReferralsNotOffered:
    """The program gives nothing for invitations."""

    program: str
