"""What comes of using a benefit, of giving the use back, and why it is not used."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.benefits.section import Benefit
from app.points.section import Period
from app.tiers.section import Tier

NO_GRANT = "There is no such benefit of a member."
"""Whether it is another program's, or nobody's (R43)."""


@dataclass(frozen=True)
class Asked:
    """What another system wants a benefit for: its own id of that, which is used once (R24)."""

    source: str
    external_id: str
    reference: str | None = None


@dataclass(frozen=True)
class BenefitUsed:
    """The benefit was used."""

    member_id: UUID
    use_id: UUID
    replayed: bool = False


@dataclass(frozen=True)
class UseGivenBack:
    """The use does not count any more."""

    member_id: UUID
    use_id: UUID
    replayed: bool = False


@dataclass(frozen=True)
class BenefitNotHeld:
    """The member does not have the benefit."""

    benefit: Benefit
    tier: Tier | None
    """The lowest tier whose members have it; None: no tier's."""


@dataclass(frozen=True)
class QuotaUsed:
    """The member has used the benefit as often as they may in a period (R31)."""

    benefit: Benefit
    limit: int
    period: Period
    resets_at: datetime | None
    """When the next period begins; None: never."""


@dataclass(frozen=True)
class UseConflict:
    """The system's id was sent with something else before: of another member, or with another reference (R24)."""

    source: str
    external_id: str
