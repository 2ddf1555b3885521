"""Who checks in has where they stand settled first, as far as anything is due: the lock reads few columns, and a due
standing needs all of them (R2)."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.tiers import commands as tiers
from app.tiers.rules import ManualHold
from tests.checkin.asking import checks_in, makes_up
from tests.statements import Statements
from tests.world import World

from .growing import DAY, ROLLING, SHOP, changes, disagreements, grows, kinds, locked, ruled

NEXT_MARCH = datetime(2027, 3, 1, 12, tzinfo=UTC)
CHECKIN = "\n[checkin]\npoints = 5\nmake_up = { window_days = 7 }\n"
AUTHOR = tiers.Author("https://id.example", "sam", "as agreed")


@pytest.fixture
async def anna(world: World) -> UUID:
    await world.publishes(ruled(ROLLING, more=CHECKIN))
    return await world.joins("anna", program=SHOP)


async def test_a_notice_that_is_due(world: World, anna: UUID) -> None:
    await grows(world, anna, 200)
    world.now = NEXT_MARCH - 45 * DAY
    await checks_in(world, program=SHOP)
    assert await changes(world) == [("RAISED", "v1", "v2", NEXT_MARCH - timedelta(days=365)),
                                    ("NOTICED", "v2", "v2", world.now)]  # fmt: skip
    assert await disagreements(world, anna) == []


async def test_a_notice_that_is_due_where_a_day_is_made_up(world: World, anna: UUID) -> None:
    await grows(world, anna, 200)
    world.now = NEXT_MARCH - 45 * DAY
    made_up = await makes_up(world, (world.now - DAY).date(), program=SHOP)
    assert made_up["__typename"] == "MakeUpCheckInSuccess"
    assert kinds(await changes(world)) == ["RAISED", "NOTICED"]


async def test_an_edited_ladder(world: World, anna: UUID) -> None:
    await grows(world, anna, 200)
    world.now += DAY
    await world.publishes(ruled(ROLLING, ladder={"v1": 0, "v2": 100, "v3": 150}, more=CHECKIN))
    world.now += DAY
    await checks_in(world, program=SHOP)
    assert kinds(await changes(world)) == ["RAISED", "RAISED"]
    assert await disagreements(world, anna) == []


async def test_what_staff_set_is_over(world: World, anna: UUID) -> None:
    async with world.database.transaction() as tx:
        await tiers.set_manual_tier(
            tx, member=await locked(tx, anna), programs=world.programs, tier="v3", until=world.now + 30 * DAY,
            hold=ManualHold.AT_LEAST, author=AUTHOR, now=world.now,
        )  # fmt: skip
    world.now += 31 * DAY
    await checks_in(world, program=SHOP)
    assert kinds(await changes(world)) == ["MANUAL", "MANUAL_ENDED"]
    assert await disagreements(world, anna) == []


async def test_nothing_more_is_read_where_nothing_is_due(world: World, anna: UUID, sql: Statements) -> None:
    await grows(world, anna, 200)
    await checks_in(world, program=SHOP)
    world.now += DAY
    with sql:
        await checks_in(world, program=SHOP)
    assert not any("members.display_name" in text and "FOR UPDATE" in text for text in sql.texts)
