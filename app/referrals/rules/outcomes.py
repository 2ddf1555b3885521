"""What comes of asking."""

from dataclasses import dataclass
from uuid import UUID


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
