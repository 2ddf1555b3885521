"""The rules of points against a plain model: whatever may happen to a member, in any sequence; no database."""

from collections.abc import Sequence
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from app.points.section import ClawBack

from .agreeing import check_explained
from .playing import STEPS, Play, Step

MOST = 13


def step(number: int) -> Step:
    """By one number: hypothesis draws a quarter of what it would."""
    rest, c = divmod(number, MOST)
    rest, b = divmod(rest, MOST)
    what, a = divmod(rest, MOST)
    return Step(STEPS[what], *(0 if each == MOST - 1 else each for each in (a, b, c)))


SEQUENCES = some.lists(some.integers(0, len(STEPS) * MOST**3 - 1).map(step), min_size=20, max_size=50)
POLICIES = some.permutations(list(ClawBack)) | some.lists(some.sampled_from(ClawBack), min_size=1, max_size=1)
EARNS, SPENDS, REFUNDS = "an_order_earns", "points_are_spent", "an_order_is_refunded"
HOLDS, CAPTURES, RELEASES = "a_hold_is_placed", "a_hold_is_captured", "a_hold_is_released"
GIVES_BACK, ADJUSTS, WAITS = "points_are_given_back", "staff_adjusts", "time_passes"
COMPLETES, IS_BEHIND = "an_order_is_completed", "another_clock_is_behind"
AT_ONCE = 6
"""Points of an order that are active when they are earned."""


def played(steps: Sequence[Step], *policies: ClawBack, extends: bool = False) -> Play:
    play = Play(*policies, extends=extends)
    for step in steps:
        play.plays(step)
    check_explained(play.books)
    return play


@settings(max_examples=1000, deadline=None)
@given(policies=POLICIES, extends=some.booleans(), steps=SEQUENCES)
def test_the_rules_do_what_a_plain_model_does(policies: list[ClawBack], extends: bool, steps: list[Step]) -> None:
    """R2, R5–R11, R14: figures, lots, and every movement with its time, after each of any steps."""
    played(steps, *policies, extends=extends)


def figures(play: Play) -> tuple[int, int, int, int]:
    return play.books.available, play.books.pending, play.books.held, play.books.debt


@pytest.mark.parametrize("policy", ClawBack)
@given(
    amounts=some.tuples(some.integers(0, 12), some.integers(0, 12)),
    parts=some.lists(some.integers(1, 3), min_size=8, max_size=8),
    active=some.sampled_from([0, 2, AT_ONCE, 10]),
    waits=some.lists(some.integers(0, 1), min_size=8, max_size=8),
)
def test_partial_refunds_end_at_exactly_zero(
    policy: ClawBack, amounts: tuple[int, int], parts: list[int], active: int, waits: list[int]
) -> None:
    """R10: however an order is refunded in parts, before and after its points are active; what lapses meanwhile is
    gone, too. Where only pending points are taken back, what was active stays until it lapses (R11)."""
    steps = [Step(EARNS, *amounts, active)]
    for part, wait in zip(parts, waits, strict=True):
        steps += [Step(REFUNDS, 0, part), Step(WAITS, 3 * wait)]
    play = played(steps, policy)
    lots = play.member.lots
    if policy is not ClawBack.PENDING_ONLY:
        assert figures(play) == (0, 0, 0, 0)
        assert all(lot.reversed + lot.lapsed >= lot.earned and lot.owed == 0 for lot in lots)
    assert all(lot.left + lot.reversed + lot.lapsed == lot.earned for lot in lots)


