"""What campaigns do for somebody at an instant: who it is for, which of several applies, and what they add together."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import permutations
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.campaigns.rules import Active, Change, Who, active
from app.campaigns.section import Campaign, CampaignsSection
from app.facts.rules import (
    Bringing,
    Line,
    RefundedOrder,
    growth_to_take_back,
    points_earned,
    points_to_take_back,
)
from app.facts.rules.refunds import KnownRefund, LineRefund
from app.points.rules import rounded
from app.points.rules.caps import Capped, capped
from app.points.section import Cap, EarningRule, Period, PointsSection, Rounding
from app.programs.section import Words
from app.tiers.section import OrderGrowth, Tier, TiersSection
from tests.world import NOON

from .files import made, planned, programs_of, version_of

DAY = timedelta(days=1)
ANNA = Who(NOON - 400 * DAY, "v1")
WORDS = Words(zh="规则", en="a rule")


def open_for(*campaigns: str, who: Who = ANNA, more: str = "", at: datetime = NOON) -> Active:
    version = version_of(*campaigns, more=more)
    return active(programs_of(version), version, who, at=at)


def multiplied(*campaigns: str, more: str = "", who: Who = ANNA) -> dict[str, int]:
    """By campaign, what each adds, in hundredths of what the rules bring."""
    return {each.campaign.code: each.total - each.before for each in open_for(*campaigns, more=more, who=who).points}


LOW, HIGH = planned("low", "priority = 1", effects='points = "3"'), planned("high", "priority = 2")
ADDED = planned("added", "stacks = true", effects='points = "1.5"')


@pytest.mark.parametrize(
    ("campaigns", "more", "expected"),
    [
        pytest.param([LOW], "", {"low": 200}, id="one alone"),
        pytest.param([LOW, HIGH], "", {"high": 100}, id="the highest priority, not the most"),
        pytest.param([planned("b"), planned("a", effects='points = "5"')], "", {"a": 400}, id="of equals, by code"),
        pytest.param([ADDED, HIGH, LOW], "", {"high": 100, "added": 50}, id="what stacks is added"),
        pytest.param([ADDED], "", {"added": 50}, id="also alone"),
        pytest.param(
            [planned("z", "stacks = true"), ADDED, LOW], "", {"low": 200, "added": 50, "z": 100}, id="each that stacks"
        ),
        pytest.param([HIGH, ADDED], '[campaigns]\nmost_points = "2.2"\n', {"high": 100, "added": 20}, id="up to a cap"),
        pytest.param([LOW, ADDED], '[campaigns]\nmost_points = "3"\n', {"low": 200}, id="which leaves nothing"),
        pytest.param([planned("grow", effects='growth = "4"'), HIGH], "", {"high": 100}, id="growth is another matter"),
    ],
)
def test_of_campaigns_that_multiply_together_the_highest_priority_applies_and_what_stacks_is_added(
    campaigns: list[str], more: str, expected: dict[str, int]
) -> None:
    """In whatever order the file has them."""
    for order in permutations(campaigns):
        assert multiplied(*order, more=more) == expected


AUDIENCES = {
    'tiers = ["v2", "v3"]': (Who(NOON, "v2"), Who(NOON, "v1")),
    'tiers = ["v1"]': (Who(NOON, None), Who(NOON, "v2")),
    'channels = ["app"]': (Who(NOON, channel="app"), Who(NOON, channel=None)),
    "joined_from = 2026-02-01": (
        Who(datetime(2026, 1, 31, 16, tzinfo=UTC)),
        Who(datetime(2026, 1, 31, 15, 59, 59, tzinfo=UTC)),
    ),
    "joined_until = 2026-02-01": (
        Who(datetime(2026, 1, 31, 15, 59, 59, tzinfo=UTC)),
        Who(datetime(2026, 1, 31, 16, tzinfo=UTC)),
    ),
    "joined_within_days = 30": (Who(NOON - 30 * DAY + timedelta.resolution), Who(NOON - 30 * DAY)),
    'joined_within_days = 30, tiers = ["v2"], channels = ["app"]': (
        Who(NOON - DAY, "v2", "app"),
        Who(NOON - DAY, "v2", "web"),
    ),
}


@pytest.mark.parametrize("said", AUDIENCES)
def test_a_campaign_is_for_who_fits_all_that_it_says(said: str) -> None:
    """R1, R2: days are those of the program, in Shanghai; who joins with what is reported is a newcomer."""
    theirs, others = AUDIENCES[said]
    campaign = planned("some", f"audience = {{ {said} }}")
    assert open_for(campaign, who=theirs).is_open("some")
    assert not open_for(campaign, who=others).is_open("some")
    if said == "joined_within_days = 30":
        assert open_for(campaign, who=Who(None)).is_open("some")


def test_what_one_has_or_has_not_one_has_by_any_campaign_until_the_last_of_them_closes() -> None:
    day = 'window = {{ kind = "ONE_OFF", starts = 2026-03-01T00:00:00, ends = 2026-03-0{}T00:00:00 }}'
    found = open_for(
        planned("short", "priority = 9", effects="early_access_hours = 2, coupons = true", window=day.format(2)),
        planned("long", effects='early_access_hours = 24, benefits_of = "v3"', window=day.format(5)),
        planned("other", effects='early_access_hours = 5, benefits_of = "v3"', window=day.format(3)),
    )
    assert found.early_access_hours == 24
    assert found.benefits_of["v3"].campaign.code == "long"
    assert found.closes_at("long") == datetime(2026, 3, 4, 16, tzinfo=UTC)
    assert found.closes_at("never") is None
    assert [each.campaign.code for each in found.open] == ["short", "long", "other"]


def test_an_operators_campaign_is_in_force_by_the_times_that_are_recorded() -> None:
    """R25: a function of when what was done to it, not of when one asks; and it stands in for one of the file."""
    version = version_of(planned("spring", effects='points = "9"'))
    campaign = version.section(CampaignsSection).planned[0].model_copy()
    triple = Campaign.model_validate_json(campaign.model_dump_json().replace('"points":900', '"points":300'))
    hours = [NOON + number * timedelta(hours=1) for number in range(4)]
    history = [*zip((Change.CREATED, Change.PAUSED, Change.RESUMED, Change.ENDED), hours, strict=True)]
    programs = programs_of(version, made(triple, *history))

    def at(instant: datetime) -> int:
        return sum(each.total - each.before for each in active(programs, version, ANNA, at=instant).points)

    found = [at(instant) for hour in hours for instant in (hour - timedelta.resolution, hour)]
    assert found == [0, 200, 200, 0, 0, 200, 200, 0]


CAMPAIGN = planned("first", effects='points = "{}"')
LINES = some.lists(
    some.builds(Line, some.just(1), some.integers(0, 9999), category=some.sampled_from([None, "books", "toys"])),
    min_size=1,
    max_size=4,
)
RULES = (
    EarningRule(code="order", points=1, per=100, categories={"books": 250, "toys": 0}, words=WORDS),
    EarningRule(code="more", points=3, per=700, tiers={"v2": 150}, words=WORDS),
)
WEIGHTS = some.integers(101, 1000).map(lambda weight: f"{weight // 100}.{weight % 100:02}")


def brought(lines: Sequence[Line], rounding: Rounding, *weights: str) -> tuple[Bringing, PointsSection]:
    section = PointsSection(rounding=rounding, earning=RULES)
    stacked = [planned(f"c{n}", "stacks = true", effects=f'points = "{weight}"') for n, weight in enumerate(weights)]
    earned = points_earned(lines, section=section, tier="v2")
    return Bringing(earned, open_for(*stacked).points, rounding), section


@given(LINES, some.sampled_from(Rounding), some.lists(WEIGHTS, min_size=1, max_size=3))
def test_all_that_an_order_brings_is_what_the_rules_bring_times_the_multiplier_rounded_once(
    lines: Sequence[Line], rounding: Rounding, weights: list[str]
) -> None:
    """R12: rule by rule; what campaigns add are lines of their own, of which the order's lines add up to each."""
    bringing, _ = brought(lines, rounding, *weights)
    left = [Capped(rule, amount) for rule, amount in bringing.given]
    added = bringing.added(left)
    total = 1 + sum(Fraction(weight) - 1 for weight in weights)
    exact = [each.exact or Fraction() for each in bringing.earned]
    whole = sum(rounded(each * total, rounding=rounding) for each in exact)
    assert sum(each.amount for each in [*bringing.earned, *added]) == whole
    assert all(sum(each.of_lines) == each.amount for each in added if any(each.weights))
    assert [each.rule for each in added] == [f"campaign.c{number}" for number in range(len(weights))]


