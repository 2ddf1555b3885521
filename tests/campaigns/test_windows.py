"""When a window is open: against a plain model that looks at a clock minute by minute, and in so many words."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.campaigns.rules import Occurrence, instant_of, occurrence_after, occurrence_at, occurrence_before
from app.campaigns.rules.windows import occurrences_from
from app.campaigns.section import ANY_WINDOW, OneOff, Weekday, Weekly, Window, Yearly

from .plain import minutes_open

BERLIN, SHANGHAI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")
ZONES = [BERLIN, SHANGHAI, *map(ZoneInfo, ("America/Santiago", "Australia/Lord_Howe", "Asia/Tehran", "Africa/Cairo"))]
"""Clocks put forward and back at 2 o'clock, never, at midnight, by half an hour, on dates of their own."""
MINUTE = timedelta(minutes=1)


def local(*said: int) -> datetime:
    """A local time, of whatever zone."""
    return datetime(*said)  # type: ignore[arg-type]  # noqa: DTZ001


clock_times = st.builds(time, st.integers(0, 23), st.integers(0, 59)) | st.sampled_from([time(), time(2, 30)])
dates = st.dates(date(2019, 1, 1), date(2029, 12, 31)).map(lambda day: day.strftime("%m-%d"))
weekdays = st.lists(st.sampled_from(list(Weekday)), min_size=1, max_size=7, unique=True)
times_of_day: dict[str, Any] = {"starts": clock_times, "ends": clock_times}
yearly = st.fixed_dictionaries({"kind": st.just("YEARLY"), "first": dates, "last": dates, **times_of_day})
windows = st.one_of(
    st.fixed_dictionaries({"kind": st.just("WEEKLY"), "days": weekdays, **times_of_day}),
    st.fixed_dictionaries({"kind": st.just("MONTHLY"), "day": st.integers(1, 31), **times_of_day}),
    yearly.filter(lambda made: (made["first"], made["last"]) != ("02-29", "02-28")),
).map(ANY_WINDOW.validate_python)
turning = [local(2026, 3, 28), local(2026, 10, 24), local(2024, 2, 28), local(2027, 2, 27)]
"""Days around which clocks are put forward or back, or February ends."""
days = st.sampled_from([*turning, local(2025, 12, 30), local(2026, 4, 4), local(2026, 9, 5)]) | st.datetimes(
    local(2020, 1, 1), local(2029, 12, 31)
).map(lambda at: at.replace(hour=0, minute=0, second=0, microsecond=0))


def made(**said: Any) -> Window:
    return ANY_WINDOW.validate_python(said)


def utc(*said: int) -> datetime:
    return datetime(*said, tzinfo=UTC)  # type: ignore[arg-type]


@given(windows, days, st.sampled_from(ZONES))
@settings(max_examples=150, deadline=None)
def test_a_window_is_open_when_the_clock_on_the_wall_says_so(window: Window, since: datetime, zone: ZoneInfo) -> None:
    """R1, R2, R3: minute by minute over two days and a half, whatever the clocks and the calendar do."""
    until = since + timedelta(hours=60)
    shown = minutes_open(window, since, until, zone)
    at = [(since + n * MINUTE).replace(tzinfo=UTC) for n in range(len(shown))]
    assert [occurrence_at(window, each, zone=zone) is not None for each in at[::7]] == shown[::7]
    edges = [n for n in range(1, len(shown)) if shown[n] != shown[n - 1]]
    assert [_edge(window, at[n], zone) for n in edges] == [shown[n] for n in edges]


def _edge(window: Window, at: datetime, zone: ZoneInfo) -> bool | None:
    """Is it open from this very instant on, and not the moment before, or the other way round?"""
    before, then = (occurrence_at(window, each, zone=zone) is not None for each in (at - MINUTE / 60, at))
    return None if before == then else then


@given(windows, days, st.sampled_from(ZONES))
@settings(max_examples=100, deadline=None)
def test_occurrences_follow_one_another_without_overlapping(window: Window, since: datetime, zone: ZoneInfo) -> None:
    """What comes next is what one comes to by waiting for it, and before it is what was over."""
    at = since.replace(tzinfo=UTC)
    found = occurrence_after(window, at, zone=zone)
    if found is None:  # its whole time is skipped each year, as in Tehran on a day in March
        assert isinstance(window, Yearly)
        return
    assert found.opens_at < found.closes_at
    assert occurrence_at(window, found.opens_at, zone=zone) == found
    present = occurrence_at(window, at, zone=zone)
    assert present is None or present.closes_at <= found.opens_at
    assert found.opens_at > at
    between = [at + (found.opens_at - at) * part / 8 for part in range(1, 8)]
    assert all(occurrence_at(window, each, zone=zone) in (present, None) for each in between)
    before = occurrence_before(window, found.closes_at, zone=zone)
    assert before == found
    assert occurrence_before(window, found.opens_at, zone=zone) != found


@given(windows, days, st.sampled_from(ZONES), st.integers(0, 24 * 60 - 1))
@settings(max_examples=100, deadline=None)
def test_of_those_of_a_day_the_first_that_is_not_over_is_the_present_or_the_next(
    window: Window, day: datetime, zone: ZoneInfo, minute: int
) -> None:
    """R2: at any instant of the local day, those at which one opens or closes among them."""
    found = occurrences_from(window, day.date(), zone=zone)
    some = [(day + minute * MINUTE).replace(tzinfo=zone).astimezone(UTC), *(at for each in found for at in each)]
    for at in (each for each in some if each.astimezone(zone).date() == day.date()):
        seen = occurrence_at(window, at, zone=zone) or occurrence_after(window, at, zone=zone)
        assert next((each for each in found if at < each.closes_at), None) == seen


