"""Gifts for tiers that rested on growth that was refunded."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from app.clock import days_later
from app.members.commands import lock_member
from app.points.commands import settled_account
from tests.databases import run
from tests.points.till import Till
from tests.world import World

from .gifting import BOTH, DAY, GIFTS, SHOP, available, buys, gifts, gives_back, giving, proves, shopping


@pytest.fixture
async def till(world: World) -> Till:
    """Anna, a member of the shop that gives 100 points for v2, from 200 growth on, and 300 for v3, from 500 on."""
    return await shopping(world)


async def test_an_unused_gift_is_revoked_with_its_tier(till: Till) -> None:
    """R15: the tier rested on growth that was refunded; of two tiers, the one that is left keeps its gift."""
    world = till.world
    await buys(world, 300)
    await buys(world, 300, order="back")
    assert await available(world) == 400
    await gives_back(world, "back", 300)
    assert await gifts(world) == [("v2", 100, 0), ("v3", 300, 300)]
    assert await available(world) == 100
    await proves(world)


async def test_what_was_used_of_a_gift_is_not_revoked(till: Till) -> None:
    """R15"""
    await buys(till.world, 250, order="back")
    await till.spends(30)
    await gives_back(till.world, "back", 250)
    assert await gifts(till.world) == [("v2", 100, 70)]
    assert await available(till.world) == 0
    await proves(till.world)


async def test_other_points_do_not_stand_in_for_a_gift_that_was_used(till: Till) -> None:
    """R15: a gift takes nothing but itself."""
    await buys(till.world, 250, order="back")
    await till.adjusts(500)
    await till.spends(30)
    await gives_back(till.world, "back", 250)
    assert await available(till.world) == 500
    await proves(till.world)


async def test_a_partial_refund_that_leaves_the_tier_leaves_the_gift(till: Till) -> None:
    """R15, R16: 200 is the second tier, 199 is not."""
    world = till.world
    await buys(world, 250, order="back")
    await gives_back(world, "back", 50)
    assert await gifts(world) == [("v2", 100, 0)]
    await gives_back(world, "back", 1)
    assert await gifts(world) == [("v2", 100, 100)]
    await proves(world)


async def test_a_gift_stays_whose_tier_was_reached_without_what_was_refunded(till: Till) -> None:
    """R15: as if the refunded order had never been: the other ones reached it, if later."""
    world = till.world
    await buys(world, 250, order="back")
    await buys(world, 220)
    await gives_back(world, "back", 250)
    assert await gifts(world) == [("v2", 100, 0)]
    assert await available(world) == 100
    await proves(world)


async def test_what_is_held_of_a_revoked_gift_stays_held_and_is_taken_when_it_returns(till: Till) -> None:
    """R7, R14, R15"""
    await buys(till.world, 250, order="back")
    hold = await till.holds(60)
    await gives_back(till.world, "back", 250)
    assert await gifts(till.world) == [("v2", 100, 40)]
    assert await held(till.world) == (0, 60)
    await till.releases(hold)
    assert await held(till.world) == (0, 0)
    await proves(till.world)


async def test_what_was_held_of_a_revoked_gift_can_be_captured(till: Till) -> None:
    """R14, R15: nothing is taken from what is being bought."""
    await buys(till.world, 250, order="back")
    hold = await till.holds(60)
    await gives_back(till.world, "back", 250)
    await till.captures(hold)
    assert await held(till.world) == (0, 0)
    assert await gifts(till.world) == [("v2", 100, 40)]
    await proves(till.world)


async def test_earn_spend_refund_cancel_leaves_nothing_of_a_gift(till: Till) -> None:
    """R7, R15: what a gift had bought is cancelled after the gift was revoked."""
    await buys(till.world, 250, order="back")
    sold = await till.sells(100)
    await gives_back(till.world, "back", 250)
    assert await gifts(till.world) == [("v2", 100, 0)]
    await till.gives_back(sold)
    assert await held(till.world) == (0, 0)
    await proves(till.world)


async def test_a_gift_does_not_pay_for_the_refund_of_the_order_that_brought_it(world: World) -> None:
    """R7, R15: what the order's own points bought is cancelled after the order was refunded; nothing is left."""
    await world.publishes(giving().replace("return_window_days = 365", "return_window_days = 0"))
    till = Till(world, SHOP, await world.joins("anna", program=SHOP))
    await buys(world, 250, order="back")
    sold = await till.sells(250)
    await gives_back(world, "back", 250)
    await till.gives_back(sold)
    assert await held(world) == (0, 0)
    await proves(world)


async def test_what_lapsed_of_a_gift_is_not_taken_again(till: Till) -> None:
    """R10, R15"""
    world = till.world
    await buys(world, 250, order="back")
    await till.adjusts(80)
    world.now = days_later(world.now, 400, zone=world.programs.current(SHOP, world.now).zone)
    await till.adjusts(80)
    await gives_back(world, "back", 250)
    assert await gifts(world) == [("v2", 100, 0)]
    assert await available(world) == 80
    await proves(world)


