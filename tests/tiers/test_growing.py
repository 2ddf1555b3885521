"""What facts grow: orders by amount, by category and for being one, activities, caps, refunds (R15, R22, R25, R27)."""

from asyncio import gather
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from app.facts.rules import Line
from app.facts.rules.activities import ActivityRecorded, ReportedActivity
from app.points.section import Action
from app.prover import prove
from tests.databases import run
from tests.world import NOON, NUMBERS, World, customer

from .growing import DAY, SHOP, changes, passes, row, ruled

WORDS = 'words = { zh = "规则", en = "Rule" }'
BOOKS = '\ncategories = { books = "2", cards = "0.5" }'
PER_ORDER = f'\n[[tiers.orders]]\ncode = "orders"\ngrowth = 10\nat_least = "50"\n{WORDS}\n'
REVIEWS = f'\n[[tiers.actions]]\ncode = "review"\naction = "REVIEW"\ngrowth = 30\n{WORDS}\n'


def cap(period: str, *, growth: int | None = None, times: int | None = None, rules: str = "") -> str:
    most = f"growth = {growth}" if growth is not None else f"times = {times}"
    held = f"rules = [{rules}]\n" if rules else ""
    return f'\n[[tiers.caps]]\ncode = "most"\nperiod = "{period}"\n{most}\n{held}{WORDS}\n'


async def club(world: World, *lines: str, more: str = "", categories: bool = False, returns: int | None = None) -> None:
    """A shop with such rules, and a member of it."""
    text = ruled(*lines, more=more, returns=returns)
    if categories:
        text = text.replace('growth = 1\nper = "1.00"', f'growth = 1\nper = "1.00"{BOOKS}')
    await world.publishes(text)
    await world.joins("anna", program=SHOP)


async def entries(world: World) -> list[tuple[Any, ...]]:
    found = await run(
        world.database.settings.url, "SELECT rule, change, cause, counts_at FROM growth_entries ORDER BY id"
    )
    return [tuple(each) for each in found]


async def reviews(world: World, *, at: datetime | None = None) -> ActivityRecorded:
    activity = ReportedActivity("shop", f"review-{next(NUMBERS)}", Action.REVIEW, at or world.now)
    recorded = await world.reports_of("anna", activity, program=SHOP)
    assert isinstance(recorded, ActivityRecorded)
    return recorded


async def buys(world: World, amount: str | int, **more: Any) -> str:
    """An order that is paid and completed now, unless something else is said. Its name."""
    said: dict[str, Any] = {"order": f"o-{next(NUMBERS)}", "completed": world.now} | more
    await world.orders("anna", amount, program=SHOP, **said)
    return said["order"]


async def balanced(world: World) -> None:
    proof = await prove(world.database, now=world.now, programs=world.programs)
    assert proof.holds, [str(mismatch) for mismatch in proof.mismatches]


@pytest.mark.parametrize(("when", "days"), [("PAID", 0), ("COMPLETED", 2), ("END_OF_RETURN_WINDOW", 9)])
async def test_growth_counts_from_when_the_program_says(world: World, when: str, days: int) -> None:
    """R15: payment, completion, or the end of the return window."""
    await club(world, f'counts_at = "{when}"', returns=7)
    await buys(world, 250, order="first", paid=NOON, completed=None)
    assert [each[3] for each in await entries(world)] == ([NOON] if when == "PAID" else [])
    world.now = NOON + 2 * DAY
    await world.completes("anna", "first", program=SHOP)
    assert await entries(world) == [("order", 250, "ORDER", NOON + days * DAY)]
    await passes(world, until=NOON + 9 * DAY)
    assert await changes(world) == [("RAISED", "v1", "v2", NOON + days * DAY)]
    await balanced(world)


