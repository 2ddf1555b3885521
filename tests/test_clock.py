"""The calendar of a program: local days, months and years, over leap days and changes of the clocks."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as some

from app.clock import business_day, days_later, id_after, local_instant, months_later, new_id, next_new_year, now

SHANGHAI, NEW_YORK, APIA, LORD_HOWE = map(
    ZoneInfo, ("Asia/Shanghai", "America/New_York", "Pacific/Apia", "Australia/Lord_Howe")
)
SECOND = timedelta(seconds=1)
ZONES = some.sampled_from((SHANGHAI, NEW_YORK, LORD_HOWE, ZoneInfo("UTC"), ZoneInfo("Asia/Kathmandu")))
INSTANTS = some.integers(0, 100 * 366 * 86_400).map(lambda seconds: datetime(1990, 1, 1, tzinfo=UTC) + seconds * SECOND)


def local(zone: ZoneInfo, *parts: int, fold: int = 0) -> datetime:
    """The instant of a local time, given as year, month, day, hour, and so on."""
    year, month, day, *rest = parts
    return datetime(year, month, day, *rest, tzinfo=zone, fold=fold).astimezone(UTC)


def test_the_edge_of_the_process_reads_an_aware_clock() -> None:
    """R4"""
    assert now().utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("instant", "zone", "day"),
    [
        ("2026-03-01T15:59:59.999999Z", SHANGHAI, "2026-03-01"),
        ("2026-03-01T16:00:00Z", SHANGHAI, "2026-03-02"),
        ("2026-01-01T04:59:59Z", NEW_YORK, "2025-12-31"),
        ("2026-01-01T05:00:00Z", NEW_YORK, "2026-01-01"),
        ("2026-07-01T04:00:00Z", NEW_YORK, "2026-07-01"),
        ("2011-12-30T09:59:59Z", APIA, "2011-12-29"),
        ("2011-12-30T10:00:00Z", APIA, "2011-12-31"),
    ],
)
def test_a_day_is_the_local_date_in_the_zone_of_the_program(instant: str, zone: ZoneInfo, day: str) -> None:
    """R1: neither the server's nor the customer's; not even the day that Samoa left out."""
    assert business_day(datetime.fromisoformat(instant), zone=zone) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("begin", "months", "end"),
    [
        ((2024, 2, 29, 9), 12, (2025, 2, 28, 9)),
        ((2024, 2, 29, 9), 48, (2028, 2, 29, 9)),
        ((2025, 2, 28, 9), 12, (2026, 2, 28, 9)),
        ((2026, 1, 31, 9), 1, (2026, 2, 28, 9)),
        ((2028, 1, 31, 9), 1, (2028, 2, 29, 9)),
        ((2026, 1, 31, 9), 3, (2026, 4, 30, 9)),
        ((2026, 12, 31, 23, 59), 2, (2027, 2, 28, 23, 59)),
        ((2025, 12, 31), 12, (2026, 12, 31)),
    ],
)
@pytest.mark.parametrize("zone", [SHANGHAI, NEW_YORK], ids=str)
def test_months_are_calendar_months(begin: tuple[int, ...], months: int, end: tuple[int, ...], zone: ZoneInfo) -> None:
    """R3"""
    assert months_later(local(zone, *begin), months, zone=zone) == local(zone, *end)


@given(INSTANTS, some.integers(1, 60), ZONES)
def test_so_many_months_later_is_the_same_day_or_the_last_of_the_month(
    instant: datetime, months: int, zone: ZoneInfo
) -> None:
    """R3: as a library has it that is slower."""
    expected = (instant.astimezone(zone) + relativedelta(months=months)).astimezone(UTC)
    assert months_later(instant, months, zone=zone) == expected


@given(INSTANTS, some.integers(1, 800), ZONES)
def test_so_many_days_later_is_the_same_local_time_so_many_days_later(
    instant: datetime, days: int, zone: ZoneInfo
) -> None:
    """R3"""
    begin = instant.astimezone(zone)
    expected = local_instant(begin.date() + timedelta(days), begin.time().replace(fold=0), zone=zone)
    assert days_later(instant, days, zone=zone) == expected


@given(INSTANTS, ZONES)
def test_more_days_are_later(instant: datetime, zone: ZoneInfo) -> None:
    """R3: none is no change, not even in the hour that there is twice."""
    assert days_later(instant, 0, zone=zone) == instant
    times = [days_later(instant, days, zone=zone) for days in range(10)]
    assert all(earlier < later for earlier, later in pairwise(times))


def test_no_days_later_than_the_second_of_two_equal_times_is_that_one() -> None:
    """R3: not the first of them, an hour before."""
    second = local(NEW_YORK, 2026, 11, 1, 1, 30, fold=1)
    assert days_later(second, 0, zone=NEW_YORK) == second


def test_a_day_may_have_23_or_25_hours() -> None:
    """R3: clocks are put forward on March 8 and back on November 1, 2026, in New York."""
    for day, hours in (((2026, 3, 7, 12), 23), ((2026, 10, 31, 12), 25), ((2026, 6, 1, 12), 24)):
        begin = local(NEW_YORK, *day)
        assert days_later(begin, 1, zone=NEW_YORK) - begin == timedelta(hours=hours)


def test_a_time_that_the_clocks_skip_is_the_one_they_are_put_forward_to() -> None:
    """R3: there is no 2:30 on March 8, 2026, in New York; it is 3:30 then."""
    skipped_to = local(NEW_YORK, 2026, 3, 8, 3, 30)
    assert skipped_to == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)
    assert days_later(local(NEW_YORK, 2026, 3, 1, 2, 30), 7, zone=NEW_YORK) == skipped_to
    assert months_later(local(NEW_YORK, 2026, 2, 8, 2, 30), 1, zone=NEW_YORK) == skipped_to
    assert local_instant(date(2026, 3, 8), time(2, 30), zone=NEW_YORK) == skipped_to


def test_of_a_time_that_there_is_twice_the_first_is_meant() -> None:
    """R3: 1:30 on November 1, 2026, in New York; also half an hour, as on Lord Howe Island."""
    first = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert days_later(local(NEW_YORK, 2026, 10, 31, 1, 30), 1, zone=NEW_YORK) == first
    assert months_later(local(NEW_YORK, 2026, 10, 1, 1, 30), 1, zone=NEW_YORK) == first
    second = local(NEW_YORK, 2025, 11, 2, 1, 30, fold=1)
    assert days_later(second, 364, zone=NEW_YORK) == first
    assert months_later(local(LORD_HOWE, 2026, 3, 5, 1, 45), 1, zone=LORD_HOWE) == local(LORD_HOWE, 2026, 4, 5, 1, 45)


@pytest.mark.parametrize(
    ("instant", "zone", "expected"),
    [
        ("2026-12-31T15:59:59.999999Z", SHANGHAI, "2026-12-31T16:00:00Z"),
        ("2026-12-31T16:00:00Z", SHANGHAI, "2027-12-31T16:00:00Z"),
        ("2026-01-01T00:00:00Z", NEW_YORK, "2026-01-01T05:00:00Z"),
        ("2026-01-01T05:00:00Z", NEW_YORK, "2027-01-01T05:00:00Z"),
    ],
)
def test_the_next_new_year_is_local_and_always_after(instant: str, zone: ZoneInfo, expected: str) -> None:
    """R9: at the stroke of midnight it is a year away."""
    assert next_new_year(datetime.fromisoformat(instant), zone=zone) == datetime.fromisoformat(expected)


@given(INSTANTS, ZONES)
def test_there_is_one_new_year_within_a_year(instant: datetime, zone: ZoneInfo) -> None:
    """R9"""
    found = next_new_year(instant, zone=zone).astimezone(zone)
    assert (found.month, found.day, found.time()) == (1, 1, time())
    assert found.year == instant.astimezone(zone).year + 1
    assert timedelta(0) < found - instant <= timedelta(days=366, hours=1)


def test_ids_rise_whatever_the_clock_says() -> None:
    """R5: what a member's ledger lists, it lists by id."""
    ahead = UUID(int=new_id().int + 2**100)
    assert id_after(ahead, new_id).int == ahead.int + 1
    assert id_after(None, new_id) < id_after(new_id(), new_id) < ahead
