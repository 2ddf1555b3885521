"""What a member's points are at an instant, for those who look."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class Balance:
    """Points of a member at an instant (R5)."""

    member_id: UUID
    available: int
    """Below 0 only by a debt."""
    pending: int
    held: int
    debt: int
    is_due: bool = False
    """Is something due by then that nobody has entered yet (R2)?"""


@dataclass(frozen=True)
class Expiring:
    """Points that lapse together."""

    amount: int
    at: datetime
