"""The section `[checkin]` of a program's file: what is right, what is wrong, and what members read of it."""

import pytest

from app.checkin.section import CheckInSection
from app.definition import PRESETS, read, read_file
from app.programs.problems import WrongDefinition
from app.programs.rulebook import RuleTopic

from .asking import WORDS, program


def problems(text: str) -> list[str]:
    with pytest.raises(WrongDefinition) as wrong:
        read(text)
    return [str(problem) for problem in wrong.value.problems]


def told(text: str, language: str = "en") -> list[str]:
    rules = [rule for rule in read(text).rules if rule.topic is RuleTopic.CHECK_IN]
    return [getattr(rule.words, language) for rule in rules]


@pytest.mark.parametrize("section", ["", "[checkin]\n"])
def test_without_the_section_or_with_an_empty_one_there_is_none(section: str) -> None:
    text = program().partition("[checkin]")[0] + section
    assert not read(text).section(CheckInSection).is_offered
    assert told(text) == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("points = 5\n", "", "checkin.points: missing"),
        ("points = 5\n", "points = -1\n", "checkin.points"),
        ("cycle_days = 7", "cycle_days = 6", "checkin.cycle[1].day: a cycle has 6 days"),
        ("cycle_days = 7", "cycle_days = 0", "checkin.cycle_days"),
        ("day = 7", "day = 3", "checkin.cycle[1].day: 3 is also that of cycle[0]"),
        ("day = 7", "day = 0", "checkin.cycle[1].day"),
        ("points = 20", "points = 0", "checkin.cycle[1].points"),
        ("streak = 10", "streak = 7", "checkin.milestones[1].streak: 7 is also that of milestones[0]"),
        ("window_days = 7", "window_days = 32", "checkin.make_up.window_days"),
        ("window_days = 7", "window_days = 0", "checkin.make_up.window_days"),
        ("quota = 3", "quota = -1", "checkin.make_up.quota"),
        ("cost = 0", "cost = -1", "checkin.make_up.cost"),
        (WORDS, "", "checkin.cycle[0].words"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(old: str, new: str, problem: str) -> None:
    assert old in program()
    assert any(each.startswith(problem) for each in problems(program().replace(old, new, 1))), problems(
        program().replace(old, new, 1)
    )


def test_members_read_the_figures_that_are_applied() -> None:
    """M31"""
    assert told(program(points=1, cost=1, quota=2, milestones=[(30, 1000)])) == [
        "1 point for each day on which one checks in, to be used at once.",
        "One can check in once a day. A missed day ends the streak.",
        "A cycle has 7 days. It starts again after its last day, while the streak goes on.",
        "Day 3 of a cycle brings another 10 points.",
        "Day 7 of a cycle brings another 20 points.",
        "A streak of 30 days brings another 1,000 points.",
        "Missed days can be made up within 7 days, at most 2 in a month, for 1 point each.",
        "The streak is then counted anew. The made-up day itself earns nothing for checking in; what is reached by it "
        "is given once.",
    ]
    assert told(program(points=0, quota=0), "zh")[0] == "签到本身没有积分。"
    assert told(program(points=0, quota=0))[-1] == "A missed day cannot be made up."


def test_the_club_has_check_in_and_the_brand_has_none() -> None:
    """S0 has it: streaks, cycle bonuses, a calendar, make-up. S3 does not know of it."""
    club, brand = (read_file(PRESETS / f"{code}.toml").section(CheckInSection) for code in
                   ("taobao-club", "brand-standard"))  # fmt: skip
    assert club.is_offered
    assert {bonus.day for bonus in club.cycle} == {3, 7}
    assert (club.cycle_days, club.make_up.window_days, club.make_up.quota) == (7, 7, 3)
    assert not brand.is_offered
