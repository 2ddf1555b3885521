"""Refunds of orders whose points are somewhere: pending, spent, held, lapsed; and what is owed then."""

from collections.abc import Sequence

import pytest

from app.errors import Refused
from app.points.rules import NotEnoughPoints
from app.prover import prove
from tests.databases import run
from tests.programs.files import shop
from tests.world import NOON, World

from .seller import has_lot, points
from .till import DAY, Till

SOON, LATER = NOON + DAY, NOON + 30 * DAY
"""When lots lapse."""


async def anna(world: World, claw_back: str) -> Till:
    """She has two lots, `first` of 100 that lapses in a month and `soon` of 30 that lapses tomorrow."""
    text = shop().replace("[points]\n", f'[points]\nrefunds = {{ claw_back = "{claw_back}" }}\n')
    await world.publishes(text)
    till = Till(world, "shop", await world.joins("anna", program="shop"))
    await has_lot(world, "anna", 100, lapses=LATER, program="shop", order="first")
    await has_lot(world, "anna", 30, lapses=SOON, program="shop", order="soon")
    return till


async def refunded(till: Till, order: str, amount: int) -> None:
    await till.world.refunds("anna", order, {1: amount}, program="shop")


async def lots(world: World) -> dict[str, tuple[int, int, int, int]]:
    """By order: what is left, was taken back, is owed, has lapsed."""
    rows = await run(
        world.database.settings.url,
        "SELECT external_id, remaining, reversed, owed, lapsed FROM points_lots l JOIN orders o ON o.id = cause_id",
    )
    return {name: (left, taken, owed, lapsed) for name, left, taken, owed, lapsed in rows}


async def stands(till: Till) -> tuple[int, ...]:
    """Available, pending, held, debt; and the books balance."""
    world = till.world
    proof = await prove(world.database, now=world.now, programs=world.programs)
    assert proof.holds, [str(mismatch) for mismatch in proof.mismatches]
    return await points(world, "anna", "available", "pending", "held", "debt", program="shop")


POLICIES = pytest.mark.parametrize("policy", ["WITHIN_BALANCE", "DEBT"])
EVERY = pytest.mark.parametrize("policy", ["WITHIN_BALANCE", "DEBT", "PENDING_ONLY"])


@EVERY
async def test_pending_points_are_taken_and_nothing_else(world: World, policy: str) -> None:
    """R10: whatever else there is."""
    till = await anna(world, policy)
    await world.orders("anna", 50, program="shop", order="pending")
    await refunded(till, "pending", 20)
    assert await stands(till) == (130, 30, 0, 0)
    await refunded(till, "pending", 50)
    assert await stands(till) == (130, 0, 0, 0)
    assert await lots(world) == {"first": (100, 0, 0, 0), "soon": (30, 0, 0, 0), "pending": (0, 50, 0, 0)}


@POLICIES
async def test_the_orders_own_points_go_first_then_what_lapses_first(world: World, policy: str) -> None:
    """R6, R10: though another lot lapses sooner; that one goes when the order's own are spent."""
    till = await anna(world, policy)
    await refunded(till, "first", 20)
    assert await lots(world) == {"first": (80, 20, 0, 0), "soon": (30, 0, 0, 0)}
    await till.sells(100)  # 30 that lapse tomorrow, 70 of the first
    await has_lot(world, "anna", 40, lapses=LATER + DAY, program="shop", order="last")
    await has_lot(world, "anna", 15, lapses=SOON, program="shop", order="sooner")
    await refunded(till, "first", 20)
    assert await lots(world) == {
        "first": (0, 40, 0, 0),
        "soon": (0, 0, 0, 0),
        "sooner": (5, 0, 0, 0),
        "last": (40, 0, 0, 0),
    }
    assert await stands(till) == (45, 0, 0, 0)


async def test_what_is_not_there_is_written_at_the_lot_and_settled_when_points_return_to_it(world: World) -> None:
    """R7, R11: WITHIN_BALANCE; points that come in otherwise are the member's."""
    till = await anna(world, "WITHIN_BALANCE")
    sold = await till.sells(120)
    await refunded(till, "first", 100)
    assert await lots(world) == {"first": (0, 10, 90, 0), "soon": (0, 0, 0, 0)}
    await has_lot(world, "anna", 40, lapses=LATER, program="shop")
    assert await stands(till) == (40, 0, 0, 0)
    await till.gives_back(sold, 80)
    assert (await lots(world))["first"] == (0, 90, 10, 0)
    assert await stands(till) == (40, 0, 0, 0)
    await till.gives_back(sold, 40)
    assert (await lots(world))["first"] == (0, 100, 0, 0)
    assert await stands(till) == (70, 0, 0, 0)


