"""What is told and given for, of what is reported live and of what is played in from the past."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.facts.importing.stages import NOTHING
from app.tiers import commands as tiers
from app.tiers.rules import ManualHold
from tests.databases import run
from tests.facts.history import file_of, imported, members_imported
from tests.world import World

from .gifting import DAY, SHOP, buys, gifts, gives_back, giving, proves
from .growing import locked, passes, runs, told

LATER = 'counts_at = "END_OF_RETURN_WINDOW"'
TRIPLE = 'per = "1.00"\ntiers = { v3 = "3" }\n'


def counting_later() -> str:
    """The shop with gifts, whose growth counts a week after completion."""
    text = giving().replace("return_window_days = 365", "return_window_days = 7")
    return text.replace("[tiers]\n", f"[tiers]\n{LATER}\n", 1)


async def kinds_told(world: World) -> list[str]:
    return [type(event).__name__ for event in await told(world)]


async def standing(world: World) -> tuple[int, str | None]:
    ((growth, tier),) = await run(world.database.settings.url, "SELECT growth, tier FROM members")
    return growth, tier


async def test_an_import_takes_nothing_of_what_was_due_live(world: World) -> None:
    """R16, R19: growth of an order fell due before history was played in, and no job had run."""
    await world.publishes(counting_later())
    await world.joins("anna", program=SHOP)
    await buys(world, 600)
    world.now += 8 * DAY
    await imported(world, file_of("anna,2025-02-27,1,1.00"), program=SHOP, brings=NOTHING)
    assert await gifts(world) == [("v2", 100, 0), ("v3", 300, 0)]
    assert await kinds_told(world) == ["TierReached"]
    await passes(world, 1)
    assert await standing(world) == (601, "v3")
    assert await kinds_told(world) == ["TierReached"]
    await proves(world)


async def test_history_gives_nothing_and_is_not_told_though_it_counts_later(world: World) -> None:
    """R19: what the job finds due of it is of history still; and a second rise gives nothing."""
    await world.publishes(counting_later())
    await world.joins("anna", program=SHOP)
    await imported(world, file_of("anna,2026-02-27,1,600.00"), program=SHOP, brings=NOTHING)
    assert await standing(world) == (0, None)
    await passes(world, 10)
    assert await standing(world) == (600, "v3")
    assert await gifts(world) == [("v2", 0, 0), ("v3", 0, 0)]
    assert await kinds_told(world) == []
    await proves(world)


async def test_the_first_order_of_who_joins_by_it_is_told(world: World) -> None:
    """M3, R17: it was completed before they were known here."""
    minute = timedelta(minutes=1)
    await world.orders("anna", "5000", paid=world.now - 2 * minute, completed=world.now - minute)
    assert await kinds_told(world) == ["TierReached"]


async def set_by_staff(world: World, member_id: UUID, *, until: datetime) -> None:
    author = tiers.Author("https://id.example", "eve", "A thank-you.")
    async with world.database.transaction() as tx:
        await tiers.set_manual_tier(tx, member=await locked(tx, member_id), programs=world.programs, tier="v3",
                                    until=until, hold=ManualHold.AT_LEAST, author=author, now=world.now)  # fmt: skip


@pytest.mark.parametrize(("days", "points"), [((10, 60), 100), ((0, 10), 300)])
async def test_a_late_rise_says_nothing_of_what_staff_had_set_then(
    world: World, days: tuple[int, int], points: int
) -> None:
    """R23, R25: growth of day 5 is reported on day 20, then an order that was paid on day 7: for the tier held then."""
    await world.publishes(giving().replace('per = "1.00"\n', TRIPLE, 1))
    begin, member_id = world.now, await world.joins("anna", program=SHOP)
    world.now = begin + days[0] * DAY
    await set_by_staff(world, member_id, until=begin + days[1] * DAY)
    world.now = begin + 20 * DAY
    await runs(world)
    await buys(world, 250, paid=begin + 5 * DAY, completed=begin + 5 * DAY)
    paid = await world.orders("anna", 100, program=SHOP, paid=begin + 7 * DAY)
    assert paid.points == points


async def test_growth_that_was_brought_along_is_not_had_again(world: World) -> None:
    """R19: neither by what is imported of before, nor by what is reported of before; what comes after counts."""
    await world.publishes(giving())
    await members_imported(world, "anna,,2024-01-01,400", program=SHOP)
    before = world.now - 30 * DAY
    await buys(world, 300, paid=before, completed=before + DAY)
    await imported(world, file_of("anna,2026-01-15,1,300.00"), program=SHOP, brings=NOTHING)
    assert await standing(world) == (400, "v2")
    world.now += DAY
    await buys(world, 99, paid=before)
    assert await standing(world) == (499, "v2")
    await proves(world)


async def test_a_notice_by_a_clock_that_is_ahead_does_not_stand_in_the_way(world: World) -> None:
    """R17: it is one notice of one period, also for a machine whose clock is behind."""
    window = 'window = { kind = "CALENDAR_YEAR" }'
    await world.publishes(giving().replace("[tiers]\n", f"[tiers]\n{window}\n", 1))
    await world.joins("anna", program=SHOP)
    await buys(world, 250)
    slow = datetime(2027, 2, 10, 12, tzinfo=UTC)
    world.now = slow + timedelta(minutes=4)
    await runs(world)
    world.now = slow
    await buys(world, 900, order="back")
    await gives_back(world, "back", 900)
    notices = "SELECT to_tier FROM tier_changes WHERE kind = 'NOTICED'"
    assert [row["to_tier"] for row in await run(world.database.settings.url, notices)] == ["v2"]
    world.now = slow + timedelta(minutes=5)
    await proves(world)
