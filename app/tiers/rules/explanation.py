"""Why a member is in their tier, and what would change it: what there is to tell (M31)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID
from zoneinfo import ZoneInfo

from app.programs.rules import ProgramVersion
from app.tiers.section import Lowering, Tier

from .counting import GrowthByMonth, GrowthByRule
from .foretelling import Prospect
from .kinds import TierChangeKind
from .seen import ManualTier


class TierBasis(Enum):
    """What a tier rests on."""

    JOINING = "JOINING"
    """It is the first one, everybody's from joining on."""
    GROWTH = "GROWTH"
    """The growth that counts reaches it."""
    PERIOD = "PERIOD"
    """It was reached or renewed, and is held until its period is over (R17)."""
    BROUGHT = "BROUGHT"
    """The member brought it along (R19)."""
    PROMISE = "PROMISE"
    """The member had been shown it: growth that was reported late took nothing of it."""
    STAFF = "STAFF"
    """Staff set it (R23)."""


class WayKind(Enum):
    """What more growth would do."""

    RENEW = "RENEW"
    REACH = "REACH"


@dataclass(frozen=True)
class TierPeriod:
    """For how long the tier that was earned is held, and what becomes of it then (R17)."""

    tier: Tier
    since: datetime
    """When it was reached."""
    until: datetime
    counted: int
    """Growth that counts towards renewing it, by now."""
    missing: int
    """Growth that is missing to renew it; 0 also where nobody is lowered."""
    lowering: Lowering
    notice_from: datetime | None
    """From when the member is told, if growth is missing; None: nobody is lowered."""
    noticed_at: datetime | None
    grace_until: datetime
    """Until then it can still be renewed; longer if notice comes late."""
    lowers_at: datetime | None
    """When it is lowered if nothing comes; None: then it is not."""
    lowers_to: Tier | None
    zone: ZoneInfo


@dataclass(frozen=True)
class TierFloor:
    """A tier that is held at least until an instant, whatever the growth is."""

    kind: TierChangeKind
    tier: Tier
    since: datetime
    until: datetime
    zone: ZoneInfo


@dataclass(frozen=True)
class TierWay:
    """What so much more growth would do, if it counted at once."""

    kind: WayKind
    tier: Tier
    growth: int
    since: datetime | None
    """Only growth that counts from then on does it; None: any from now on."""
    by: datetime | None
    """It must count before then; None: whenever it does."""
    zone: ZoneInfo


@dataclass(frozen=True)
class TierExplained:
    """Why a member is in their tier, and what would change it."""

    member_id: UUID
    ladder: ProgramVersion
    tier: Tier
    earned_tier: Tier
    basis: TierBasis
    growth: int
    by_rule: Sequence[GrowthByRule]
    by_month: Sequence[GrowthByMonth]
    to_come: int
    to_come_from: datetime | None
    period: TierPeriod | None
    manual: ManualTier | None
    floors: Sequence[TierFloor]
    ways: Sequence[TierWay]
    prospects: Sequence[Prospect]
