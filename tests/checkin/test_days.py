"""Days in a row, what they reach, and what making one up does to those after it, against a plain model."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as some

from app.checkin.rules import Counted, PaidBonus, bonuses_at, entered
from app.checkin.section import CheckInSection, CycleBonus, Milestone
from app.programs.section import Words

from .plain import DAY, Plain

WORDS = Words(zh="奖励", en="Bonus")
STARTS = some.sampled_from(
    [date(2026, 1, 29), date(2024, 2, 26), date(2026, 2, 26), date(2025, 12, 28), date(2100, 2, 26), date(2000, 2, 27)]
)
"""Just before the end of a month, a year, a leap February, and of one that looks like it."""
BONUSES = some.dictionaries(some.integers(1, 9), some.integers(1, 50), max_size=4)


def section(*, cycle_days: int, cycle: dict[int, int], milestones: dict[int, int]) -> CheckInSection:
    return CheckInSection(
        points=1,
        cycle_days=cycle_days,
        cycle=tuple(CycleBonus(day=day, points=points, words=WORDS) for day, points in cycle.items()),
        milestones=tuple(Milestone(streak=day, points=points, words=WORDS) for day, points in milestones.items()),
    )


WEEK = section(cycle_days=7, cycle={3: 10, 7: 20}, milestones={7: 70, 10: 100})
Days = list[Counted]


def with_day(known: Days, day: date, rules: CheckInSection = WEEK) -> Days:
    """All days, once another is entered."""
    earlier = [each for each in known if each.day < day]
    later = [each for each in known if each.day > day]
    before = earlier[-1] if earlier else None
    return earlier + entered(day, before=before, later=later, section=rules, version=1)


def row_of(start: date, days: int) -> Days:
    known: Days = []
    for number in range(days):
        known = with_day(known, start + number * DAY)
    return known


def given_for(known: Days) -> dict[str, list[int]]:
    """By rule: days of the month."""
    found: dict[str, list[int]] = {}
    for each in known:
        for bonus in each.bonuses:
            found.setdefault(bonus.rule.removeprefix("checkin."), []).append(each.day.day)
    return found


@given(STARTS, some.integers(1, 60))
def test_a_row_goes_on_over_the_ends_of_months_and_years(start: date, days: int) -> None:
    """R29"""
    assert [each.streak for each in row_of(start, days)] == list(range(1, days + 1))


def test_the_cycle_starts_again_while_the_streak_goes_on() -> None:
    """R29: a day of the cycle brings its bonus each time, a milestone once a row. Tried: where the cycle does not start
    again, it is red."""
    known = row_of(date(2026, 3, 1), 15)
    assert given_for(known) == {
        "cycle.3": [3, 10],
        "cycle.7": [7, 14],
        "milestones.7": [7],
        "milestones.10": [10],
    }
    assert known[-1].streak == 15


def test_after_a_missed_day_a_row_begins_anew_and_can_reach_the_same_again() -> None:
    """R29: milestones are of the date that reaches them."""
    known = row_of(date(2026, 3, 1), 7)
    for number in range(9, 16):
        known = with_day(known, date(2026, 3, number))
    assert given_for(known)["milestones.7"] == [7, 15]
    assert (known[-1].streak, known[-1].longest) == (7, 7)


def test_a_made_up_day_joins_rows_and_what_they_reach_is_given() -> None:
    """R30: of five days, a gap and four days it makes ten. What was given stays. Tried: without counting anew what is
    after it, or without giving for that, it is red."""
    known = row_of(date(2026, 3, 1), 5)
    for number in range(7, 11):
        known = with_day(known, date(2026, 3, number))
    assert given_for(known) == {"cycle.3": [3, 9]}
    known = with_day(known, date(2026, 3, 6))
    assert [each.streak for each in known] == list(range(1, 11))
    assert given_for(known) == {"cycle.3": [3, 9], "cycle.7": [7], "milestones.7": [7], "milestones.10": [10]}
    assert known[8].bonuses == (PaidBonus("checkin.cycle.3", 10, 1),)


def test_making_up_days_before_a_row_does_not_pay_its_milestones_again() -> None:
    """R30: the row has had them, and each day before it moves them by one; ten days have two third days of a cycle, of
    which one was given for. Tried: where each date is given for by itself, it is red."""
    known: Days = []
    for number in range(10, 17):
        known = with_day(known, date(2026, 3, number))
    assert given_for(known) == {"cycle.3": [12], "cycle.7": [16], "milestones.7": [16]}
    for number in (9, 8, 7):
        known = with_day(known, date(2026, 3, number))
    assert given_for(known) == {
        "cycle.3": [9, 12],
        "cycle.7": [16],
        "milestones.7": [16],
        "milestones.10": [16],
    }


def test_a_date_has_a_bonus_once_also_when_the_cycle_was_edited() -> None:
    """R5, R20, R29: by cycles of five days the eighth of a row is a third day again, as it was by those of seven; what
    is missing is given for the thirteenth."""
    known = row_of(date(2026, 3, 1), 4)
    for number in range(6, 14):
        known = with_day(known, date(2026, 3, number))
    assert given_for(known)["cycle.3"] == [3, 8]
    known = with_day(known, date(2026, 3, 5), section(cycle_days=5, cycle={3: 10}, milestones={}))
    assert given_for(known)["cycle.3"] == [3, 8, 13]


def test_a_day_entered_after_a_later_one_comes_to_the_same() -> None:
    """R28: of a request that was held up over midnight."""
    start = date(2026, 3, 1)
    late = with_day(with_day(row_of(start, 5), start + 6 * DAY), start + 5 * DAY)
    assert [each.streak for each in late] == [each.streak for each in row_of(start, 7)]
    assert given_for(late) == given_for(row_of(start, 7))


@given(
    STARTS,
    some.integers(1, 9),
    BONUSES,
    BONUSES,
    some.lists(some.tuples(some.integers(0, 2), some.booleans(), some.integers(1, 7)), max_size=40),
)
def test_any_days_come_to_what_a_plain_model_says(
    start: date, cycle_days: int, cycle: dict[int, int], milestones: dict[int, int], does: list[tuple[int, bool, int]]
) -> None:
    """R29, R30: streak, longest row and what was given for each day. The longest never shrinks, nothing is taken back,
    and in a row nothing is given oftener than rows that were joined to it had reached it."""
    cycle = {day: points for day, points in cycle.items() if day <= cycle_days}
    rules = section(cycle_days=cycle_days, cycle=cycle, milestones=milestones)
    plain = Plain(cycle_days, cycle, milestones, window=7, quota=99, cost=0, points=0)
    today, known = start, list[Counted]()
    for passes, makes_up, back in does:
        today += passes * DAY
        day = today - back * DAY if makes_up else today
        if day in plain.given:
            continue
        before = {each.day: each for each in known}
        known = with_day(known, day, rules)
        if makes_up:
            plain.makes_up(day, today=today)
        else:
            plain.checks_in(day)
        assert all(set(before[each.day].bonuses) <= set(each.bonuses) for each in known if each.day in before)
        assert {each.day: each.streak for each in known} == {day: plain.streak(day) for day in plain.given}
        assert {each.day: each.longest for each in known} == {day: plain.longest(day) for day in plain.given}
        found = {each.day: {bonus.rule: bonus.points for bonus in each.bonuses} for each in known}
        assert found == plain.given


@given(some.integers(1, 800), some.integers(1, 9), BONUSES, BONUSES)
def test_every_day_brings_what_its_place_in_the_cycle_and_its_streak_bring(
    streak: int, cycle_days: int, cycle: dict[int, int], milestones: dict[int, int]
) -> None:
    """R29"""
    cycle = {day: points for day, points in cycle.items() if day <= cycle_days}
    found = bonuses_at(streak, section=section(cycle_days=cycle_days, cycle=cycle, milestones=milestones))
    expected = [points for day, points in cycle.items() if (streak - day) % cycle_days == 0]
    expected += [points for days, points in milestones.items() if days == streak]
    assert sorted(bonus.points for bonus in found) == sorted(expected)


def test_no_day_is_given_for_what_its_row_reaches_elsewhere() -> None:
    """R29: each day of a row by itself."""
    for each in row_of(date(2026, 3, 1), 14):
        assert [bonus.rule for bonus in each.bonuses] == [bonus.rule for bonus in bonuses_at(each.streak, section=WEEK)]
        assert each.day == date(2026, 3, 1) + timedelta(days=each.streak - 1)
