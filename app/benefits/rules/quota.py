"""How often a benefit may still be used: so many times a period of the program's calendar (R1, R31)."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.benefits.section import Quota
from app.points.rules.caps import ALL_TIME, period_of
from app.points.section import Period


@dataclass(frozen=True)
class QuotaLeft:
    """A quota, and what was used of it in the present period."""

    limit: int
    period: Period
    used: int
    resets_at: datetime | None
    """When the next period begins; None: never."""

    @property
    def left(self) -> int:
        """Not below 0: more may have been used while a member had more."""
        return max(self.limit - self.used, 0)


def counted_from(quota: Quota, *, zone: ZoneInfo, now: datetime) -> datetime:
    """Uses from then on count. What lies after `now`, by a clock that is ahead, counts too: rather less than more."""
    return period_of(now, quota.period, zone=zone)[0]


def quota_left(quota: Quota, *, used: int, zone: ZoneInfo, now: datetime) -> QuotaLeft:
    """`used`: uses since `counted_from` that were not given back."""
    ends = period_of(now, quota.period, zone=zone)[1]
    return QuotaLeft(quota.times, quota.period, used, None if ends == ALL_TIME[1] else ends)