async def test_a_refund_within_the_return_window_never_counted(world: World) -> None:
    """R15: what was refunded before its growth counts raises nobody."""
    await club(world, 'counts_at = "END_OF_RETURN_WINDOW"', returns=7)
    await buys(world, 250, order="first")
    await world.refunds("anna", "first", {1: 51}, program=SHOP)
    await passes(world, 7)
    assert await row(world, "growth", "tier") == (199, None)
    assert await changes(world) == []
    await balanced(world)


async def test_categories_weigh(world: World) -> None:
    """M4: and what is not a whole one is dropped once, of the whole order (R12)."""
    await club(world, categories=True)
    lines = [Line(1, 1050, category="books"), Line(1, 1050, category="cards"), Line(1, 1075, category="other")]
    await buys(world, 0, lines=lines)
    assert [each[:2] for each in await entries(world)] == [("order", 21 + 5 + 10 + 1)]
    await balanced(world)


@pytest.mark.parametrize(("amounts", "growth"), [(["49.99"], 49), (["50"], 60), (["50", "70"], 140)])
async def test_an_order_brings_growth_for_being_one(world: World, amounts: Sequence[str], growth: int) -> None:
    """M4: whatever it cost, from an amount on."""
    await club(world, more=PER_ORDER)
    for amount in amounts:
        await buys(world, amount)
    assert (await row(world, "growth"))[0] == growth
    await balanced(world)


@pytest.mark.parametrize(
    ("refunds", "growth"), [([10], 90 + 10), ([50], 50 + 10), ([51], 49), ([30, 30], 40), ([30, 30, 40], 0)]
)
async def test_what_an_order_brought_for_being_one_goes_when_it_would_not_have_brought_it(
    world: World, refunds: Sequence[int], growth: int
) -> None:
    """R15: at once, by the refund that made it so."""
    await club(world, more=PER_ORDER)
    order = await buys(world, 100)
    for amount in refunds:
        await world.refunds("anna", order, {1: amount}, program=SHOP)
    assert (await row(world, "growth"))[0] == growth
    await balanced(world)


@pytest.mark.parametrize("first", ["refund", "order"])
async def test_a_refund_that_is_reported_first_comes_to_the_same(world: World, first: str) -> None:
    """R25, R15: the order's growth is entered whole, and at once what was refunded of it; no tier is reached that
    rests on it."""
    await club(world, more=PER_ORDER)
    if first == "order":
        await buys(world, 300, order="o", completed=None)
    await world.refunds("anna", "o", {1: 150}, program=SHOP)
    if first == "order":
        await world.completes("anna", "o", program=SHOP)
    else:
        await buys(world, 300, order="o")
    assert [each[:3] for each in await entries(world)] == [
        ("order", 300, "ORDER"), ("orders", 10, "ORDER"), ("order", -150, "REFUND")
    ]  # fmt: skip
    assert await row(world, "growth", "tier") == (160, None)
    assert await changes(world) == []
    await balanced(world)


async def test_an_order_that_raises_nobody_is_entered_with_its_refund(world: World) -> None:
    """R25, R15: the short way is for growth alone."""
    await club(world)
    await world.refunds("anna", "o", {1: 40}, program=SHOP)
    await buys(world, 100, order="o")
    assert (await row(world, "growth"))[0] == 60
    await balanced(world)


async def test_an_activity_brings_growth(world: World) -> None:
    """M4, R24: once, and it raises as any does."""
    await club(world, more=REVIEWS)
    assert [(await reviews(world)).growth for _ in range(7)] == [30] * 7
    assert await changes(world) == [("RAISED", "v1", "v2", NOON)]
    await balanced(world)


async def test_caps_hold_for_the_day_that_something_was_done(world: World) -> None:
    """R27, R25: the local day; they fill in the order of arrival, and what is over is cut."""
    await club(world, more=REVIEWS + cap("DAY", growth=70, rules='"review"'))
    midnight = datetime(2026, 3, 1, 16, tzinfo=UTC)
    world.now = midnight + DAY
    brought = [(await reviews(world, at=midnight - DAY / 24)).growth for _ in range(3)]
    brought += [(await reviews(world, at=midnight)).growth for _ in range(2)]
    brought += [(await reviews(world, at=midnight - DAY / 24)).growth]
    assert brought == [30, 30, 10, 30, 30, 0]
    await balanced(world)


