"""Members whose requests a server answers at the same time are read for together, and each is told their own."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

from app.db.gathering import MOST_ABREAST
from tests.statements import Statements
from tests.world import EXAMPLES, NOON, World, customer

HOME = (EXAMPLES / "operations" / "home.graphql").read_text("utf-8")
CHECK_IN = "mutation ($key: UUID!) { checkIn(input: {idempotencyKey: $key}) { __typename } }"
WORTH = ("10", "520", "3000", "9000", "26000")
NAMES = [f"member-{number}" for number in range(MOST_ABREAST)]


async def told(world: World, name: str) -> Mapping[str, Any]:
    """Compiled, whatever way the other tests are run: one who asks uncompiled goes with nobody."""
    result = await world.execution.execute(HOME, None, None, world.context(customer(name)))
    assert result.errors is None
    assert result.data is not None
    return result.data


async def test_each_is_told_their_own_whoever_asks_at_the_same_time(world: World, sql: Statements) -> None:
    """Members of all tiers, who have checked in or not, and nobody's member; asked by all at once, some of them twice,
    and by those who were never asked for before."""
    for number, name in enumerate(NAMES):
        at = NOON - timedelta(days=20 + number)
        await world.orders(name, WORTH[number % len(WORTH)], paid=at, completed=at, order=name)
        if number % 2:
            await world.data(CHECK_IN, by=customer(name), key=str(uuid4()))
    alone = {name: await told(world, name) for name in NAMES}
    assert len({str(each) for each in alone.values()}) == len(NAMES)
    with sql.asked_again():
        await told(world, NAMES[0])
    assert sql.count == 2, sql.texts
    with sql.asked_again():
        assert await asyncio.gather(*(told(world, name) for name in NAMES)) == [alone[name] for name in NAMES]
    assert sql.count < len(NAMES), "of several things, such as the orders of entries, each reads by themselves"
    asking = [*NAMES, *NAMES[:3], *NAMES[::-1]]
    with sql:  # what they asked for before is forgotten
        assert await asyncio.gather(*(told(world, name) for name in asking)) == [alone[name] for name in asking]
    assert sql.count < 2 * len(asking), "alone each asks three times"
