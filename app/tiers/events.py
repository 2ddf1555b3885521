"""What tiers tell."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.outbox import event


@event("tier-reached")
@dataclass(frozen=True)
class TierReached:
    """A member was raised to a tier. It is told again when a tier that was lost is reached once more."""

    member_id: UUID
    from_tier: str
    to_tier: str
    at: datetime


@event("tier-corrected")
@dataclass(frozen=True)
class TierCorrected:
    """The tier of a member, or its period, rested on growth that a refund took back: what was given for it and is
    unused is revoked (R15)."""

    member_id: UUID
    from_tier: str
    to_tier: str
    """The code of the base tier for whom nothing else is left; the same one if only its period was corrected."""
    at: datetime
    """When the refund was entered."""
    until: datetime | None = None
    """The end of the period of what is left; None: the base tier has none."""


@event("tier-gift-moved")
@dataclass(frozen=True)
class TierGiftMoved:
    """A coupon is to be given for a tier that was reached, or taken back because the tier rested on growth that was:
    the gift says which (R15, R16)."""

    member_id: UUID
    gift_id: UUID


@event("tier-renewed")
@dataclass(frozen=True)
class TierRenewed:
    """A tier is held for another period (R17)."""

    member_id: UUID
    tier: str
    until: datetime


@event("tier-lowered")
@dataclass(frozen=True)
class TierLowered:
    """A tier was not renewed (R17)."""

    member_id: UUID
    from_tier: str
    to_tier: str
    at: datetime


@event("tier-at-risk")
@dataclass(frozen=True)
class TierAtRisk:
    """A member is to be told that their tier ends, unless they bring more growth (R17)."""

    member_id: UUID
    tier: str
    until: datetime
    growth_missing: int


@event("manual-tier-set")
@dataclass(frozen=True)
class ManualTierSet:
    """Staff set a tier, or another end of it (R23)."""

    member_id: UUID
    tier: str
    until: datetime


@event("manual-tier-ended")
@dataclass(frozen=True)
class ManualTierEnded:
    """The tier that staff set is over; the one that was earned is held (R23)."""

    member_id: UUID
    tier: str
    """The tier that was set."""
    at: datetime
