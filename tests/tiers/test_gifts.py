"""Gifts for reaching tiers: each once ever."""

from datetime import timedelta

import pytest

from app.members.commands import lock_member
from app.tiers import commands as tiers
from app.tiers.rules import GrowthCause
from tests.databases import run
from tests.points.till import Till
from tests.world import NOON, World

from .gifting import BOTH, DAY, SHOP, available, buys, gifts, gives_back, giving, proves, settles, shopping


@pytest.fixture
async def till(world: World) -> Till:
    """Anna, a member of the shop that gives 100 points for v2, from 200 growth on, and 300 for v3, from 500 on."""
    return await shopping(world)


@pytest.mark.parametrize(
    ("growth", "expected"), [(199, []), (200, BOTH[:1]), (499, BOTH[:1]), (500, BOTH), (10_000, BOTH)]
)
async def test_a_jump_gives_the_gift_of_each_tier_that_it_passes(
    till: Till, growth: int, expected: list[tuple[str, int, int]]
) -> None:
    """R16: on 0/200/500."""
    await buys(till.world, growth)
    assert await gifts(till.world) == expected
    assert await available(till.world) == sum(points for _, points, _ in expected)
    await proves(till.world)


async def test_each_tier_is_given_for_when_it_is_reached(till: Till) -> None:
    """R16: and not once more by growth within it."""
    for amount, points in ((150, 0), (50, 100), (250, 100), (50, 400), (5000, 400)):
        await buys(till.world, amount)
        assert await available(till.world) == points
    assert await gifts(till.world) == BOTH
    await proves(till.world)


async def test_a_gift_is_that_of_the_version_in_force(world: World) -> None:
    """R16: also where only the gifts were edited, and the ladder is the same."""
    await shopping(world, gifts={"v3": 300})
    await world.publishes(giving({"v2": 50, "v3": 200}), effective_from=world.now + DAY)
    world.now += 2 * DAY
    await buys(world, 600)
    assert await gifts(world) == [("v2", 50, 0), ("v3", 200, 0)]


async def test_a_second_rise_after_a_fall_gives_nothing(world: World) -> None:
    """R16: v3 is lost at the end of its period, and reached again."""
    till = await shopping(world)
    await world.publishes(
        giving().replace("[tiers]\n", '[tiers]\nwindow = { kind = "ROLLING", months = 12 }\n'),
        effective_from=world.now + DAY,
    )
    world.now += 2 * DAY
    await buys(world, 600)
    member = "SELECT tier FROM members"
    for days in (340, 60):
        world.now += days * DAY
        await settles(till)
    assert [row["tier"] for row in await run(world.database.settings.url, member)] == [None]
    await buys(world, 600)
    assert [row["tier"] for row in await run(world.database.settings.url, member)] == ["v3"]
    assert await gifts(world) == BOTH
    ((lots,),) = await run(world.database.settings.url, "SELECT count(*) FROM points_lots WHERE cause = 'TIER_GIFT'")
    assert lots == 2
    await proves(world)


async def test_a_gift_is_active_at_once_and_lasts_as_any_points(world: World) -> None:
    """R2, R9: 12 months, half-open."""
    till = await shopping(world)
    await buys(world, 200)
    await till.spends(40)
    world.now = NOON.replace(year=2027) - timedelta(microseconds=1)
    await till.spends(10)
    world.now += timedelta(microseconds=1)
    await settles(till)
    rows = await run(world.database.settings.url, "SELECT remaining, lapsed FROM points_lots WHERE cause = 'TIER_GIFT'")
    assert [tuple(row) for row in rows] == [(0, 50)]
    await proves(world)


async def test_a_gift_lapses_with_all_points_where_they_are_cleared_yearly(world: World) -> None:
    """R9"""
    await shopping(world, more='[points.expiry]\nkind = "YEARLY"')
    await buys(world, 200)
    rows = await run(world.database.settings.url, "SELECT expires_at FROM points_lots WHERE cause = 'TIER_GIFT'")
    assert [row["expires_at"].isoformat() for row in rows] == ["2026-12-31T16:00:00+00:00"]
    await proves(world)


