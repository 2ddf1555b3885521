"""What refunds come to: pure rules, with properties for any refunds of any order."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from itertools import count
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as some

from app.errors import BadInput
from app.facts.rules import (
    KnownRefund,
    Line,
    LineKind,
    LineRefund,
    RefundedOrder,
    ReportedRefund,
    checked_refund,
    growth_to_take_back,
    points_earned,
    points_to_take_back,
)
from app.points.section import ClawBack, EarningRule, PointsSection, Refunds
from app.programs.section import Words
from app.tiers.section import GrowthRuleOfAmount, Tier, TiersSection
from tests.world import NOON

WORDS = Words(zh="积分", en="points")
PLAIN = EarningRule(code="order", points=1, per=100, words=WORDS)
BOOKS = EarningRule(code="books", points=3, per=700, categories={"books": 250, "phones": 0}, words=WORDS)
SECTION = PointsSection(earning=(PLAIN, BOOKS))
GROWTH = TiersSection(
    growth=(GrowthRuleOfAmount(code="order", growth=1, per=100, words=WORDS),),
    ladder=(Tier(code="v1", name=WORDS, threshold=0),),
)
PENDING_ONLY = SECTION.model_copy(update={"refunds": Refunds(claw_back=ClawBack.PENDING_ONLY)})
NUMBERS = count(1)


def refund(*lines: tuple[int, int], days: int = 0) -> KnownRefund:
    at = NOON + timedelta(days=days)
    return KnownRefund(UUID(int=next(NUMBERS)), at, [LineRefund(number, amount) for number, amount in lines])


def taken_back(lines: Sequence[Line], *refunds: KnownRefund, section: PointsSection = SECTION) -> dict[str, int]:
    earned = {each.rule: each.amount for each in points_earned(lines, section=section, tier="v1")}
    order = RefundedOrder(lines, refunds)
    return dict(points_to_take_back(order, earned=earned, section=section, activates_at=NOON))


def test_a_part_refunded_takes_back_its_part_rounded_half_up_once() -> None:
    """R10: 100 points for 100.00; a third of it refunded is 33.33, half a point and more is one."""
    lines = [Line(1, 10_000)]
    assert taken_back(lines, refund((1, 3_333)))["order"] == 33
    assert taken_back(lines, refund((1, 3_349)))["order"] == 33
    assert taken_back(lines, refund((1, 3_350)))["order"] == 34
    assert taken_back(lines, refund((1, 3_333)), refund((1, 17)))["order"] == 34  # not 33 and 0: cumulatively


def test_lines_that_earn_nothing_take_nothing_back() -> None:
    """R13: shipping, gift cards, what is of a category without weight, what points and coupons paid."""
    lines = [
        Line(1, 10_000),
        Line(1, 1_000, kind=LineKind.SHIPPING),
        Line(1, 5_000, kind=LineKind.GIFT_CARD),
        Line(1, 2_000, by_points=2_000),
    ]
    assert taken_back(lines, refund((2, 1_000), (3, 5_000), (4, 2_000)))["order"] == 0
    phones = [Line(1, 7_000, category="phones"), Line(1, 7_000)]
    assert taken_back(phones, refund((1, 7_000))) == {"order": 70, "books": 0}


def test_of_a_line_that_points_paid_in_part_the_same_part_is_taken_back() -> None:
    """R10, R13: half of a line of 20.00, of which coupons paid 10.00, is half of the 10 points that it earned."""
    assert taken_back([Line(1, 2_000, by_coupons=1_000)], refund((1, 1_000)))["order"] == 5


def test_lines_count_by_the_weight_that_they_earned_by() -> None:
    """R10: a book earned two and a half times what a shoe did, and takes that back."""
    lines = [Line(1, 70_000, category="books"), Line(1, 70_000)]
    assert taken_back(lines) == {"order": 0, "books": 0}
    assert taken_back(lines, refund((2, 70_000)))["books"] == 300
    assert taken_back(lines, refund((1, 70_000)))["books"] == 750


def test_of_no_line_counts_more_than_it_came_to_and_of_others_nothing() -> None:
    """R25: whatever is reported, in whatever order, the sum of a line counts up to its amount."""
    order = RefundedOrder([Line(1, 500), Line(1, 300)], [refund((1, 400)), refund((1, 400), (2, 100), (3, 900))])
    assert (order.of_lines, order.amount) == ([500, 100], 600)


def test_where_only_pending_points_are_taken_refunds_count_by_their_own_time() -> None:
    """R11, R25: what is refunded at the instant of activation is too late (R2)."""
    lines = [Line(1, 10_000)]
    refunds = [refund((1, 1_000), days=-1), refund((1, 2_000)), refund((1, 4_000), days=1)]
    assert taken_back(lines, *refunds)["order"] == 70
    assert taken_back(lines, *refunds, section=PENDING_ONLY)["order"] == 10
    order = RefundedOrder(lines, refunds)
    earned = {"order": 100}
    assert points_to_take_back(order, earned=earned, section=PENDING_ONLY, activates_at=None)["order"] == 70


@some.composite
def any_line(draw: some.DrawFn) -> Line:
    amount, quarters = draw(some.integers(0, 100_000)), draw(some.integers(0, 4))
    category = draw(some.sampled_from((None, "books", "phones")))
    return Line(1, amount, None, category, draw(some.sampled_from(LineKind)), quarters * amount // 4)


LINES = any_line()


@given(some.lists(LINES, min_size=1, max_size=6), some.data())
def test_any_partial_refunds_in_any_order_end_at_exactly_zero(lines: list[Line], data: some.DataObject) -> None:
    """R10: each takes the rounded difference to what was taken before, never less than nothing; all take all."""
    cuts = [sorted(data.draw(some.lists(some.integers(0, line.amount), max_size=4))) for line in lines]
    parts = [
        (number, after - before)
        for number, (line, at) in enumerate(zip(lines, cuts, strict=True), 1)
        for before, after in zip([0, *at], [*at, line.amount], strict=True)
    ]
    refunds = [refund(part) for part in data.draw(some.permutations(parts))]
    earned = {each.rule: each.amount for each in points_earned(lines, section=SECTION, tier="v1")}
    taken = dict.fromkeys(earned, 0)
    for number in range(1, len(refunds) + 1):
        order = RefundedOrder(lines, refunds).up_to(number)
        target = points_to_take_back(order, earned=earned, section=SECTION, activates_at=None)
        assert all(taken[rule] <= target[rule] <= earned[rule] for rule in earned)
        taken = dict(target)
    assert taken == earned
    assert RefundedOrder(lines, refunds).amount == sum(line.amount for line in lines)


@given(some.lists(LINES, min_size=1, max_size=4), some.lists(some.tuples(some.integers(1, 5), some.integers(0, 10**6))))
def test_what_refunds_come_to_does_not_depend_on_their_order(lines: list[Line], told: list[tuple[int, int]]) -> None:
    """R25: and it is exact, however large the amounts are."""
    refunds = [refund(each) for each in told]
    one, other = RefundedOrder(lines, refunds), RefundedOrder(lines, refunds[::-1])
    assert one.of_lines == other.of_lines
    eligible = sum(line.eligible for line in lines)
    assume(eligible)
    exact = (
        1_000_003
        * sum(
            Fraction(line.eligible * back, line.amount)
            for line, back in zip(lines, one.of_lines, strict=True)
            if line.amount
        )
        / eligible
    )
    assert abs(growth_to_take_back(one, earned={"order": 1_000_003}, section=GROWTH)["order"] - exact) <= Fraction(1, 2)


REPORTED = ReportedRefund("shop", "r-1", "o-1", NOON, [LineRefund(1, 500), LineRefund(2, 0)])


def test_the_same_refund_has_the_same_digest_and_no_other_has() -> None:
    """R24: in whatever order its lines are said."""
    assert replace(REPORTED, lines=REPORTED.lines[::-1]).digest == REPORTED.digest
    others = [
        replace(REPORTED, order="o-2"),
        replace(REPORTED, refunded_at=NOON + timedelta(microseconds=1)),
        replace(REPORTED, lines=[LineRefund(1, 501), LineRefund(2, 0)]),
        replace(REPORTED, lines=[LineRefund(1, 500)]),
        replace(REPORTED, lines=[LineRefund(2, 500), LineRefund(1, 0)]),
    ]
    assert len({REPORTED.digest, *(other.digest for other in others)}) == 1 + len(others)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (replace(REPORTED, external_id=""), "refund"),
        (replace(REPORTED, external_id="r" * 201), "refund"),
        (replace(REPORTED, order="o\n"), "order"),
        (replace(REPORTED, refunded_at=NOON + timedelta(minutes=6)), "future"),
        (replace(REPORTED, refunded_at=NOON.replace(year=1899)), "before 1900"),
        (replace(REPORTED, lines=[]), "'lines' must be 1 to 200"),
        (replace(REPORTED, lines=[LineRefund(n, 1) for n in range(1, 202)]), "'lines' must be 1 to 200"),
        (replace(REPORTED, lines=[LineRefund(0, 1)]), r"lines\[0\].line"),
        (replace(REPORTED, lines=[LineRefund(1, 1), LineRefund(201, 1)]), r"lines\[1\].line"),
        (replace(REPORTED, lines=[LineRefund(1, -1)]), r"lines\[0\].amount"),
        (replace(REPORTED, lines=[LineRefund(1, 1), LineRefund(1, 2)]), "twice"),
    ],
)
def test_a_refund_that_makes_no_sense_is_bad_input(wrong: ReportedRefund, says: str) -> None:
    """R26."""
    assert checked_refund(REPORTED, now=NOON) is REPORTED
    with pytest.raises(BadInput, match=says):
        checked_refund(wrong, now=NOON)
