"""What refunds take back of points, growth and tier, in whatever order the facts of an order come."""

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from app.facts.rules import LineRefund
from app.facts.rules import ReportedRefund as Refund
from app.points import commands as points
from app.points.rules import Because, Cause
from tests.databases import run
from tests.world import NOON, World

from .refunding import (
    AFTER,
    BEFORE,
    BOTH,
    COMPLETED,
    DAY,
    MEANWHILE,
    NUMBERS,
    PAID,
    POLICIES,
    Stands,
    club,
    file,
    holds,
    stands,
    told,
)

WITH_DATABASE = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
EXPECTED = {
    "WITHIN_BALANCE": Stands(250, "v2", 250, 0, 0, 250, [86_011]),
    "DEBT": Stands(250, "v2", 250, 0, 0, 250, [86_011]),
    "PENDING_ONLY": Stands(250, "v2", 500, 0, 0, 500, [86_011]),
}
FACTS = (PAID, COMPLETED, BEFORE, MEANWHILE, AFTER)
OTHER = replace(BOTH, external_id="other")


@pytest.mark.parametrize("counts_at", ["COMPLETED", "PAID"])
@pytest.mark.parametrize("policy", POLICIES)
async def test_in_whatever_order_an_order_and_its_refunds_come_the_end_is_the_same(
    world: World, policy: str, counts_at: str
) -> None:
    """R10, R11, R15, R25: paid, completed, and two refunds, one of them while points are pending, in every order."""
    await club(world, policy, counts_at=counts_at)
    usual = await told(world, BOTH, MEANWHILE, AFTER)
    pending_only = policy == "PENDING_ONLY"
    assert usual == Stands(350, "v2", 600 if pending_only else 350, 0, 0, 600 if pending_only else 350, [75_011])
    for reports in permutations((PAID, COMPLETED, MEANWHILE, AFTER)):
        assert await told(world, *reports) == usual, [each.digest for each in reports if isinstance(each, Refund)]
    await holds(world)


@WITH_DATABASE
@given(some.data())
async def test_reports_that_come_over_months_come_to_the_same(world: World, data: some.DataObject) -> None:
    """R10, R11, R15, R25: also repeated, together with another order, and when points have lapsed meanwhile."""
    policy = data.draw(some.sampled_from(POLICIES))
    counts_at = data.draw(some.sampled_from(("COMPLETED", "PAID")))
    code = f"shop-{next(NUMBERS)}"
    await world.publishes(file(policy, counts_at=counts_at, code=code))
    reports = data.draw(some.permutations([*FACTS, OTHER, data.draw(some.sampled_from(FACTS))]))
    days = data.draw(some.lists(some.sampled_from((0, 1, 90)), min_size=len(reports), max_size=len(reports)))
    times = [NOON + sum(days[: number + 1]) * DAY for number in range(len(reports))]
    world.now = times[-1]
    usual = await told(world, *FACTS, OTHER, program=code)
    assert await told(world, *reports, program=code, at=times) == usual
    if world.now == NOON:
        assert usual.available == EXPECTED[policy].available + 1100
    await holds(world, by=NOON + 1000 * DAY)


def test_the_reports_are_of_different_kinds() -> None:
    """One refund while points are pending, one after them; together they leave something."""
    assert BEFORE.refunded_at < MEANWHILE.refunded_at < NOON - 13 * DAY < AFTER.refunded_at


async def test_all_three_refunds_leave_what_was_not_refunded(world: World) -> None:
    """R10: 1100 points; 850.11 of 1100.00 that earn are refunded, shipping is not asked."""
    for policy, expected in EXPECTED.items():
        code = policy.lower().replace("_", "-")
        await world.publishes(file(policy, code=code))
        assert await told(world, *FACTS, program=code) == expected
    await holds(world)


