"""Growth over time: what is entered, and the tiers it raises a member to."""

from datetime import timedelta
from uuid import UUID

import pytest

from app.clock import new_id
from app.db import Database
from app.errors import BadInput
from app.prover import prove
from tests.databases import run
from tests.programs.files import shop
from tests.statements import Statements
from tests.world import NOON, World, customer

from .growing import (
    DAY,
    ORDER,
    ROLLING,
    SHOP,
    an_hour_ago,
    changes,
    disagreements,
    grows,
    row,
    ruled,
    stands,
)

HOUR = timedelta(hours=1)
EVENTS = "SELECT kind, payload::jsonb ->> 'to_tier' AS tier FROM outbox_events WHERE kind LIKE 'tier-%' ORDER BY id"
ME = 'query { me(program: "shop") { tier { code } tierProgress { growth ratio growthRemaining } } }'


@pytest.mark.parametrize(
    ("amounts", "steps"),
    [
        (["199.99"], []),
        (["200"], [("v1", "v2")]),
        (["199", "1"], [("v1", "v2")]),
        (["200", "299.99"], [("v1", "v2")]),
        (["200", "300"], [("v1", "v2"), ("v2", "v3")]),
        (["500"], [("v1", "v3")]),
        (["2000"], [("v1", "v3")]),
        (["0.99"] * 5, []),
    ],
)
async def test_a_member_is_raised_when_growth_reaches_a_threshold(
    world: World, amounts: list[str], steps: list[tuple[str, str]]
) -> None:
    """R16, R17: in the transaction that brought the growth, over several tiers at once; and it is told once each."""
    await world.publishes(shop())
    anna = await world.joins("anna", program=SHOP)
    for amount in amounts:
        await world.orders("anna", amount, program=SHOP, completed=NOON)
    assert await changes(world) == [("RAISED", *step, NOON) for step in steps]
    url = world.database.settings.url
    assert [tuple(each) for each in await run(url, EVENTS)] == [("tier-reached", tier) for _, tier in steps]
    assert (await stands(world))[1:] == ((steps[-1][1], NOON) if steps else (None, None))
    assert await disagreements(world, anna) == []


async def test_growth_is_listed_in_the_order_of_writing_whatever_the_clocks_say(world: World) -> None:
    """R5: ids rise under the member's lock, though one of two processes is an hour behind."""
    await world.orders("anna", "1000", completed=NOON)
    fast, slow = world.database, Database(world.database.settings, new_id=an_hour_ago)
    try:
        for number in range(6):
            world.database = slow if number % 2 == 0 else fast
            await world.orders("anna", "1000", completed=NOON)
    finally:
        world.database = fast
        await slow.close()
    rows = await run(fast.settings.url, "SELECT growth_after FROM growth_entries WHERE rule = 'order' ORDER BY id")
    assert [each["growth_after"] for each in rows] == sorted(each["growth_after"] for each in rows)
    assert [each[1:3] for each in await changes(world)] == [("v1", "v2"), ("v2", "v3")]
    assert (await prove(fast, now=NOON, programs=world.programs)).holds


async def test_a_tier_of_a_version_that_comes_into_force_in_a_moment_is_shown(world: World) -> None:
    """R20: another machine's clock is ahead of ours, and by its time the member stands on the new ladder."""
    await world.publishes(shop())
    later = shop(ladder={"v1": 0, "v2": 200, "gold": 400}, successors={"v3": "gold"})
    await world.publishes(later, effective_from=NOON + HOUR / 60)
    await world.joins("anna", program="shop")
    at = NOON + HOUR / 30
    await world.orders("anna", "450", program="shop", completed=at, now=at)
    me = (await world.data(ME, by=customer("anna")))["me"]
    assert me == {"tier": {"code": "gold"}, "tierProgress": {"growth": 450, "ratio": 1.0, "growthRemaining": 0}}
    assert (await prove(world.database, now=NOON, programs=world.programs)).holds


@pytest.fixture
async def anna(world: World) -> UUID:
    """A member of a shop with the ladder 0/200/500."""
    await world.publishes(shop())
    return await world.joins("anna", program=SHOP)


async def test_a_late_order_raises_from_when_it_would_have_raised(world: World, anna: UUID) -> None:
    """R17, R25: as if it had been reported in time."""
    await grows(world, anna, 250)
    await grows(world, anna, 250, at=NOON - 10 * DAY)
    assert await changes(world) == [("RAISED", "v1", "v2", NOON), ("RAISED", "v2", "v3", NOON)]
    await grows(world, anna, 500, at=NOON - 20 * DAY)
    assert await stands(world) == (1000, "v3", NOON)
    assert await disagreements(world, anna) == []


async def test_who_becomes_a_member_by_an_order_is_told_of_the_tier_that_it_reached(world: World) -> None:
    """R17: it was completed before they were one, and reported as anything is."""
    await world.publishes(shop().replace("[points]\n", '[members]\njoin = "AUTOMATIC"\n[points]\n'))
    await world.orders("anna", 250, program=SHOP, paid=NOON - 2 * HOUR, completed=NOON - HOUR)
    assert await changes(world) == [("RAISED", "v1", "v2", NOON - HOUR)]
    found = await run(world.database.settings.url, EVENTS)
    assert [tuple(each) for each in found] == [("tier-reached", "v2")]


async def test_nobody_is_told_what_time_did_before_they_were_known(world: World) -> None:
    """R19, R17: by an order of years ago, through which somebody becomes a member, a tier was reached and lost."""
    text = ruled(ROLLING).replace("[points]\n", '[members]\njoin = "AUTOMATIC"\n[points]\n')
    await world.publishes(text)
    at = NOON - 900 * DAY
    await world.orders("anna", 250, program=SHOP, paid=at, completed=at)
    assert [each[0] for each in await changes(world)] == ["RAISED", "LOWERED"]
    found = await run(world.database.settings.url, EVENTS)
    assert [tuple(each) for each in found] == [("tier-reached", "v2")]


async def test_growth_that_is_yet_to_count_counts_when_its_time_has_come(world: World, anna: UUID) -> None:
    """R15, R2: for the page before any job has run; the tier when it has."""
    await grows(world, anna, 150)
    await grows(world, anna, 50, at=NOON + DAY)
    assert await row(world, "growth", "tier", "standing_due_at") == (150, None, NOON + DAY)
    world.now += DAY
    progress = (await world.data(ME, by=customer("anna")))["me"]["tierProgress"]
    assert progress == {"growth": 200, "ratio": 1.0, "growthRemaining": 0}
    assert await disagreements(world, anna) == []
    await grows(world, anna, 1)
    assert await changes(world) == [("RAISED", "v1", "v2", NOON + DAY)]
    assert await disagreements(world, anna) == []


async def test_nobody_has_more_growth_than_can_be_written(world: World, anna: UUID) -> None:
    """R12: nothing of it is entered."""
    await grows(world, anna, 2**31 - 1)
    with pytest.raises(BadInput):
        await grows(world, anna, 1)
    assert (await stands(world))[0] == 2**31 - 1


@pytest.mark.parametrize("number", [1, 20])
async def test_growth_that_raises_nobody_costs_the_same_however_much_there_was(
    world: World, anna: UUID, sql: Statements, number: int
) -> None:
    """The lock, what was entered last, the entry, the member's row."""
    for _ in range(number):
        await grows(world, anna, 1)
    with sql:
        await grows(world, anna, 1, by=new_id(), cause=ORDER)
    assert sql.count == 5
