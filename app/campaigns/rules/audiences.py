"""For whom a campaign is."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.campaigns.section import Audience
from app.clock import business_day, days_later


@dataclass(frozen=True)
class Who:
    """What audiences look at. For an order or an activity, as it was at its instant (R25)."""

    joined_at: datetime | None
    """When they joined first; None: they are no member yet."""
    tier: str | None = None
    """Code of the tier held; None is the program's first."""
    channel: str | None = None
    """Of what is reported; where something is looked at, not reported, that of nothing."""
    also: frozenset[str] = frozenset()
    """Codes of campaigns that are for them whatever their tier: by a benefit that they have."""


def fits(
    audience: Audience, who: Who, *, at: datetime, base_tier: str, zone: ZoneInfo, code: str | None = None
) -> bool:
    """Is it for them at an instant? All that it says must hold; but for the tier, if a benefit of theirs has them take
    part in the campaign of that code."""
    if audience.tiers and code not in who.also and (who.tier or base_tier) not in audience.tiers:
        return False
    if audience.channels and who.channel not in audience.channels:
        return False
    if audience.joined_from is None and audience.joined_until is None and audience.joined_within_days is None:
        return True
    return _joined_in_time(audience, who.joined_at, at=at, zone=zone)


def _joined_in_time(audience: Audience, joined_at: datetime | None, *, at: datetime, zone: ZoneInfo) -> bool:
    """Whoever joins by what is reported, joins then: they fit what is for newcomers."""
    joined = at if joined_at is None else joined_at
    day = business_day(joined, zone=zone)
    if audience.joined_from is not None and day < audience.joined_from:
        return False
    if audience.joined_until is not None and day >= audience.joined_until:
        return False
    days = audience.joined_within_days
    return days is None or at < days_later(joined, days, zone=zone)