@pytest.mark.parametrize(
    ("policy", "available", "debt", "owed"),
    [("WITHIN_BALANCE", 0, 0, 400), ("DEBT", -400, 400, 0), ("PENDING_ONLY", 100, 0, 0)],
)
async def test_of_points_that_are_spent_it_takes_what_the_program_says(
    world: World, policy: str, available: int, debt: int, owed: int
) -> None:
    """R11: of 1100 points 1000 are spent, then 500 are to be taken back."""
    await club(world, policy)
    member_id = await world.joins("anna", program="shop")
    await world.reports("anna", BOTH, program="shop")
    async with world.database.transaction() as tx:
        account = await points.settled_account(tx, member_id=member_id, now=world.now)
        because = Because(Cause.SPENDING, tx.new_id(), "test", 1)
        await points.spend(tx, account=account, amount=1000, because=because, now=world.now)
    late = replace(MEANWHILE, refunded_at=NOON - 5 * DAY)
    await world.reports_of("anna", late, program="shop")
    found = await stands(world, member_id)
    assert (found.available, found.debt) == (available, debt)
    ((lots_owed,),) = await run(world.database.settings.url, "SELECT sum(owed) FROM points_lots")
    assert lots_owed == owed
    await holds(world)


async def test_what_was_taken_before_it_was_known_to_be_too_late_is_restored(world: World) -> None:
    """R11, R25: PENDING_ONLY; the completion comes after the refund and says that the points were active by then."""
    await club(world, "PENDING_ONLY")
    member_id = await world.joins("anna", program="shop")
    await world.reports("anna", PAID, program="shop")
    await world.reports_of("anna", AFTER, program="shop")
    assert (await stands(world, member_id)).pending == 850
    await world.reports("anna", COMPLETED, program="shop")
    assert (await stands(world, member_id)).available == 1100
    await holds(world)


async def test_points_are_taken_back_by_the_version_that_earned(world: World) -> None:
    """R10: shoes counted twice when they were bought, whatever they count now."""
    await world.publishes(file().replace('per = "1.00"', 'per = "1.00"\ncategories = { shoes = "2" }', 1))
    await world.publishes(file("DEBT"), effective_from=NOON - 16 * DAY)
    member_id = await world.joins("anna", program="shop")
    await world.reports("anna", BOTH, program="shop")
    assert (await stands(world, member_id)).available == 1700
    await world.reports_of("anna", replace(AFTER, lines=[LineRefund(1, 30_000)]), program="shop")
    assert (await stands(world, member_id)).available == 1100
    await holds(world)


async def test_a_refund_corrects_a_tier_that_rests_on_what_was_refunded(world: World) -> None:
    """R15: at once; and it reverses growth with the date on which that counted."""
    await club(world)
    member_id = await world.joins("anna", program="shop")
    await world.reports("anna", BOTH, program="shop")
    assert (await stands(world, member_id)).tier == "v3"
    await world.reports_of("anna", replace(AFTER, lines=[LineRefund(1, 60_001), LineRefund(2, 20_000)]), program="shop")
    assert (await stands(world, member_id))[:2] == (300, "v2")
    rows = await run(world.database.settings.url, "SELECT change, cause, counts_at FROM growth_entries ORDER BY id")
    assert [tuple(row) for row in rows] == [
        (1100, "ORDER", COMPLETED.completed_at),
        (-800, "REFUND", COMPLETED.completed_at),
    ]
    await holds(world)


async def test_no_tier_is_reached_that_rests_on_what_was_refunded_before(world: World) -> None:
    """R15: nobody is raised and lowered again, or told so."""
    await club(world)
    member_id = await world.joins("anna", program="shop")
    refund = replace(AFTER, lines=[LineRefund(1, 60_001), LineRefund(2, 45_000)])
    for report in (PAID, refund, COMPLETED):
        await world.reports_of("anna", report, program="shop")
    assert (await stands(world, member_id))[:2] == (50, None)
    assert await run(world.database.settings.url, "SELECT FROM tier_changes") == []
    rows = await run(world.database.settings.url, "SELECT change, cause FROM growth_entries")
    assert [tuple(row) for row in rows] == [(1100, "ORDER"), (-1050, "REFUND")]
    await world.reports_of("anna", replace(refund, external_id="r-4", lines=[LineRefund(2, 50_000)]), program="shop")
    assert (await stands(world, member_id))[:2] == (0, None)
    await holds(world)


async def test_what_a_refund_says_of_lines_that_the_order_does_not_have_counts_for_nothing(world: World) -> None:
    """R25: it cannot be refused, for the order may come later."""
    await club(world)
    for reports in (
        (BOTH, replace(MEANWHILE, lines=[LineRefund(9, 5)])),
        (replace(MEANWHILE, lines=[LineRefund(9, 5)]), BOTH),
    ):
        assert await told(world, *reports) == Stands(1100, "v3", 1100, 0, 0, 1100, [0])
    await holds(world)
