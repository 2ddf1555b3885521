"""Invitations that wait for an order of the invitee wait for ever, perhaps: what the inviter does costs no more for
them."""

import json
from collections.abc import Awaitable, Callable

import pytest

from app.clock import new_id
from app.points.commands.statements import OPEN_LOTS
from tests.databases import run
from tests.points.till import Till
from tests.statements import Statements
from tests.world import World

from .inviting import DAY, INVITER, WINDOW, Crowd, crowd_in

Work = Callable[[Crowd, Till], Awaitable[object]]
MANY = 15
INVITEES = ("bella", "carla", "elsa", "fanny", "gina")


async def spends(shop: Crowd, anna: Till) -> None:
    await anna.spends(5)


async def holds(shop: Crowd, anna: Till) -> None:
    await anna.holds(5)


async def settles(shop: Crowd, anna: Till) -> None:
    """What comes due is what lapses."""
    shop.world.now += 400 * DAY
    await anna.settles()


async def is_followed(shop: Crowd, anna: Till) -> None:
    """One more accepts."""
    await shop.joins(f"dora{new_id()}"[:20], code=(await shop.mine("anna"))["referral"]["code"])
    await shop.reacts()


async def gets_bonus(shop: Crowd, anna: Till) -> None:
    """The first of them orders."""
    await shop.buys("bella0", f"o-{new_id()}")


@pytest.mark.parametrize("work", [spends, holds, settles, is_followed, gets_bonus])
async def test_what_an_inviter_does_reads_no_invitation_that_waits(world: World, sql: Statements, work: Work) -> None:
    """R37: as many statements and lots with one that waits as with many.

    Tried: lots without a date among the open ones: it is red.
    """
    costs: list[tuple[int, int]] = []
    for number in (1, MANY):
        shop = await crowd_in(world)
        await shop.rows("TRUNCATE members, customers, unique_keys, outbox_events CASCADE")
        await shop.invites("anna", *(f"bella{each}" for each in range(number)))
        anna = await shop.till("anna")
        await anna.adjusts(100)
        with sql:
            await work(shop, anna)
        costs.append((sql.count, sql.rows_of("points_lots")))
        await shop.proves()
    assert costs[0] == costs[1]
    assert costs[0][1] <= 6


async def test_an_invitation_is_followed_without_reading_another(world: World, sql: Statements) -> None:
    """R37: also if points of others can be spent, or will be soon. Tried: `follow` with all open lots: it is red."""
    shop = await crowd_in(world)
    await shop.invites("anna", *INVITEES)
    anna, costs = await shop.till("anna"), list[int]()
    for name in INVITEES:
        with sql:
            await is_followed(shop, anna)
        costs.append(sql.rows_of("points_lots"))
        await shop.buys(name, f"of-{name}")
        shop.world.now += 3 * DAY
        await anna.settles()
    assert len(set(costs)) == 1
    await shop.proves()


async def test_bonuses_that_wait_are_not_in_the_index_of_open_lots(world: World) -> None:
    """So they are not even looked at. Tried: the index without its condition: rows are removed by a filter."""
    shop = await crowd_in(world)
    await shop.invites("anna", *(f"bella{each}" for each in range(MANY)))
    anna = await shop.till("anna")
    await anna.adjusts(100)

    sql = OPEN_LOTS.sql.replace("$1", f"'{anna.member_id}'")
    explain = f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}"
    (row,) = await run(world.database.settings.url, "SET enable_seqscan = off", "SET enable_bitmapscan = off", explain)
    (found,) = json.loads(row[0])
    plan = found["Plan"]
    assert plan["Index Name"] == "ix_points_lots_open"
    assert (plan["Actual Rows"], plan.get("Rows Removed by Filter", 0)) == (1, 0)


async def test_points_are_settled_in_time_while_others_wait(world: World) -> None:
    """R2, R5: what is due first is known without looking at the others, also after one of them counts and does not."""
    shop = await crowd_in(world)
    await shop.invites("anna", "bella", "carla")
    await shop.buys("carla", "o-1")
    shop.world.now += DAY
    await shop.buys("bella", "o-2")
    await shop.proves()

    shop.world.now += WINDOW - DAY
    assert await shop.points("anna") == (INVITER, INVITER)
    await (await shop.till("anna")).settles()
    await shop.proves()
    shop.world.now += DAY
    await shop.gives_back("bella", "o-2")
    assert await shop.points("anna") == (INVITER, 100)
    await shop.proves()
