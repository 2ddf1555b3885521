"""Tiers that are reached from many sides at once: each is given for once (R16)."""

from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest

from app.tiers.commands import gifts as giving_gifts
from app.tiers.commands import settle_standing_of
from tests.tiers.gifting import DAY, SHOP, buys, giving
from tests.world import World

from .racing import CROWD, at_once, balanced, comes_twice, drop_constraint, fails, rows, without_member_lock

NUMBERS = count(1)


@pytest.fixture
async def shop(crowd: World) -> World:
    await crowd.publishes(giving())
    return crowd


async def a_tier_is_given_for_once(world: World) -> None:
    """R16: a hundred orders of somebody, each of which reaches both tiers by itself."""
    who = f"anna-{next(NUMBERS)}"
    member_id = await world.joins(who, program=SHOP)
    await at_once(buys(world, 500, who=who) for _ in range(CROWD))
    assert await given(world, member_id) == [("v2", 100, 1, 100), ("v3", 300, 1, 300)]
    await balanced(world)


async def a_settle_and_orders_give_once(world: World) -> None:
    """R2, R16: growth that begins to count, entered by jobs and by orders, one of which reaches the tier as well."""
    who, began = f"bella-{next(NUMBERS)}", world.now
    member_id = await world.joins(who, program=SHOP)
    await buys(world, 250, who=who, paid=began, completed=began + timedelta(minutes=5))
    assert await given(world, member_id) == []
    world.now = began + DAY
    try:
        settles = [settled(world, member_id) for _ in range(CROWD // 2)]
        orders = [buys(world, 250, who=who) for _ in range(CROWD // 2)]
        await at_once(work for pair in zip(settles, orders, strict=True) for work in pair)
        assert await given(world, member_id) == [("v2", 100, 1, 100), ("v3", 300, 1, 300)]
        await balanced(world)
    finally:
        world.now = began


async def settled(world: World, member_id: UUID) -> None:
    async with world.database.transaction() as tx:
        await settle_standing_of(tx, member_id=member_id, programs=world.programs, now=world.now)


async def given(world: World, member_id: UUID) -> list[Any]:
    """By tier: points of the gift, how many lots, and what they came to."""
    found = await rows(
        world,
        f"""
        SELECT g.tier, g.points, count(l.id), sum(l.earned) FROM tier_gifts g
        LEFT JOIN points_lots l ON l.member_id = g.member_id AND l.rule = 'tiers.ladder.' || g.tier || '.gift'
        WHERE g.member_id = '{member_id}' GROUP BY g.id, g.tier, g.points ORDER BY g.tier""",
    )
    return [tuple(row) for row in found]


RACES = (a_tier_is_given_for_once, a_settle_and_orders_give_once)


def name_of(function: Any) -> str:
    return function.__name__


@pytest.mark.parametrize("race", RACES, ids=name_of)
async def test_a_tier_is_given_for_once(shop: World, race: Any) -> None:
    await race(shop)


@pytest.mark.parametrize("race", RACES, ids=name_of)
async def test_without_locks_it_goes_wrong(shop: World, monkeypatch: pytest.MonkeyPatch, race: Any) -> None:
    """R5: the books show it, also where the gifts happen to be right."""
    without_member_lock(monkeypatch)
    assert await fails(race, shop)


def without_looking(patch: pytest.MonkeyPatch) -> None:
    """Nobody looks what was given before, nor waits for who is giving."""
    without_member_lock(patch)

    async def nothing(*_: Any) -> list[Any]:
        return []

    patch.setattr(giving_gifts, "gifts_of_members", nothing)


async def test_where_nobody_looks_the_constraint_lets_a_tier_be_given_for_once(
    shop: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R16: each tier once, in the database too. Without it, too, it is given for again and again."""
    without_looking(monkeypatch)
    with pytest.raises(AssertionError, match="uq_tier_gifts_tier"):
        await a_tier_is_given_for_once(shop)
    assert not await rows(shop, TWICE)
    put_back = await drop_constraint(shop.database, "tier_gifts", "uq_tier_gifts_tier")
    try:
        assert await comes_twice(a_tier_is_given_for_once, shop, TWICE)
    finally:
        await put_back()


TWICE = "SELECT FROM tier_gifts GROUP BY member_id, tier HAVING count(*) > 1"