@given(LINES, some.lists(WEIGHTS, min_size=1, max_size=2), some.data())
def test_refunds_take_back_what_campaigns_added_in_any_parts_and_any_order_to_exactly_nothing(
    lines: Sequence[Line], weights: list[str], data: some.DataObject
) -> None:
    """R10: cumulatively, so what is left never grows; and nothing is left once all is refunded."""
    bringing, section = brought(lines, Rounding.FLOOR, *weights)
    left = [Capped(rule, amount) for rule, amount in bringing.given]
    earned = {each.rule: each.amount for each in bringing.left_by([*left, *_capped(bringing, left)])}
    parts: list[LineRefund] = []
    for number, line in enumerate(lines, 1):
        first = data.draw(some.integers(0, line.amount))
        parts += [LineRefund(number, first), LineRefund(number, line.amount - first)]
    parts = data.draw(some.permutations(parts))
    refunds = [KnownRefund(UUID(int=number), NOON, [part]) for number, part in enumerate(parts)]
    before = dict.fromkeys(earned, 0)
    for number in range(1, len(refunds) + 1):
        order = RefundedOrder(lines, refunds[:number])
        back = points_to_take_back(order, earned=earned, section=section, activates_at=None)
        assert all(before[rule] <= back[rule] <= earned[rule] for rule in earned)
        before = dict(back)
    brings = [line for line in lines if line.amount]
    assert before == (earned if brings else dict.fromkeys(earned, 0))


