"""When growth lapses, and when a tier's period ends: by the program's own calendar (R1, R3)."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.clock import business_day, days_later, local_instant, months_later, next_new_year
from app.points.rules.caps import period_of
from app.points.section import Period
from app.tiers.section import Measure, PeriodKind, TierPeriod, TiersSection, Window, WindowKind

LEAST_NOTICE = 30
"""Local days before a tier is lowered by which its member must have been told (R17)."""
INSTANT = timedelta(microseconds=1)
"""The least between two of them."""
UNSURE = timedelta(days=2)
"""So near to an instant, the local calendar says on which side of it one is."""


def counts_from(at: datetime, section: TiersSection, *, zone: ZoneInfo) -> datetime:
    """From when growth is measured that comes then: at once, or by the score that is made next (R22)."""
    return at if section.measure is Measure.GROWTH else period_of(at, Period.MONTH, zone=zone)[1]


def lapse(counts_at: datetime, window: Window, *, zone: ZoneInfo) -> datetime | None:
    """From when growth does not count any more (R18); None: it always does."""
    if window.kind is WindowKind.ROLLING and window.months is not None:
        return months_later(counts_at, window.months, zone=zone)
    return next_new_year(counts_at, zone=zone) if window.kind is WindowKind.CALENDAR_YEAR else None


def counts_up_to(counts_at: datetime, end: datetime, window: Window, *, zone: ZoneInfo) -> bool:
    """Does growth count towards renewing a tier whose period ends then (R17, R18)?

    What lapses at that instant does not. Of a calendar year that ends then, all growth does.
    """
    if counts_at >= end:
        return False
    if window.kind is WindowKind.CALENDAR_YEAR:
        return business_day(counts_at, zone=zone).year == business_day(end - INSTANT, zone=zone).year
    lapses_at = lapse(counts_at, window, zone=zone)
    return lapses_at is None or lapses_at > end


def year_of(end: datetime, window: Window, *, zone: ZoneInfo) -> datetime | None:
    """From when growth counts towards renewing a tier whose period ends then, of a calendar year; None: it does as long
    as it has not lapsed by then."""
    if window.kind is not WindowKind.CALENDAR_YEAR:
        return None
    return local_instant(date(business_day(end - INSTANT, zone=zone).year, 1, 1), time(), zone=zone)


def is_renewing(at: datetime, lapses_at: datetime | None, *, until: datetime, since: datetime | None) -> bool:
    """Does growth of that date count towards renewing a tier whose period ends then, or count since it ended? `since`
    as `year_of` says."""
    return at >= since if since is not None else lapses_at is None or lapses_at > until


def period_end(since: datetime, period: TierPeriod, *, zone: ZoneInfo) -> datetime:
    """Until when a tier is held that is reached or renewed at an instant (R17)."""
    if period.kind is PeriodKind.MONTHS:
        return months_later(since, period.months, zone=zone)
    return local_instant(date(business_day(since, zone=zone).year + 2, 1, 1), time(), zone=zone)


def notice_from(until: datetime, section: TiersSection, *, zone: ZoneInfo) -> datetime:
    """From when a member is told that their tier is at risk (R17)."""
    return days_later(until, -section.notice_days, zone=zone)


def is_told(until: datetime, section: TiersSection, *, zone: ZoneInfo, now: datetime) -> bool:
    """Is a member told by now that their tier is at risk (R17)? Without the calendar where it is days until or since
    then: local days and those of 24 hours differ by one at most."""
    ahead = until - now - timedelta(days=section.notice_days)
    return ahead < timedelta() if abs(ahead) > UNSURE else notice_from(until, section, zone=zone) <= now


def over_at(until: datetime, section: TiersSection, *, zone: ZoneInfo) -> datetime:
    """When a period that ends then is over, grace and all (R17)."""
    return days_later(until, section.grace_days, zone=zone)


def lowered_at(
    until: datetime, section: TiersSection, *, noticed_at: datetime | None, registered_at: datetime, zone: ZoneInfo
) -> datetime | None:
    """When a tier that is not renewed is lowered: grace is over, and notice was given long enough before (R17). None:
    that waits for a notice.

    Nobody was shown a tier in history that was played in: what was over before the member was known needs no notice
    (R19).
    """
    graced = over_at(until, section, zone=zone)
    if graced <= registered_at:
        return graced
    return None if noticed_at is None else max(graced, days_later(noticed_at, LEAST_NOTICE, zone=zone))