async def test_a_gift_pays_what_is_owed_first(world: World) -> None:
    """R11"""
    now = giving(claw_back="DEBT").replace("return_window_days = 365", "return_window_days = 0")
    await world.publishes(now)
    await world.publishes(giving(claw_back="DEBT"), effective_from=world.now + DAY)
    till = Till(world, SHOP, await world.joins("anna", program=SHOP))
    await buys(world, 30, order="spent")
    await till.spends(30)
    await gives_back(world, "spent", 30)
    world.now += 2 * DAY
    assert await available(world) == -30
    await buys(world, 200)
    rows = await run(world.database.settings.url, "SELECT earned, remaining FROM points_lots WHERE cause = 'TIER_GIFT'")
    assert [tuple(row) for row in rows] == [(100, 70)]
    assert await available(world) == 70
    await proves(world)


async def test_a_rise_that_a_known_refund_prevents_gives_nothing(till: Till) -> None:
    """R15, R25: refunded before its growth counts."""
    world = till.world
    await world.orders("anna", 250, program=SHOP, order="back")
    await gives_back(world, "back", 250)
    await world.completes("anna", "back", program=SHOP)
    assert await gifts(world) == []
    await proves(world)


async def test_history_that_is_played_in_is_noted_and_gives_nothing(till: Till) -> None:
    """R19: nor does a second rise."""
    world = till.world
    await _plays_in(till, 600, gives_gifts=False)
    assert await gifts(world) == [("v2", 0, 0), ("v3", 0, 0)]
    assert await available(world) == 0
    await buys(world, 600)
    assert await available(world) == 0


async def test_history_that_is_played_in_does_not_give_again_what_was_revoked(till: Till) -> None:
    """R16, R19: who reaches the tier themselves is given it again."""
    world = till.world
    await buys(world, 250, order="back")
    await gives_back(world, "back", 250)
    await _plays_in(till, 200, gives_gifts=False)
    assert await gifts(world) == [("v2", 100, 100)]
    assert await available(world) == 0


async def test_history_gives_if_it_is_asked_to(till: Till) -> None:
    """R19"""
    await _plays_in(till, 600, gives_gifts=True)
    assert await gifts(till.world) == BOTH
    assert await available(till.world) == 400


async def test_a_tier_that_was_reached_twice_in_history_is_given_for_once(world: World) -> None:
    """R16, R19: reached, lost and reached again before anybody knew of it."""
    window = 'window = { kind = "ROLLING", months = 12 }'
    await world.publishes(giving().replace("[tiers]\n", f"[tiers]\n{window}\n"))
    till = Till(world, SHOP, await world.joins("anna", program=SHOP, at=world.now))
    await _plays_in(till, 600, 250, gives_gifts=True)
    kinds = await run(world.database.settings.url, "SELECT kind, to_tier FROM tier_changes ORDER BY id")
    assert [tuple(row) for row in kinds] == [("RAISED", "v3"), ("LOWERED", "v1"), ("RAISED", "v2")]
    assert await gifts(world) == BOTH
    assert await available(world) == 400


async def _plays_in(till: Till, *amounts: int, gives_gifts: bool) -> None:
    """Growth of orders that nobody reported, two years apart, the last of them yesterday."""
    world = till.world
    async with world.database.transaction() as tx:
        row = await lock_member(tx, member_id=till.member_id)
        dates = [world.now - DAY - 730 * number * DAY for number in reversed(range(len(amounts)))]
        grown = [
            tiers.Grown(amount, GrowthCause.ORDER, tx.new_id(), "order", 1, at, at)
            for amount, at in zip(amounts, dates, strict=True)
        ]
        await tiers.grow(
            tx,
            member=tiers.StandingMember.of(row),
            programs=world.programs,
            grown=grown,
            manner=tiers.Manner(is_history=True, gives_gifts=gives_gifts),
            now=world.now,
        )


async def test_a_tier_that_gives_nothing_when_it_is_reached_is_not_noted(world: World) -> None:
    """R16: a gift that comes later is for whoever reaches the tier then."""
    await shopping(world, gifts={"v3": 300})
    await buys(world, 600)
    assert await gifts(world) == [("v3", 300, 0)]
    await proves(world)
