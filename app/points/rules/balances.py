"""What a member's points are at an instant, for those who look."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

LOOKED_AHEAD = 30
"""Days for which one is told what lapses, if one does not say."""


@dataclass(frozen=True)
class Expiring:
    """Points that lapse together."""

    amount: int
    at: datetime


class Balance(NamedTuple):
    """Points of a member at an instant (R5)."""

    member_id: UUID
    available: int
    """Below 0 only by a debt."""
    pending: int
    held: int
    debt: int
    is_due: bool = False
    """Is something due by then that nobody has entered yet (R2)?"""
    lapsing: tuple[Expiring, ...] | None = None
    """What lapses within `LOOKED_AHEAD` days, soonest first; None: nobody looked."""
