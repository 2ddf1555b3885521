"""What comes first of what is of one instant, and what becomes of a tier that waits: by example."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.clock import months_later
from app.programs.rules import SINCE_EVER
from app.tiers.rules import History, Place, TierChangeKind, reckon
from app.tiers.rules.becoming import became
from app.tiers.section import Lowering, Measure, PeriodKind, TierPeriod, TiersSection, Window, WindowKind

from .lives import DAY, TICK, Moved, Written, moved, noticed, program_of, section

ROLLING = Window(kind=WindowKind.ROLLING, months=12)
BEGAN = datetime(2024, 2, 29, 4, tzinfo=UTC)
"""Noon of a leap day in Shanghai."""
ZONE = program_of(section()).in_force[0].zone
ENDS = months_later(BEGAN, 12, zone=ZONE)


def told(history: History, *, at: datetime) -> History:
    """The member is told at an instant, by which it is due."""
    reckoned = reckon(history, now=at)
    assert reckoned.is_notice_due
    return noticed(history, reckoned, at=at)


def place(history: History, *, at: datetime) -> Place:
    return reckon(history, now=at).standing.place


def bought(*entries: Moved) -> History:
    """A member of a shop where growth and tiers last for a year, who reached the second tier on a leap day."""
    return History(program_of(section(window=ROLLING)), SINCE_EVER, [moved(1, 200, BEGAN), *entries], [])


def test_a_year_from_a_leap_day_is_over_on_february_28() -> None:
    """R3, R17, R18: growth lapses when the period ends, and does not renew it."""
    assert datetime(2025, 2, 28, 4, tzinfo=UTC) == ENDS
    history = told(bought(), at=ENDS - 45 * DAY)
    assert place(history, at=ENDS - TICK) == Place("v2", BEGAN, ENDS)
    assert reckon(history, now=ENDS - TICK).standing.growth == 200
    assert (place(history, at=ENDS), reckon(history, now=ENDS).standing.growth) == (Place(), 0)


@pytest.mark.parametrize(
    ("at", "kinds"), [(ENDS - TICK, ["RAISED", "RENEWED"]), (ENDS, ["RAISED", "LOWERED", "RAISED"])]
)
def test_a_period_is_half_open(at: datetime, kinds: list[str]) -> None:
    """R2, R17: growth of the instant at which it ends is not in it."""
    history = told(bought(), at=ENDS - 45 * DAY)
    history = replace(history, entries=[*history.entries, moved(2, 200, at)])
    found = reckon(history, now=ENDS)
    assert [step.kind.name for step in found.steps] == kinds
    assert found.standing.tier == "v2"


def test_a_ladder_that_begins_with_the_year_finds_none_of_the_year_before() -> None:
    """R18, R20: 150 were too few for the second tier in the old year, and are gone in the new one."""
    new_year = datetime(2024, 12, 31, 16, tzinfo=UTC)
    yearly = section(window=Window(kind=WindowKind.CALENDAR_YEAR))
    lower = section({"v1": 0, "v2": 150, "v3": 400}, window=Window(kind=WindowKind.CALENDAR_YEAR))
    for begins, tier in ((new_year - TICK, "v2"), (new_year, None)):
        program = program_of(yearly, (begins, lower))
        history = History(program, SINCE_EVER, [moved(1, 150, BEGAN)], [])
        assert reckon(history, now=new_year).standing.tier == tier


def test_a_score_that_is_made_when_a_period_ends_decides_it() -> None:
    """R22, R17: it began with a score, and ends with the one of a year later."""
    began, ends = datetime(2024, 2, 29, 16, tzinfo=UTC), datetime(2025, 2, 28, 16, tzinfo=UTC)
    program = program_of(section(window=ROLLING, measure=Measure.SCORE))
    history = History(program, SINCE_EVER, [moved(1, 200, began)], [])
    history = told(history, at=ends - 45 * DAY)
    history = replace(history, entries=[*history.entries, moved(2, 200, ends)])
    found = reckon(history, now=ends)
    assert [step.kind for step in found.steps] == [TierChangeKind.RAISED, TierChangeKind.RENEWED]
    assert found.standing.tier_until == datetime(2026, 2, 28, 16, tzinfo=UTC)


def test_all_growth_of_a_calendar_year_renews_what_ends_with_it() -> None:
    """R17, R18: though it lapses at that very instant."""
    year = section(window=Window(kind=WindowKind.CALENDAR_YEAR), period=TierPeriod(kind=PeriodKind.YEAR_END))
    new_year = datetime(2025, 12, 31, 16, tzinfo=UTC)
    entries = [moved(1, 200, BEGAN), moved(2, 200, datetime(2024, 12, 31, 16, tzinfo=UTC))]
    history = History(program_of(year), SINCE_EVER, entries, [])
    found = reckon(history, now=new_year)
    assert (found.standing.growth, found.standing.tier) == (0, "v2")
    assert found.standing.tier_until == datetime(2027, 12, 31, 16, tzinfo=UTC)
    late = replace(history, entries=[entries[0], replace(entries[1], counts_at=entries[1].counts_at - TICK)])
    assert reckon(late, now=new_year).standing.tier_until == new_year


@pytest.mark.parametrize(("days", "kind"), [(0, "RENEWED"), (1, "LOWERED")])
def test_a_ladder_that_comes_into_force_when_a_period_ends_decides_it(days: int, kind: str) -> None:
    """R20, R2"""
    lower = section({"v1": 0, "v2": 100, "v3": 500}, window=ROLLING)
    program = program_of(section(window=ROLLING), (ENDS + days * DAY, lower))
    history = replace(bought(moved(2, 100, BEGAN + 100 * DAY)), program=program)
    history = told(history, at=ENDS - 45 * DAY)
    steps = reckon(history, now=ENDS).steps
    assert [step.kind.name for step in steps] == ["RAISED", kind]


@pytest.mark.parametrize(
    ("after", "kind", "days"),
    [
        (section(window=ROLLING, lowering=Lowering.NEVER), "RENEWED", 10),
        (section({"v1": 0, "v2": 50, "v3": 500}, window=ROLLING), "RENEWED", 10),
        (section(window=ROLLING, grace_days=35), "LOWERED", 35),
        (section({"v1": 0, "v2": 900, "v3": 1000}, window=ROLLING), "LOWERED", 30),
        (section({"v1": 0, "gold": 100}, {"v2": "gold", "v3": "gold"}, window=ROLLING), "LOWERED", 30),
    ],
)
def test_a_tier_that_waits_over_an_edit_follows_the_new_ladder(after: TiersSection, kind: str, days: int) -> None:
    """R17, R20: told when the period ends, and edited 10 days later; nobody is lowered by the edit itself."""
    program = program_of(section(window=ROLLING), (ENDS + 10 * DAY, after))
    history = replace(bought(moved(2, 60, BEGAN + 100 * DAY)), program=program)
    history = told(history, at=ENDS)
    found = reckon(history, now=ENDS + 40 * DAY)
    assert (found.steps[1].kind.name, found.steps[1].at) == (kind, ENDS + days * DAY)


def test_a_notice_is_for_one_period_of_one_tier() -> None:
    """R17: growth that comes late moves the period, and needs another one; who was told keeps it for 30 days."""
    history = told(bought(), at=ENDS - 45 * DAY)
    moved_on = replace(history, entries=[moved(1, 200, BEGAN + DAY)])
    later = reckon(moved_on, now=ENDS - 44 * DAY)
    assert later.standing.notice_at is None
    assert later.is_notice_due
    history = noticed(moved_on, later, at=ENDS - 10 * DAY)
    assert place(history, at=ENDS + 20 * DAY - TICK).tier == "v2"
    assert place(history, at=ENDS + 20 * DAY).tier is None


def test_history_from_before_a_member_was_known_needs_no_notice() -> None:
    """R19, R17: nobody was shown a tier then; what ended after they were known does."""
    history = replace(bought(), registered_at=ENDS)
    assert [step.kind.name for step in reckon(history, now=ENDS).steps] == ["RAISED", "LOWERED"]
    assert not reckon(history, now=ENDS).is_notice_due
    known = replace(history, registered_at=ENDS - TICK)
    found = reckon(known, now=ENDS)
    assert (found.standing.tier, found.is_notice_due) == ("v2", True)


def test_two_tiers_reached_in_a_year_end_together_and_one_is_lowered() -> None:
    """R17: their periods end at one instant; the first of them is no reason to be lowered twice."""
    year = section(window=Window(kind=WindowKind.CALENDAR_YEAR), period=TierPeriod(kind=PeriodKind.YEAR_END),
                   lowering=Lowering.ONE_DOWN)  # fmt: skip
    history = History(program_of(year), SINCE_EVER, [moved(1, 200, BEGAN), moved(2, 300, BEGAN + DAY)], [])
    ends = datetime(2025, 12, 31, 16, tzinfo=UTC)
    history = told(history, at=ends - 45 * DAY)
    steps = [(step.kind.name, step.after.tier) for step in reckon(history, now=ends).steps]
    assert steps == [("RAISED", "v2"), ("RAISED", "v3"), ("LOWERED", "v2")]


def test_a_shorter_period_takes_nothing_of_the_one_that_had_begun() -> None:
    """R20: raised under rules by which a tier lasts for two months, one falls back to what lasts for a year."""
    program = program_of(section(window=ROLLING), (BEGAN + DAY, section(window=ROLLING, period=TierPeriod(months=2))))
    history = replace(bought(moved(2, 300, BEGAN + 2 * DAY)), program=program)
    history = replace(history, entries=[history.entries[0], moved(2, 300, BEGAN + 2 * DAY)])
    end = months_later(BEGAN + 2 * DAY, 2, zone=ZONE)
    assert place(history, at=end - TICK) == Place("v3", BEGAN + 2 * DAY, end)
    lapsed = replace(history, program=program_of(
        section(window=ROLLING), (BEGAN + DAY, section(window=Window(kind=WindowKind.ROLLING, months=1),
                                                      period=TierPeriod(months=2)))))  # fmt: skip
    lapsed = told(lapsed, at=end - 45 * DAY)
    assert place(lapsed, at=end) == Place("v2", end, ENDS)


def test_every_tier_that_was_passed_was_reached_also_below_what_was_brought() -> None:
    """R16, R15: so that a gift for it is no gift for nothing."""
    passed = bought(moved(2, 350, BEGAN + DAY))
    assert reckon(passed, now=BEGAN + DAY).reached == {"v2", "v3"}
    floor = Written("BROUGHT", "v3", BEGAN, BEGAN + 400 * DAY, BEGAN)
    brought = replace(bought(moved(2, 50, BEGAN + DAY)), changes=[floor])
    assert reckon(brought, now=BEGAN + DAY).reached == {"v2"}
    jumped = replace(passed, entries=[moved(1, 550, BEGAN)])
    assert reckon(jumped, now=BEGAN).reached == {"v2", "v3"}


def test_who_is_lowered_at_new_year_is_so_by_the_growth_of_the_year_that_is_over() -> None:
    """R17, R18: though none of it counts any more."""
    year = section(window=Window(kind=WindowKind.CALENDAR_YEAR), period=TierPeriod(kind=PeriodKind.YEAR_END))
    ends = datetime(2025, 12, 31, 16, tzinfo=UTC)
    entries = [moved(1, 500, BEGAN), moved(2, 250, ends - 100 * DAY)]
    history = told(History(program_of(year), SINCE_EVER, entries, []), at=ends - 45 * DAY)
    found = reckon(history, now=ends)
    assert (found.standing.tier, found.standing.growth) == ("v2", 0)
    assert found.steps[-1].kind is TierChangeKind.LOWERED


def test_late_growth_by_which_one_would_have_fallen_and_risen_again_is_no_step() -> None:
    """R17, R25: they hold what they held; between, nothing is taken and nothing given."""
    program = program_of(section())
    held = reckon(History(program, SINCE_EVER, [moved(1, 500, BEGAN)], []), now=BEGAN).standing
    later = reckon(History(program, SINCE_EVER, [moved(1, 500, BEGAN + DAY)], []), now=BEGAN + DAY)
    assert later.place_at(held.standing_at) == Place()
    assert list(became(held, later, program=program, now=BEGAN + DAY)) == []
