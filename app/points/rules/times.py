"""When points become active and when they lapse."""

from datetime import datetime
from zoneinfo import ZoneInfo

from app.clock import days_later, months_later, next_new_year
from app.points.section import Expiry, ExpiryKind, PointsSection


def activation(completed_at: datetime, *, return_window_days: int, zone: ZoneInfo) -> datetime:
    """When the points of an order can be spent: its return window is over (R9)."""
    return days_later(completed_at, return_window_days, zone=zone)


def expiry(activates_at: datetime, *, policy: Expiry, zone: ZoneInfo) -> datetime:
    """From when points cannot be spent: so many months from activation, or the next local January 1 (R9)."""
    if policy.kind is ExpiryKind.YEARLY:
        return next_new_year(activates_at, zone=zone)
    return months_later(activates_at, policy.months, zone=zone)


def lifetime(
    completed_at: datetime | None, *, section: PointsSection, zone: ZoneInfo
) -> tuple[datetime | None, datetime | None]:
    """When points of an order become active and when they lapse; not known until it is completed (R9)."""
    if completed_at is None:
        return None, None
    activates_at = activation(completed_at, return_window_days=section.return_window_days, zone=zone)
    return activates_at, expiry(activates_at, policy=section.expiry, zone=zone)
