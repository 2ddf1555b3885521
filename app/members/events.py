"""What members tell."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.outbox import event


@event("member-joined")
@dataclass(frozen=True)
class MemberJoined:
    """A customer became a member, or a member again."""

    member_id: UUID
    at: datetime