async def test_whoever_owes_has_nothing_left_and_cannot_spend(world: World) -> None:
    """R8, R11: what is taken comes first from what is there, and only the rest is owed."""
    till = await anna(world, "DEBT")
    await till.sells(100)
    await refunded(till, "first", 100)
    assert await stands(till) == (-70, 0, 0, 70)
    with pytest.raises(Refused) as refused:
        await till.sells(1)
    assert refused.value.answer == NotEnoughPoints(1, 0)
    assert all(left == 0 for left, *_ in (await lots(world)).values())


async def test_each_inflow_pays_a_debt_first(world: World) -> None:
    """R6, R11: points that become active, not while they are pending; those given by staff, released, given back: with
    what lapses first, though it has by now."""
    till = await anna(world, "DEBT")
    held = await till.holds(20, lasts=3 * DAY)
    sold = await till.sells(110)
    await refunded(till, "first", 100)
    assert await stands(till) == (-100, 0, 20, 100)
    await world.orders("anna", 15, program="shop", completed=world.now)
    assert await stands(till) == (-100, 15, 20, 100)
    world.now += 2 * DAY  # what is held has lapsed: it pays all the same
    await till.releases(held)
    assert await stands(till) == (-80, 15, 0, 80)
    world.now += 5 * DAY
    assert await stands(till) == (-65, 0, 0, 65)
    await till.adjusts(25)
    assert await stands(till) == (-40, 0, 0, 40)
    await till.gives_back(sold)
    assert await stands(till) == (70, 0, 0, 0)


@POLICIES
async def test_what_has_lapsed_is_not_taken_again(world: World, policy: str) -> None:
    """R10: of 30 points 10 were spent and 20 lapsed; a whole refund takes 10, half of one none."""
    till = await anna(world, policy)
    await till.sells(10)
    world.now = SOON
    await refunded(till, "soon", 15)
    assert await stands(till) == (100, 0, 0, 0)
    await refunded(till, "soon", 15)
    assert await lots(world) == {"first": (90, 0, 0, 0), "soon": (0, 10, 0, 20)}
    assert await stands(till) == (90, 0, 0, 0)


@POLICIES
@pytest.mark.parametrize("is_captured", [True, False])
async def test_what_is_held_stays_held(world: World, policy: str, is_captured: bool) -> None:
    """R10: captured it is spent; released it is taken then, and nothing is left of what was refunded (R7, R11)."""
    till = await anna(world, policy)
    held = await till.holds(130)
    await refunded(till, "first", 100)
    await refunded(till, "soon", 30)
    owed = 130 if policy == "DEBT" else 0
    assert await stands(till) == (-owed, 0, 130, owed)
    if is_captured:
        await till.captures(held)
        assert await stands(till) == (-owed, 0, 0, owed)
    else:
        await till.releases(held)
        assert await stands(till) == (0, 0, 0, 0)


async def test_where_only_pending_points_are_taken_back_active_ones_are_the_members(world: World) -> None:
    """R11: PENDING_ONLY; nothing is owed, of what is there or of what is spent, and what was paid returns whole."""
    till = await anna(world, "PENDING_ONLY")
    sold = await till.sells(50)
    await refunded(till, "first", 100)
    await refunded(till, "soon", 30)
    assert await lots(world) == {"first": (80, 0, 0, 0), "soon": (0, 0, 0, 0)}
    await till.gives_back(sold)
    assert await stands(till) == (130, 0, 0, 0)


@POLICIES
@pytest.mark.parametrize("parts", [[100], [33, 33, 34], [1] * 7 + [93], [50, 60]])
async def test_refunds_in_parts_end_at_exactly_zero(world: World, policy: str, parts: Sequence[int]) -> None:
    """R10: of points that are pending, active and spent meanwhile; more than was paid counts as what was paid."""
    till = await anna(world, policy)
    await world.orders("anna", 100, program="shop", order="parts", completed=world.now - 6 * DAY)
    for number, part in enumerate(parts):
        if number == 1:
            world.now += DAY
            await till.sells(40)
        await refunded(till, "parts", part)
    await refunded(till, "first", 100)
    left, taken, owed, _ = (await lots(world))["parts"]
    assert (left, taken + owed) == (0, 100)


async def test_what_was_taken_whole_too_early_is_restored(world: World) -> None:
    """R11, R25: PENDING_ONLY; nothing was left of the lot when its order is said to have been completed long ago."""
    till = await anna(world, "PENDING_ONLY")
    await world.orders("anna", 50, program="shop", order="late", paid=world.now - 20 * DAY)
    await refunded(till, "late", 50)
    assert await stands(till) == (130, 0, 0, 0)
    await world.completes("anna", "late", program="shop", at=world.now - 20 * DAY)
    assert await stands(till) == (180, 0, 0, 0)
    await refunded(till, "late", 50)
    assert await stands(till) == (180, 0, 0, 0)