@pytest.mark.parametrize("policy", ClawBack)
@pytest.mark.parametrize("amounts", [(8, 0), (5, 7)])
def test_refunds_in_any_order_come_to_the_same(policy: ClawBack, amounts: tuple[int, int]) -> None:
    """R10: what was taken after each is by what all come to, never by the sum of rounded parts."""
    ends = {
        figures(played([Step(EARNS, *amounts, 12), *(Step(REFUNDS, 0, part) for part in parts)], policy))
        for parts in permutations((1, 2, 4))
    }
    assert ends == {(0, sum(amount - (amount * 14 + 8) // 16 for amount in amounts), 0, 0)}


REDEEMED = {
    "spent": [Step(SPENDS)],
    "spent in two": [Step(SPENDS, 3), Step(SPENDS)],
    "held and captured": [Step(HOLDS, 0, 9), Step(CAPTURES)],
}


@pytest.mark.parametrize("policy", [ClawBack.WITHIN_BALANCE, ClawBack.DEBT])
@pytest.mark.parametrize("redeemed", REDEEMED.values(), ids=REDEEMED)
@pytest.mark.parametrize("refunds", [[0], [3, 0], [1, 1, 1, 0]])
@pytest.mark.parametrize("late", [0, 12])
@pytest.mark.parametrize("extends", [True, False])
def test_earn_redeem_refund_cancel_yields_nothing(
    policy: ClawBack, redeemed: list[Step], refunds: list[int], late: int, extends: bool
) -> None:
    """R7, R11: refunded whole or in parts, cancelled before the points would have lapsed or after, in either order."""
    earned = Step(EARNS, 9, 4, AT_ONCE)
    refunded = [Step(REFUNDS, 0, part) for part in refunds]
    cancelled = [Step(WAITS, late), *(Step(GIVES_BACK, number) for number in range(len(redeemed)))]
    for steps in ([*refunded, *cancelled], [*cancelled, *refunded]):
        if redeemed[-1].what == CAPTURES and steps[0].what == WAITS:
            steps = [step for step in steps if step.what != WAITS]
        play = played([earned, *redeemed, *steps], policy, extends=extends)
        assert figures(play) == (0, 0, 0, 0)
        assert all(lot.owed == 0 for lot in play.member.lots)


def test_where_only_pending_points_are_taken_back_what_was_active_is_the_members() -> None:
    """R11: earned, spent, refunded, cancelled: the points return, as the program chose."""
    steps = [Step(EARNS, 9, 4, AT_ONCE), Step(SPENDS), Step(REFUNDS), Step(GIVES_BACK)]
    assert figures(played(steps, ClawBack.PENDING_ONLY)) == (13, 0, 0, 0)


RARE: dict[str, tuple[list[ClawBack], list[Step], tuple[int, int, int, int]]] = {
    "what a lot owes is settled before a debt (R7, R11)": (
        [ClawBack.WITHIN_BALANCE, ClawBack.DEBT],
        [
            *(Step(EARNS, 5, 0, AT_ONCE), Step(SPENDS), Step(REFUNDS)),
            *(Step(EARNS, 3, 0, AT_ONCE), Step(SPENDS), Step(REFUNDS)),
            Step(GIVES_BACK, 0),
        ],
        (-3, 0, 0, 3),
    ),
    "a lot that lapsed, was extended and lapsed again, is not extended again (R7)": (
        [ClawBack.DEBT],
        [
            *(Step(EARNS, 7, 0, AT_ONCE), Step(SPENDS, 2), Step(WAITS, 3)),
            *(Step(GIVES_BACK, 0, 2), Step(WAITS, 9), Step(GIVES_BACK, 0, 2)),
        ],
        (0, 0, 0, 0),
    ),
    "a lot that lapsed by another clock lapses once by itself (R2, R5)": (
        [ClawBack.DEBT],
        [
            *(Step(EARNS, 7, 0, AT_ONCE), Step(HOLDS, 1, 8), Step(WAITS, 3)),
            *(Step(IS_BEHIND), Step(RELEASES), Step(WAITS, 3)),
        ],
        (0, 0, 0, 0),
    ),
    "an order's other points go before points that lapse sooner (R10)": (
        [ClawBack.DEBT],
        [Step(EARNS, 7, 3, AT_ONCE), Step(SPENDS, 2), Step(ADJUSTS, 9), Step(REFUNDS, 0, 4)],
        (5, 0, 0, 0),
    ),
    "what was refunded after the points were active is restored once that is known (R11, R25)": (
        [ClawBack.PENDING_ONLY],
        [Step(EARNS, 8), Step(REFUNDS), Step(COMPLETES, 0, 0, 12)],
        (8, 0, 0, 0),
    ),
    "what is held is not taken, and settles what is owed when it returns (R7, R10)": (
        [ClawBack.WITHIN_BALANCE],
        [Step(EARNS, 8, 0, AT_ONCE), Step(HOLDS, 3), Step(REFUNDS), Step(RELEASES)],
        (0, 0, 0, 0),
    ),
    "who owes has nothing to spend, and what comes in pays first (R8, R11)": (
        [ClawBack.DEBT],
        [Step(EARNS, 5, 0, AT_ONCE), Step(SPENDS), Step(REFUNDS), Step(SPENDS, 1), Step(ADJUSTS, 12, 4)],
        (3, 0, 0, 0),
    ),
    "a hold is captured though its lot has lapsed, and what is given back of it lapses (R7, R14)": (
        [ClawBack.DEBT],
        [Step(EARNS, 7, 0, AT_ONCE), Step(HOLDS, 0, 8), Step(WAITS, 3), Step(CAPTURES), Step(GIVES_BACK, 0, 0, 1)],
        (0, 0, 0, 0),
    ),
    "a hold times out, its lot lapses, others become active and pay, all at one instant (R2)": (
        [ClawBack.DEBT],
        [
            *(Step(EARNS, 5, 0, AT_ONCE), Step(SPENDS), Step(EARNS, 7, 0, AT_ONCE), Step(HOLDS), Step(REFUNDS)),
            *(Step(EARNS, 7, 0, 8), Step(WAITS, 3)),
        ],
        (7, 0, 0, 0),
    ),
    "of what returns, what lapses first pays a debt (R6, R11)": (
        [ClawBack.DEBT],
        [
            *(Step(EARNS, 7, 0, AT_ONCE), Step(EARNS, 6, 0, AT_ONCE), Step(SPENDS), Step(EARNS, 3, 0, AT_ONCE)),
            *(Step(SPENDS), Step(REFUNDS, 2), Step(WAITS, 3), Step(GIVES_BACK, 0, 0, 1)),
        ],
        (6, 0, 0, 0),
    ),
    "what has lapsed is not taken again (R10)": (
        [ClawBack.DEBT],
        [Step(EARNS, 7, 0, AT_ONCE), Step(SPENDS, 2), Step(WAITS, 3), Step(EARNS, 5, 0, AT_ONCE), Step(REFUNDS)],
        (1, 0, 0, 0),
    ),
}


@pytest.mark.parametrize(("policies", "steps", "expected"), RARE.values(), ids=RARE)
def test_what_is_rare_at_random(
    policies: list[ClawBack], steps: list[Step], expected: tuple[int, int, int, int]
) -> None:
    """R2, R5, R7, R10, R11, R25."""
    assert figures(played(steps, *policies, extends=True)) == expected
