"""How invitations that came to something are counted: by the local day on which they did."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.clock import business_day

from .kinds import ReferralPeriod

EVER = date(1970, 1, 1)
"""For all time, as the first day of a period: before all invitations."""


def starts_of(period: ReferralPeriod, day: date) -> date:
    """The first day of the period that a day is in."""
    starts = {
        ReferralPeriod.MONTH: day.replace(day=1),
        ReferralPeriod.YEAR: day.replace(month=1, day=1),
        ReferralPeriod.EVER: EVER,
    }
    return starts[period]


def counted_on(completed_at: datetime | None, *, accepted_at: datetime, zone: ZoneInfo) -> date | None:
    """The local day on which an invitation came to something: its order was completed and it was accepted (R1). None:
    it has not."""
    return None if completed_at is None else business_day(max(completed_at, accepted_at), zone=zone)


def score_changes(before: date | None, after: date | None) -> Mapping[tuple[ReferralPeriod, date], int]:
    """By period: one more for the day on which it counts now, one less for that on which it counted."""
    changes = Counter[tuple[ReferralPeriod, date]]()
    for day, change in ((before, -1), (after, 1)):
        if day is not None:
            changes.update({(period, starts_of(period, day)): change for period in ReferralPeriod})
    return {key: change for key, change in changes.items() if change}