async def test_a_cap_of_orders_goes_by_when_they_were_paid(world: World) -> None:
    """R27, R25: whenever they are completed; what is refunded is not shared out again."""
    await club(world, more=cap("MONTH", growth=150, rules='"order"'))
    for order, paid in (("march", NOON), ("april", NOON + 31 * DAY), ("march too", NOON + 30 * DAY)):
        world.now = max(world.now, paid)
        await buys(world, 100, order=order, paid=paid, completed=None)
    world.now = NOON + 40 * DAY
    for order in ("march", "april", "march too"):
        await world.completes("anna", order, program=SHOP)
    assert [each[1] for each in await entries(world)] == [100, 100, 50]
    await world.refunds("anna", "march", {1: 100}, program=SHOP)
    await buys(world, 100, order="march at last", paid=NOON + 30 * DAY)
    assert [each[1] for each in await entries(world)] == [100, 100, 50, -100]
    await balanced(world)


async def test_a_refund_takes_its_part_of_what_a_cap_left(world: World) -> None:
    """R15, R27"""
    await club(world, more=cap("DAY", growth=100))
    order = await buys(world, 400)
    await world.refunds("anna", order, {1: 100}, program=SHOP)
    await world.refunds("anna", order, {1: 300}, program=SHOP)
    assert [each[1] for each in await entries(world)] == [100, -25, -75]
    await balanced(world)


async def test_a_cap_counts_how_often(world: World) -> None:
    """R27: orders and activities together."""
    await club(world, more=REVIEWS + cap("DAY", times=2))
    await reviews(world)
    await buys(world, 5)
    assert (await reviews(world)).growth == 0
    await buys(world, 7)
    assert [each[:2] for each in await entries(world)] == [("review", 30), ("order", 5)]
    await balanced(world)


async def test_the_points_of_an_order_are_those_of_the_tier_that_was_held_when_it_was_paid(world: World) -> None:
    """R25: whatever the tier is when that is reported; the earned one here."""
    text = ruled().replace('points = 1\nper = "1.00"', 'points = 1\nper = "1.00"\ntiers = { v2 = "2" }')
    await world.publishes(text)
    await world.joins("anna", program=SHOP)
    await world.orders("anna", 200, program=SHOP, paid=NOON, completed=NOON + DAY / 2, now=NOON + DAY)
    world.now = NOON + 2 * DAY
    for days, points in ((0, 10), (1, 20)):
        recorded = await world.orders("anna", 10, program=SHOP, paid=NOON + days * DAY)
        assert recorded.points == points


async def test_what_is_answered_for_an_activity_is_what_it_brought(world: World) -> None:
    """R24: also when it is reported again."""
    await club(world, more=REVIEWS)
    activity = ReportedActivity("shop", "r", Action.REVIEW, NOON)
    found = [await world.reports_of("anna", activity, program=SHOP) for _ in range(2)]
    assert [(each.growth, each.replayed) for each in found if isinstance(each, ActivityRecorded)] == [
        (30, False), (30, True)
    ]  # fmt: skip


async def test_many_reports_at_once_come_to_one_sum(world: World) -> None:
    """R5, R27: orders and activities of a day, under a cap."""
    await club(world, more=REVIEWS + cap("DAY", growth=200))
    await gather(*(each for _ in range(6) for each in (buys(world, 50), reviews(world))))
    assert (await row(world, "growth", "tier")) == (200, "v2")
    me = await world.data('query { me(program: "shop") { growth } }', by=customer("anna"))
    assert me["me"]["growth"] == 200
    await balanced(world)
