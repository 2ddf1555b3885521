"""When coupons can be used: fixed, or so long from when they are issued, by local days and calendar months (R2, R3)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from app.coupons.section import Validity

SHANGHAI, BERLIN, LORD_HOWE = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin"), ZoneInfo("Australia/Lord_Howe")
DAY, MOMENT = timedelta(days=1), timedelta(microseconds=1)
INSTANTS = st.integers(946_684_800, 4_102_444_800).map(lambda second: datetime.fromtimestamp(second, UTC))
ZONES = st.sampled_from((SHANGHAI, BERLIN, LORD_HOWE, ZoneInfo("America/Sao_Paulo"), ZoneInfo("Pacific/Apia")))


def test_days_run_to_the_end_of_the_last() -> None:
    """R1, R3: local days, also over the night on which clocks are put forward."""
    noon = datetime(2026, 3, 28, 12, tzinfo=BERLIN)
    assert Validity(days=1).of(noon, zone=BERLIN) == (noon, datetime(2026, 3, 30, tzinfo=BERLIN))
    late = datetime(2026, 3, 1, 15, 59, tzinfo=UTC)  # 23:59 in Shanghai
    assert Validity(days=7).of(late, zone=SHANGHAI)[1] == datetime(2026, 3, 9, tzinfo=SHANGHAI)


def test_months_are_calendar_months() -> None:
    """R3: from the 31st to the last of a shorter month, and to its end."""
    issued = datetime(2027, 12, 31, 9, tzinfo=SHANGHAI)
    assert Validity(months=2).of(issued, zone=SHANGHAI)[1] == datetime(2028, 3, 1, tzinfo=SHANGHAI)
    leap = datetime(2028, 2, 29, 9, tzinfo=SHANGHAI)
    assert Validity(months=12).of(leap, zone=SHANGHAI)[1] == datetime(2029, 3, 1, tzinfo=SHANGHAI)


def test_fixed_ends_are_the_beginning_of_a_local_day() -> None:
    """R2: valid before it, and no more at it; from when it is issued, if that is later than its beginning."""
    validity = Validity(since=date(2026, 6, 1), until=date(2026, 6, 19))
    begins, ends = datetime(2026, 6, 1, tzinfo=SHANGHAI), datetime(2026, 6, 19, tzinfo=SHANGHAI)
    assert validity.of(begins - DAY, zone=SHANGHAI) == (begins, ends)
    assert validity.of(begins + DAY, zone=SHANGHAI) == (begins + DAY, ends)


@given(issued=INSTANTS, zone=ZONES, days=st.integers(1, 400))
def test_so_many_days_are_so_many_local_days(issued: datetime, zone: ZoneInfo, days: int) -> None:
    """R3: whatever the clocks do: it is valid on the day of issue and on so many after it, to the last moment. Tried:
    24 hours for each day; the end at the time of issue; a day less."""
    begins, ends = Validity(days=days).of(issued, zone=zone)
    assert begins == issued < ends
    last = issued.astimezone(zone).date() + timedelta(days=days)
    assert (ends - MOMENT).astimezone(zone).date() <= last + DAY
    assert _day_before(ends, zone) == _existing(last, zone)


@given(issued=INSTANTS, zone=ZONES, months=st.integers(1, 30))
def test_so_many_months_are_so_many_calendar_months(issued: datetime, zone: ZoneInfo, months: int) -> None:
    """R3: the month is the one so many after that of issue, and the day the same, or the last it has. Tried: 30 days
    for each month."""
    begins, ends = Validity(months=months).of(issued, zone=zone)
    assert begins == issued < ends
    day = issued.astimezone(zone).date()
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_after = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = min(date(year, month + 1, 1) + timedelta(days=day.day - 1), first_after - DAY)
    assert _day_before(ends, zone) == _existing(last, zone)


def _day_before(ends: datetime, zone: ZoneInfo) -> date:
    """The local day that ends then."""
    return (ends - MOMENT).astimezone(zone).date()


def _existing(day: date, zone: ZoneInfo) -> date:
    """A day, or the one before if it was left out: Apia had no December 30 in 2011."""
    noon = datetime.combine(day, time(12), tzinfo=zone)
    return day if noon.astimezone(UTC).astimezone(zone).date() == day else day - DAY
