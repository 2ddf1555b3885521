"""Caps and the periods that they hold for: without a database."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.clock import business_day
from app.points.rules.caps import ALL_TIME, Span, Used, capped, period_of, spans_of, that_apply
from app.points.section import Cap, Limit, Period
from app.programs.section import Words

WORDS = Words(zh="上限", en="a cap")
TICK = timedelta(microseconds=1)
ZONES = sorted(available_timezones() - {"localtime", "Factory"})
CITIES = [
    "Asia/Shanghai",
    "America/New_York",
    "Europe/Berlin",
    "America/Sao_Paulo",
    "Australia/Lord_Howe",
    "Asia/Beirut",
]
"""Zones whose clocks never go back over a midnight in the years that are tried."""
CALENDAR = [period for period in Period if period is not Period.LIFETIME]
INSTANTS = some.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=some.just(UTC))  # noqa: DTZ001
OF_LATE = some.datetimes(datetime(1995, 1, 1), datetime(2035, 1, 1), timezones=some.just(UTC))  # noqa: DTZ001
NOON = datetime(2026, 3, 1, 4, tzinfo=UTC)
"""A Sunday noon in Shanghai, the first of a month."""
SHANGHAI = ZoneInfo("Asia/Shanghai")
RULES = ("order", "review", "share")


def cap(
    code: str = "daily", period: Period = Period.DAY, *rules: str, points: int | None = None, times: int | None = None
) -> Cap:
    return Cap(code=code, period=period, points=points, times=times, rules=rules, words=WORDS)


def hours(span: Span) -> float:
    return (span[1] - span[0]) / timedelta(hours=1)


def of(day: date, period: Period, zone: str, *, at: time = time(12)) -> Span:
    local = datetime.combine(day, at, tzinfo=ZoneInfo(zone))
    return period_of(local.astimezone(UTC), period, zone=ZoneInfo(zone))


@given(INSTANTS, some.sampled_from(CALENDAR), some.sampled_from(ZONES))
def test_an_instant_is_in_one_period_and_the_next_begins_where_it_ends(at: datetime, period: Period, name: str) -> None:
    """R2, R27: half-open, without gaps, whatever the clocks of any place ever did."""
    zone = ZoneInfo(name)
    since, until = period_of(at, period, zone=zone)
    assert since <= at < until
    assert period_of(since, period, zone=zone) == (since, until) == period_of(until - TICK, period, zone=zone)
    assert period_of(until, period, zone=zone)[0] == until


@given(OF_LATE, OF_LATE, some.sampled_from(CALENDAR), some.sampled_from(CITIES))
def test_two_instants_are_in_one_period_if_the_calendar_on_the_wall_says_so(
    one: datetime, other: datetime, period: Period, name: str
) -> None:
    """R1, R3, R27: by local dates, reckoned here by what calendars print."""
    zone = ZoneInfo(name)
    printed = {Period.DAY: "%Y-%m-%d", Period.WEEK: "%G-W%V", Period.MONTH: "%Y-%m", Period.YEAR: "%Y"}[period]
    near = one + (other - one) / 1000
    for second in (other, near):
        on_the_wall = [at.astimezone(zone).strftime(printed) for at in (one, second)]
        same = period_of(one, period, zone=zone) == period_of(second, period, zone=zone)
        assert same == (on_the_wall[0] == on_the_wall[1])


@pytest.mark.parametrize(
    ("zone", "day", "long"),
    [
        ("America/New_York", date(2026, 3, 8), 23),
        ("America/New_York", date(2026, 11, 1), 25),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("America/Sao_Paulo", date(2018, 11, 4), 23),  # there is no midnight: clocks go from 24:00 to 1:00
        ("America/Sao_Paulo", date(2018, 2, 17), 25),  # and from 24:00 back to 23:00
        ("Asia/Shanghai", date(2026, 3, 8), 24),
    ],
)
def test_a_day_is_as_long_as_its_clocks_make_it(zone: str, day: date, long: float) -> None:
    """R27: a cap for a day is not one for 24 hours."""
    since, until = of(day, Period.DAY, zone)
    assert hours((since, until)) == long
    assert {business_day(at, zone=ZoneInfo(zone)) for at in (since, until - TICK)} == {day}


def test_a_day_that_a_place_left_out_is_no_period() -> None:
    """Samoa had no 30 December 2011: the 31st follows the 29th."""
    before, after = (of(date(2011, 12, day), Period.DAY, "Pacific/Apia") for day in (29, 31))
    assert before[1] == after[0]
    assert hours(before) == hours(after) == 24


def test_weeks_begin_on_monday_and_months_and_years_on_their_first() -> None:
    """R3, R27: noon of Sunday, 1 March 2026."""
    begun = {period: period_of(NOON, period, zone=SHANGHAI)[0].astimezone(SHANGHAI) for period in CALENDAR}
    assert {period: at.date().isoformat() for period, at in begun.items()} == {
        Period.DAY: "2026-03-01",
        Period.WEEK: "2026-02-23",
        Period.MONTH: "2026-03-01",
        Period.YEAR: "2026-01-01",
    }
    assert all(at.time() == time() for at in begun.values())
    assert period_of(NOON, Period.LIFETIME, zone=SHANGHAI) == ALL_TIME


def test_in_a_month_across_summer_time_every_day_counts() -> None:
    """R27: March 2026 has 743 hours in New York, November 721."""
    assert hours(of(date(2026, 3, 20), Period.MONTH, "America/New_York")) == 31 * 24 - 1
    assert hours(of(date(2026, 11, 20), Period.MONTH, "America/New_York")) == 30 * 24 + 1


CAPS = some.lists(
    some.builds(
        Cap,
        code=some.uuids().map(lambda key: f"c{key.hex[:8]}"),
        period=some.sampled_from(Period),
        points=some.integers(1, 60),
        times=some.none() | some.integers(1, 5),
        rules=some.sets(some.sampled_from(RULES)).map(lambda chosen: tuple(sorted(chosen))),
        words=some.just(WORDS),
    ),
    max_size=4,
)
ARRIVALS = some.lists(
    some.tuples(
        some.integers(0, 24 * 40),
        some.lists(some.tuples(some.sampled_from(RULES), some.integers(0, 40)), min_size=1, max_size=3),
    ),
    max_size=25,
)
"""Hours after noon at which something was done, in any order, and what rules give for it."""

Lot = tuple[datetime, str, int]


Full = tuple[Limit, datetime]
Arrivals = Sequence[tuple[int, Sequence[tuple[str, int]]]]


def played(caps: Sequence[Cap], arrivals: Arrivals) -> tuple[list[Lot], list[Full]]:
    """What is earned when so much arrives, one after the other; and caps that let no more through, with when."""
    lots: list[Lot] = []
    full: list[Full] = []
    for later, given_points in arrivals:
        at = NOON + timedelta(hours=later)
        applying = that_apply(caps, rules=[rule for rule, amount in given_points if amount])
        used = defaultdict[tuple[Span, str], Used](Used)
        for since, until in spans_of(applying, at=at, zone=SHANGHAI):
            for earned_at, rule, amount in lots:
                if since <= earned_at < until:
                    used[(since, until), rule] = used[(since, until), rule].plus(Used(amount, 1))
        left = capped(given_points, applying, used=used, at=at, zone=SHANGHAI)
        assert [(each.rule, each.amount + sum(cut.points for cut in each.cuts)) for each in left] == list(given_points)
        lots += [(at, each.rule, each.amount) for each in left if each.amount]
        full += [(each.cuts[-1].cap, at) for each in left if each.cuts]
    return lots, full


def within(lots: Sequence[Lot], each: Limit) -> dict[Span, list[int]]:
    """What fills a cap, period by period."""
    found = defaultdict[Span, list[int]](list)
    for at, rule, amount in lots:
        if not each.rules or rule in each.rules:
            found[period_of(at, each.period, zone=SHANGHAI)].append(amount)
    return found


@given(CAPS, ARRIVALS)
def test_no_cap_is_ever_exceeded_and_nothing_is_cut_without_need(caps: Sequence[Cap], arrivals: Arrivals) -> None:
    """R27: of each cap, in each of its periods, at most its points, at most so often; and one that cut is full."""
    lots, full = played(caps, arrivals)
    for each in caps:
        for amounts in within(lots, each).values():
            assert each.points is None or sum(amounts) <= each.points
            assert each.times is None or len(amounts) <= each.times
    for each, at in full:
        amounts = within(lots, each)[period_of(at, each.period, zone=SHANGHAI)]
        assert sum(amounts) == each.most or len(amounts) == each.times


@given(some.integers(1, 300), ARRIVALS)
def test_a_cap_is_filled_to_the_last_point(
    most: int, arrivals: Sequence[tuple[int, Sequence[tuple[str, int]]]]
) -> None:
    """R27: what arrives is cut to what is left, not refused; all together come to the cap, or to all that was given."""
    lots, _ = played([cap(period=Period.LIFETIME, points=most)], arrivals)
    given_in_all = sum(amount for _, given_points in arrivals for _, amount in given_points)
    assert sum(amount for *_, amount in lots) == min(most, given_in_all)


@given(CAPS, ARRIVALS, ARRIVALS)
def test_caps_fill_in_the_order_of_arrival(caps: Sequence[Cap], arrivals: Arrivals, later: Arrivals) -> None:
    """R25: whatever arrives later, also of an earlier day, changes nothing of what was earned."""
    before, _ = played(caps, arrivals)
    after, _ = played(caps, [*arrivals, *later])
    assert after[: len(before)] == before


def test_the_rules_of_an_order_fill_a_cap_in_their_order() -> None:
    """R25, R27"""
    left = capped([("order", 70), ("review", 50), ("share", 9)], [cap(points=100)], used={}, at=NOON, zone=SHANGHAI)
    assert [each.amount for each in left] == [70, 30, 0]
    assert [[cut.points for cut in each.cuts] for each in left] == [[], [20], [9]]


def test_a_cap_counts_only_its_rules_and_leaves_others_alone() -> None:
    """R27"""
    only = cap("reviews", Period.DAY, "review", points=10)
    today = period_of(NOON, Period.DAY, zone=SHANGHAI)
    used = {(today, "review"): Used(4, 1), (today, "order"): Used(500, 5)}
    left = capped([("order", 70), ("review", 50)], [only], used=used, at=NOON, zone=SHANGHAI)
    assert [(each.rule, each.amount) for each in left] == [("order", 70), ("review", 6)]
    assert that_apply([only], rules=["order", "share"]) == []
    assert that_apply([only, cap(points=5)], rules=["review"]) == [only, cap(points=5)]


def test_what_comes_to_nothing_does_not_count_as_a_time() -> None:
    """R27: `times` counts lots, and there is none of no points."""
    twice = cap("twice", Period.DAY, times=2)
    given_points = [("order", 0), ("review", 5), ("share", 5), ("order", 5)]
    left = capped(given_points, [twice], used={}, at=NOON, zone=SHANGHAI)
    assert [each.amount for each in left] == [0, 5, 5, 0]


def test_of_several_caps_each_says_what_it_took_of_what_those_before_left() -> None:
    """R27: the tightest decides, in whatever order they are."""
    day, month = cap("day", Period.DAY, points=60), cap("month", Period.MONTH, points=40)
    (left,) = capped([("order", 100)], [day, month], used={}, at=NOON, zone=SHANGHAI)
    assert (left.amount, [(cut.cap.code, cut.points) for cut in left.cuts]) == (40, [("day", 40), ("month", 20)])
    (left,) = capped([("order", 100)], [month, day], used={}, at=NOON, zone=SHANGHAI)
    assert (left.amount, [(cut.cap.code, cut.points) for cut in left.cuts]) == (40, [("month", 60)])


def test_a_cap_that_was_lowered_below_what_is_used_lets_nothing_through() -> None:
    """R25: a new version's cap looks at what was earned by the old one, and takes nothing back of it."""
    used = {(period_of(NOON, Period.DAY, zone=SHANGHAI), "order"): Used(500, 9)}
    (left,) = capped([("order", 10)], [cap(points=100)], used=used, at=NOON, zone=SHANGHAI)
    assert left.amount == 0