@pytest.mark.parametrize(
    ("window", "at", "zone", "expected"),
    [
        pytest.param(
            made(kind="YEARLY", first="11-11", last="11-11"),
            utc(2026, 11, 10, 16),
            SHANGHAI,
            (utc(2026, 11, 10, 16), utc(2026, 11, 11, 16)),
            id="double 11 is a day of Shanghai",
        ),
        pytest.param(
            made(kind="YEARLY", first="12-24", last="01-06", starts=time(18), ends=time(12)),
            utc(2027, 1, 6, 10, 59),
            BERLIN,
            (utc(2026, 12, 24, 17), utc(2027, 1, 6, 11)),
            id="over New Year, with times of day",
        ),
        pytest.param(
            made(kind="YEARLY", first="02-29", last="02-29"),
            utc(2027, 2, 28, 12),
            BERLIN,
            (utc(2027, 2, 27, 23), utc(2027, 2, 28, 23)),
            id="February 29 is the 28th in a common year",
        ),
        pytest.param(
            made(kind="YEARLY", first="02-29", last="02-29"),
            utc(2028, 2, 29, 12),
            BERLIN,
            (utc(2028, 2, 28, 23), utc(2028, 2, 29, 23)),
            id="and itself in a leap year",
        ),
        pytest.param(
            made(kind="MONTHLY", day=31),
            utc(2026, 2, 28, 12),
            SHANGHAI,
            (utc(2026, 2, 27, 16), utc(2026, 2, 28, 16)),
            id="the 31st of a short month is its last day",
        ),
        pytest.param(
            made(kind="WEEKLY", days=["SUNDAY"]),
            utc(2026, 3, 29, 12),
            BERLIN,
            (utc(2026, 3, 28, 23), utc(2026, 3, 29, 22)),
            id="a Sunday of 23 hours is a day",
        ),
        pytest.param(
            made(kind="WEEKLY", days=["SUNDAY"]),
            utc(2026, 10, 25, 12),
            BERLIN,
            (utc(2026, 10, 24, 22), utc(2026, 10, 25, 23)),
            id="and one of 25 hours",
        ),
        pytest.param(
            made(kind="WEEKLY", days=["SUNDAY"], starts=time(2, 30), ends=time(4)),
            utc(2026, 3, 29, 1, 30),
            BERLIN,
            (utc(2026, 3, 29, 1), utc(2026, 3, 29, 2)),
            id="what begins in the hour that is skipped begins when the clocks are put forward",
        ),
        pytest.param(
            made(kind="WEEKLY", days=["SUNDAY"], starts=time(1), ends=time(2, 30)),
            utc(2026, 10, 25, 0, 29),
            BERLIN,
            (utc(2026, 10, 24, 23), utc(2026, 10, 25, 0, 30)),
            id="what ends in the hour that comes twice ends the first time",
        ),
        pytest.param(
            made(kind="WEEKLY", days=["FRIDAY"], starts=time(22), ends=time(2)),
            utc(2026, 3, 6, 17, 59),
            SHANGHAI,
            (utc(2026, 3, 6, 14), utc(2026, 3, 6, 18)),
            id="a night goes on into the next day",
        ),
    ],
)
def test_an_occurrence_is_in_local_time(
    window: Window, at: datetime, zone: ZoneInfo, expected: tuple[datetime, datetime]
) -> None:
    """R1, R2, R3."""
    assert occurrence_at(window, at, zone=zone) == Occurrence(*expected)
    assert occurrence_at(window, expected[0], zone=zone) == Occurrence(*expected)
    assert occurrence_at(window, expected[1], zone=zone) is None
    assert occurrence_at(window, expected[0] - timedelta(seconds=1), zone=zone) is None


def test_what_would_only_be_in_the_hour_that_is_skipped_does_not_take_place() -> None:
    window = Weekly(kind="WEEKLY", days=(Weekday.SUNDAY,), starts=time(2, 10), ends=time(2, 50))
    found = occurrence_after(window, utc(2026, 3, 23), zone=BERLIN)
    assert found == Occurrence(utc(2026, 4, 5, 0, 10), utc(2026, 4, 5, 0, 50))


def test_once_is_once() -> None:
    """R2."""
    window = OneOff(kind="ONE_OFF", starts=local(2026, 6, 1), ends=local(2026, 6, 21))
    once = Occurrence(utc(2026, 5, 31, 16), utc(2026, 6, 20, 16))
    for at, now, later, before in (
        (once.opens_at - timedelta.resolution, None, once, None),
        (once.opens_at, once, None, None),
        (once.closes_at - timedelta.resolution, once, None, None),
        (once.closes_at, None, None, once),
    ):
        found = (
            occurrence_at(window, at, zone=SHANGHAI),
            occurrence_after(window, at, zone=SHANGHAI),
            occurrence_before(window, at, zone=SHANGHAI),
        )
        assert found == (now, later, before)


@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_an_instant_of_local_time_never_goes_back(zone: ZoneInfo) -> None:
    """R1: so that what ends when something else begins leaves no gap and no overlap, in a year with all its turns."""
    turns = [local(2021, month, day) for month, day in ((3, 14), (4, 4), (9, 5), (9, 22), (10, 3), (10, 31))]
    turns += [local(2021, 3, 21), local(2021, 3, 28), local(2024, 4, 25), local(2024, 10, 31)]
    said = [day + n * timedelta(minutes=10) for day in sorted(turns) for n in range(-30, 180)]
    instants = [instant_of(each, zone=zone) for each in said]
    assert instants == sorted(instants)
    shown = [at.astimezone(zone).replace(tzinfo=None) for at in instants]
    assert all(there >= each for there, each in zip(shown, said, strict=True))