async def test_what_was_revoked_is_given_again_when_the_tier_is_reached_again(till: Till) -> None:
    """R16: what the member has had of it is not: together they are one gift."""
    world = till.world
    await buys(world, 250, order="back")
    await till.spends(30)
    await gives_back(world, "back", 250)
    await buys(world, 200)
    assert await gifts(world) == [("v2", 100, 0)]
    assert await available(world) == 70
    await proves(world)


async def test_what_returns_to_a_gift_that_is_deserved_again_stays(till: Till) -> None:
    """R7, R16: revoked while it was spent, and reached again before what it had bought was cancelled."""
    world = till.world
    await buys(world, 250, order="back")
    sold = await till.sells(100)
    await gives_back(world, "back", 250)
    await buys(world, 200, order="again")
    assert await available(world) == 0
    await till.gives_back(sold)
    assert await available(world) == 100
    await gives_back(world, "again", 200)
    assert await gifts(world) == [("v2", 100, 100)]
    assert await available(world) == 0
    await proves(world)


async def test_what_was_taken_when_it_returned_is_given_again(till: Till) -> None:
    """R7, R16: revoked while it was spent, cancelled, and reached again."""
    world = till.world
    await buys(world, 250, order="back")
    sold = await till.sells(100)
    await gives_back(world, "back", 250)
    await till.gives_back(sold)
    assert await available(world) == 0
    await buys(world, 200)
    assert await available(world) == 100
    await proves(world)


async def test_a_tier_by_another_name_is_not_given_for_again(world: World) -> None:
    """R16, R20: gold stands for v2 and v3, for both of which the member was given."""
    await shopping(world)
    await buys(world, 600, order="back")
    await gives_back(world, "back", 600)
    assert await gifts(world) == [("v2", 100, 100), ("v3", 300, 300)]
    ladder = {"v1": 0, "gold": 400}
    await world.publishes(
        giving({"gold": 50}, ladder=ladder, successors={"v2": "gold", "v3": "gold"}), effective_from=world.now + DAY
    )
    world.now += 2 * DAY
    await buys(world, 500)
    assert await gifts(world) == BOTH
    assert await available(world) == 400
    await proves(world)


async def held(world: World) -> tuple[int, int]:
    """What the only member can spend, and what is held."""
    ((can, is_held),) = await run(world.database.settings.url, "SELECT available, held FROM points_accounts")
    return can, is_held


STEP = some.tuples(some.sampled_from([60, 150, 210, 320]), some.booleans(), some.integers(0, 5), some.integers(0, 100))
"""Bought for so much, and whether then something is refunded: which order, how much of it; and what is spent."""


@given(some.lists(STEP, min_size=1, max_size=7))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_whatever_is_bought_refunded_and_spent_nobody_has_more_than_a_gift(
    till: Till, steps: list[tuple[int, bool, int, int]]
) -> None:
    """R15, R16: after each step, of each gift: all of it while its tier was reached, else nothing that is unused."""
    world, who = till.world, await _somebody(till.world)
    bought: list[tuple[str, int]] = []
    for amount, is_refund, which, spent in steps:
        bought.append((f"{who.member_id}-{len(bought)}", amount))
        await buys(world, amount, order=bought[-1][0], who=str(len(WHO)))
        if is_refund:
            order, of = bought[which % len(bought)]
            await gives_back(world, order, of // 2 + spent, who=str(len(WHO)))
        can = await _can_spend(who)
        if can and spent % 2:
            await who.spends(max(1, can * spent // 100))
        await _never_more_than_a_gift(who)
    await proves(world)


WHO: list[int] = []


async def _somebody(world: World) -> Till:
    """Somebody new, for each example."""
    WHO.append(len(WHO))
    return Till(world, SHOP, await world.joins(str(len(WHO)), program=SHOP))


async def _can_spend(who: Till) -> int:
    async with who.world.database.transaction() as tx:
        await lock_member(tx, member_id=who.member_id)
        account = await settled_account(tx, member_id=who.member_id, now=who.world.now)
    return account.available


async def _never_more_than_a_gift(who: Till) -> None:
    rows = await run(
        who.world.database.settings.url,
        f"SELECT rule, sum(earned - reversed) AS had, sum(remaining) AS unused FROM points_lots"
        f" WHERE cause = 'TIER_GIFT' AND member_id = '{who.member_id}' GROUP BY rule",
    )
    entries = await run(
        who.world.database.settings.url,
        f"SELECT coalesce(sum(change), 0) AS growth FROM growth_entries WHERE member_id = '{who.member_id}'",
    )
    for row in rows:
        tier = row["rule"].split(".")[2]
        assert row["had"] <= GIFTS[tier]
        if entries[0]["growth"] < {"v2": 200, "v3": 500}[tier]:
            assert row["unused"] == 0
        else:
            assert row["had"] == GIFTS[tier]
