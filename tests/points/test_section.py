"""The section on points of a program's file: what is read, and what is refused by its key."""

from collections.abc import Sequence

import pytest

from app import definition
from app.points.section import Action, ClawBack, GiveBack, Period, PointsSection
from app.programs.changes import diff
from app.programs.problems import WrongDefinition
from tests.programs.files import shop

WORDS = 'words = { zh = "规则", en = "a rule" }'
REVIEW = f"""[[points.actions]]
code = "review"
action = "REVIEW"
points = 20
{WORDS}
"""
DAILY = f"""[[points.caps]]
code = "daily"
period = "DAY"
points = 100
{WORDS}
"""


def with_more(*parts: str) -> str:
    """The small program with more said of points."""
    return shop().replace("[tiers]", "\n".join((*parts, "[tiers]")), 1)


def section(*parts: str) -> PointsSection:
    return definition.read(with_more(*parts)).section(PointsSection)


def problems(*parts: str) -> Sequence[str]:
    try:
        definition.read(with_more(*parts))
    except WrongDefinition as error:
        return str(error).split("\n")
    return ()


def test_what_a_section_leaves_out_is_as_the_rules_say() -> None:
    """R7, R11, R14: of each choice the first that the rule names."""
    left_out = section()
    assert left_out.actions == left_out.caps == ()
    assert left_out.refunds.claw_back is ClawBack.WITHIN_BALANCE
    assert (left_out.give_backs.policy, left_out.give_backs.days) == (GiveBack.LAPSE, None)
    assert (left_out.holds.minutes, left_out.holds.most_days) == (30, 7)
    assert left_out.adjustments.alone_up_to == 1000


def test_actions_and_caps_are_read() -> None:
    """M11: an action's points count at once and once, unless the rule says otherwise."""
    read = section(REVIEW, 'tiers = { v3 = "1.5" }', DAILY, 'times = 3\nrules = ["review", "order"]')
    (review,), (daily,) = read.actions, read.caps
    assert (review.action, review.points, review.pending_days) == (Action.REVIEW, 20, 0)
    assert (review.multiplier("v3"), review.multiplier("v1")) == (150, 100)
    assert (daily.period, daily.points, daily.times) == (Period.DAY, 100, 3)
    assert read.rules_of(Action.REVIEW) == (review,)
    assert read.rules_of(Action.LOGIN) == ()


@pytest.mark.parametrize(("rules", "held"), [("[]", {"order", "review"}), ('["review"]', {"review"})])
def test_a_cap_holds_the_rules_that_it_names_or_all(rules: str, held: set[str]) -> None:
    """R27"""
    (daily,) = section(REVIEW, DAILY, f"rules = {rules}").caps
    assert {rule for rule in ("order", "review") if daily.holds(rule)} == held


@pytest.mark.parametrize(
    ("parts", "line"),
    [
        ([REVIEW.replace("REVIEW", "SING")], "points.actions[0].action: must be 'REVIEW', 'SHARE', 'POST', 'ANSWER', "
         "'LOGIN' or 'PROFILE_COMPLETED'"),
        ([REVIEW.replace("20", "0")], "points.actions[0].points: must be greater than or equal to 1"),
        ([REVIEW, "pending_days = -1"], "points.actions[0].pending_days: must be greater than or equal to 0"),
        ([REVIEW, 'tiers = { v9 = "2" }'], "points.actions[0].tiers.v9: is no tier of the ladder"),
        ([REVIEW, REVIEW], 'points.actions[1].code: "review" is also the code of actions[0]'),
        ([REVIEW.replace('"review"', '"order"')], 'points.actions[0].code: "order" is also the code of earning[0]'),
        ([DAILY, DAILY], 'points.caps[1].code: "daily" is also the code of caps[0]'),
        ([DAILY.replace("points = 100\n", "")], "points.caps[0].points: missing: a cap says 'points', 'times' or both"),
        ([DAILY.replace("100", "0")], "points.caps[0].points: must be greater than or equal to 1"),
        ([DAILY, "times = 0"], "points.caps[0].times: must be greater than or equal to 1"),
        ([DAILY.replace("DAY", "HOUR")], "points.caps[0].period: must be 'DAY', 'WEEK', 'MONTH', 'YEAR' or 'LIFETIME'"),
        ([DAILY, 'rules = ["order", "sing"]'], 'points.caps[0].rules[1]: "sing" is no rule of earning or actions'),
        ([DAILY, 'rules = ["order", "order"]'], "points.caps[0].rules[1]: is in the list before"),
        (['[points.refunds]\nclaw_back = "ALL"'],
         "points.refunds.claw_back: must be 'WITHIN_BALANCE', 'DEBT' or 'PENDING_ONLY'"),
        (['[points.give_backs]\npolicy = "EXTEND"'],
         "points.give_backs.days: missing: EXTEND needs to know for how long"),
        (["[points.give_backs]\ndays = 3"], "points.give_backs.days: has no meaning with policy LAPSE"),
        (['[points.give_backs]\npolicy = "EXTEND"\ndays = 0'],
         "points.give_backs.days: must be greater than or equal to 1"),
        (["[points.holds]\nminutes = 0"], "points.holds.minutes: must be greater than or equal to 1"),
        (["[points.holds]\nminutes = 1441\nmost_days = 1"],
         "points.holds.minutes: a hold may last at most 1 days"),
        (["[points.adjustments]\nalone_up_to = -1"],
         "points.adjustments.alone_up_to: must be greater than or equal to 0"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_its_key(parts: list[str], line: str) -> None:
    assert problems(*parts) == [line]


def test_what_is_new_in_actions_and_caps_is_told_before_publishing() -> None:
    """R20"""
    before, after = (definition.read(text) for text in (with_more(DAILY), with_more(REVIEW, DAILY, "times = 3")))
    assert diff(before, after) == ['points.actions[0]: new, "review"', "points.caps[0].times: new, 3"]
    assert diff(after, before) == ['points.actions[0]: removed, was "review"', "points.caps[0].times: removed, was 3"]