def test_refunds_take_back_what_was_multiplied_and_nothing_of_what_was_not() -> None:
    """R10: by the weights of the rules; of growth for being an order, once it would not be one any more."""
    section = PointsSection(
        earning=(EarningRule(code="order", points=1, per=100, categories={"toys": 0}, words=WORDS),)
    )
    lines = [Line(1, 10_000, category="books"), Line(1, 10_000, category="toys")]

    def back(*refunded: tuple[int, int]) -> dict[str, int]:
        refund = KnownRefund(UUID(int=1), NOON, [LineRefund(*each) for each in refunded])
        order = RefundedOrder(lines, [refund])
        earned = {"order": 100, "campaign.double": 100}
        return dict(points_to_take_back(order, earned=earned, section=section, activates_at=None))

    assert back((2, 10_000)) == {"order": 0, "campaign.double": 0}
    assert back((1, 2_500)) == {"order": 25, "campaign.double": 25}
    assert back((1, 10_000)) == {"order": 100, "campaign.double": 100}
    large = TiersSection(
        orders=(OrderGrowth(code="large", growth=50, at_least=15_000, words=WORDS),),
        ladder=(Tier(code="v1", name=WORDS, threshold=0),),
    )
    for amount, taken in ((5_000, 0), (5_001, 50)):
        order = RefundedOrder(lines, [KnownRefund(UUID(int=1), NOON, [LineRefund(1, amount)])])
        grown = growth_to_take_back(order, earned={"large": 50, "campaign.double": 50}, section=large)
        assert grown == {"large": taken, "campaign.double": taken}


def _capped(bringing: Bringing, left: list[Capped]) -> list[Capped]:
    return [Capped(each.rule, each.amount) for each in bringing.added(left)]


def cap(*rules: str, points: int | None = None, times: int | None = None) -> Cap:
    return Cap(code="cap", period=Period.DAY, points=points, times=times, rules=rules, words=WORDS)


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        pytest.param(cap("order", points=60), [60, 60], id="what a cap of the rule cut off is not multiplied"),
        pytest.param(cap(points=150), [100, 50], id="a cap of all holds what is added, after the rules"),
        pytest.param(cap(points=90), [90, 0], id="of which nothing may be left"),
        pytest.param(cap("order", points=100), [100, 100], id="a cap of rules does not hold what is added"),
        pytest.param(cap(times=1), [100, 100], id="what is added is no other time"),
        pytest.param(cap("other", points=1), [100, 100], id="another rule's"),
    ],
)
def test_caps_hold_before_and_after_a_campaign_adds(limit: Cap, expected: list[int]) -> None:
    """R27."""
    section = PointsSection(earning=(EarningRule(code="order", points=1, per=100, words=WORDS),))
    earned = points_earned([Line(1, 10_000)], section=section, tier="v1")
    bringing = Bringing(earned, open_for(planned("double")).points)
    zone = version_of().zone
    left = capped(bringing.given, [limit], used={}, at=NOON, zone=zone, adding=bringing.adding)
    assert [each.amount for each in left] == expected == [each.amount for each in bringing.left_by(left)]
