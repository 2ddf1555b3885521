"""What tiers tell."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.outbox import event


@event("tier-reached")
@dataclass(frozen=True)
class TierReached:
    """A member was raised to a tier. It is told again when a tier that a refund took is reached once more: whoever
    gives something for it gives it once (R16)."""

    member_id: UUID
    from_tier: str | None
    """None: from the base tier, without ever having been raised, or after all was taken back."""
    to_tier: str
    at: datetime


@event("tier-corrected")
@dataclass(frozen=True)
class TierCorrected:
    """The tier of a member rested on growth that a refund took back: what was given for it and is unused is revoked
    (R15)."""

    member_id: UUID
    from_tier: str
    to_tier: str
    """The code of the base tier for whom nothing else is left."""
    at: datetime
    """When the refund was entered."""
