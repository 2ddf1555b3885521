"""Growth over time: what is entered, and the tiers it raises a member to."""

from datetime import timedelta

import pytest

from app.db import Database
from app.prover import prove
from tests.databases import run
from tests.programs.files import shop
from tests.world import NOON, World, customer

from .growing import an_hour_ago

HOUR = timedelta(hours=1)
CHANGES = "SELECT from_tier, to_tier, changed_at FROM tier_changes ORDER BY id"
EVENTS = "SELECT kind, payload::jsonb ->> 'to_tier' AS tier FROM outbox_events WHERE kind LIKE 'tier-%' ORDER BY id"
ME = 'query { me(program: "shop") { tier { code } tierProgress { growth ratio growthRemaining } } }'


@pytest.mark.parametrize(
    ("amounts", "steps"),
    [
        (["199.99"], []),
        (["200"], [(None, "v2")]),
        (["199", "1"], [(None, "v2")]),
        (["200", "299.99"], [(None, "v2")]),
        (["200", "300"], [(None, "v2"), ("v2", "v3")]),
        (["500"], [(None, "v3")]),
        (["2000"], [(None, "v4")]),
        (["0.99"] * 5, []),
    ],
)
async def test_a_member_is_raised_when_growth_reaches_a_threshold(
    world: World, amounts: list[str], steps: list[tuple[str | None, str]]
) -> None:
    """R16, R17: in the transaction that brought the growth, over several tiers at once; and it is told once each."""
    await world.joins("anna", program="brand-standard")
    for amount in amounts:
        await world.orders("anna", amount, program="brand-standard", completed=NOON)
    url = world.database.settings.url
    assert [tuple(row) for row in await run(url, CHANGES)] == [(*step, NOON) for step in steps]
    assert [tuple(row) for row in await run(url, EVENTS)] == [("tier-reached", tier) for _, tier in steps]
    ((tier, since),) = await run(url, "SELECT tier, tier_since FROM members")
    assert (tier, since) == ((steps[-1][1], NOON) if steps else (None, None))


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
    rows = await run(fast.settings.url, "SELECT growth_after FROM growth_entries ORDER BY id")
    assert [row["growth_after"] for row in rows] == [1000 * number for number in range(1, 8)]
    steps = await run(fast.settings.url, CHANGES)
    assert [(row["from_tier"], row["to_tier"]) for row in steps] == [(None, "v2"), ("v2", "v3")]
    assert (await prove(fast, now=NOON, programs=world.programs)).holds


async def test_a_tier_of_a_version_that_comes_into_force_in_a_moment_is_shown(world: World) -> None:
    """R20: another machine's clock is ahead of ours, and by its time the member stands on the new ladder."""
    await world.publishes(shop())
    later = shop(ladder={"v1": 0, "v2": 200, "gold": 400}, successors={"v3": "gold"})
    await world.publishes(later, effective_from=NOON + HOUR / 60)
    await world.joins("anna", program="shop")
    await world.orders("anna", "450", program="shop", completed=NOON, now=NOON + HOUR / 30)
    me = (await world.data(ME, by=customer("anna")))["me"]
    assert me == {"tier": {"code": "gold"}, "tierProgress": {"growth": 450, "ratio": 1.0, "growthRemaining": 0}}
    assert (await prove(world.database, now=NOON, programs=world.programs)).holds


async def test_a_tier_is_never_held_since_before_the_tier_below_it(world: World) -> None:
    """R17, R25: an order that is reported late raises the tier, but not back then."""
    await world.joins("anna", program="brand-standard")
    for days in (0, 10):
        at = NOON - timedelta(days=days)
        await world.orders("anna", "250", program="brand-standard", paid=at, completed=at)
    steps = [tuple(row) for row in await run(world.database.settings.url, CHANGES)]
    assert steps == [(None, "v2", NOON), ("v2", "v3", NOON)]
    ((since,),) = await run(world.database.settings.url, "SELECT tier_since FROM members")
    assert since == NOON
