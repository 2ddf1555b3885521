"""What tiers tell."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.outbox import event


@event("tier-reached")
@dataclass(frozen=True)
class TierReached:
    """A member was raised to a tier."""

    member_id: UUID
    from_tier: str | None
    """None: from the base tier, without ever having been raised."""
    to_tier: str
    at: datetime
