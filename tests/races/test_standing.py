"""A tier settled, raised and capped from many sides at once. Each race fails without the lock that decides it."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest

from app.definition import programs_to_hold
from app.facts.rules.activities import ActivityRecorded, ReportedActivity
from app.jobs import settle_tiers
from app.points.section import Action
from app.tiers.commands import settle_standing_of
from tests.databases import run
from tests.tiers.growing import ROLLING, SHOP, ruled
from tests.tiers.test_growing import REVIEWS, cap
from tests.world import NOON, World

from .racing import CROWD, Mutant, Race, at_once, balanced, comes_twice, fails, rows, without_member_lock

DAY = timedelta(days=1)
NUMBERS = count(1)
NEXT_MARCH = datetime(2027, 3, 1, 12, tzinfo=UTC)
EVENTS = "SELECT kind FROM outbox_events WHERE member_id = '{}' AND kind LIKE 'tier-%'"
CHANGES = "SELECT kind FROM tier_changes WHERE member_id = '{}'"
TWICE = """SELECT FROM tier_changes WHERE kind = 'NOTICED'
GROUP BY member_id, to_tier, tier_until HAVING count(*) > 1"""


async def member(world: World) -> tuple[str, UUID]:
    """A new member of a shop where growth counts for a year, and so do tiers; at noon."""
    if SHOP not in world.programs.by_code:
        await world.publishes(ruled(ROLLING, more=REVIEWS + cap("DAY", growth=130, rules='"review"')))
    world.now, subject = NOON, f"anna-{next(NUMBERS)}"
    return subject, await world.joins(subject, program=SHOP)


async def kinds(world: World, sql: str, member_id: UUID) -> Counter[str]:
    return Counter(each["kind"] for each in await rows(world, sql.format(member_id)))


async def settled(world: World, member_id: UUID) -> None:
    async with world.database.transaction() as tx:
        await settle_standing_of(tx, member_id=member_id, programs=world.programs, now=world.now)


async def a_notice_is_given_once(world: World) -> None:
    """R17: a hundred settle a member whose tier is at risk; the member is told once, and lowered once."""
    subject, member_id = await member(world)
    await world.orders(subject, 500, program=SHOP, completed=world.now)
    world.now = NEXT_MARCH - 45 * DAY
    await at_once(settled(world, member_id) for _ in range(CROWD))
    assert await kinds(world, CHANGES, member_id) == {"RAISED": 1, "NOTICED": 1}
    assert await kinds(world, EVENTS, member_id) == {"tier-reached": 1, "tier-at-risk": 1}
    world.now = NEXT_MARCH
    await at_once(settled(world, member_id) for _ in range(CROWD))
    assert await kinds(world, CHANGES, member_id) == {"RAISED": 1, "NOTICED": 1, "LOWERED": 1}
    await balanced(world)


async def a_period_is_renewed_once(world: World) -> None:
    """R17: by jobs of several workers and by whoever reports something."""
    subject, member_id = await member(world)
    await world.orders(subject, 200, program=SHOP, completed=world.now)
    world.now = NOON + 100 * DAY
    await world.orders(subject, 200, program=SHOP, completed=world.now)
    world.now = NEXT_MARCH
    work = [settled(world, member_id) for _ in range(CROWD // 2)]
    work += [world.orders(subject, 1, program=SHOP, completed=world.now) for _ in range(CROWD // 2)]
    await at_once(work)
    assert await kinds(world, CHANGES, member_id) == {"RAISED": 1, "RENEWED": 1}
    assert await kinds(world, EVENTS, member_id) == {"tier-reached": 1, "tier-renewed": 1}
    await balanced(world)


async def growth_raises_once(world: World) -> None:
    """R17: a hundred orders that together reach the third tier, while the growth of the year before lapses."""
    subject, member_id = await member(world)
    await world.orders(subject, 150, program=SHOP, completed=world.now)
    world.now = NEXT_MARCH
    work = [world.orders(subject, 6, program=SHOP, completed=world.now) for _ in range(CROWD)]
    await at_once([*work, *(settled(world, member_id) for _ in range(10))])
    ((growth, tier),) = await rows(world, f"SELECT growth, tier FROM members WHERE id = '{member_id}'")
    assert (growth, tier) == (6 * CROWD, "v3")
    assert await kinds(world, CHANGES, member_id) == {"RAISED": 2}
    await balanced(world)


async def a_cap_of_growth_holds(world: World) -> None:
    """R27: a hundred reviews of a day, 30 growth each; four in full, and one of what is left."""
    subject, member_id = await member(world)

    async def reviews() -> Any:
        activity = ReportedActivity("shop", f"review-{next(NUMBERS)}", Action.REVIEW, world.now)
        recorded = await world.reports_of(subject, activity, program=SHOP)
        assert isinstance(recorded, ActivityRecorded)
        return recorded.growth

    assert Counter(await at_once(reviews() for _ in range(CROWD))) == {30: 4, 10: 1, 0: CROWD - 5}
    ((growth,),) = await rows(world, f"SELECT growth FROM members WHERE id = '{member_id}'")
    assert growth == 130
    await balanced(world)


RACES: dict[Race, tuple[Mutant, ...]] = {
    a_notice_is_given_once: (without_member_lock,),
    a_period_is_renewed_once: (without_member_lock,),
    growth_raises_once: (without_member_lock,),
    a_cap_of_growth_holds: (without_member_lock,),
}
"""Each race, and what it cannot do without."""
LOSSES = [(race, mutant) for race, mutants in RACES.items() for mutant in mutants]


def name_of(function: Any) -> str:
    return function.__name__


@pytest.mark.parametrize("race", RACES, ids=name_of)
async def test_a_hundred_at_once(crowd: World, race: Race) -> None:
    await race(crowd)


@pytest.mark.parametrize(("race", "mutant"), LOSSES, ids=name_of)
async def test_without_its_lock_it_goes_wrong(
    crowd: World, monkeypatch: pytest.MonkeyPatch, race: Race, mutant: Mutant
) -> None:
    """The races above can fail: each does without what decides it."""
    mutant(monkeypatch)
    assert await fails(race, crowd)


async def test_without_lock_and_key_one_is_told_twice(crowd: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """R17: the database, too, holds that there is one notice of a period."""
    without_member_lock(monkeypatch)
    url, name = crowd.database.settings.url, "uq_tier_changes_notice"
    ((index,),) = await run(url, f"SELECT indexdef FROM pg_indexes WHERE indexname = '{name}'")
    await run(url, f"DROP INDEX {name}")
    try:
        assert await comes_twice(a_notice_is_given_once, crowd, TWICE)
    finally:
        await run(url, "TRUNCATE tier_changes CASCADE", index)


async def test_jobs_of_several_workers_settle_everybody_once(crowd: World) -> None:
    """R2, R17: each goes through all who are due; nobody is renewed or told twice."""
    members = [await member(crowd) for _ in range(20)]
    for subject, _ in members:
        await crowd.orders(subject, 200, program=SHOP, completed=crowd.now)
    crowd.now = NEXT_MARCH - 45 * DAY
    await at_once(settle_tiers(crowd.database, now=crowd.now, held=programs_to_hold()) for _ in range(10))
    for _, member_id in members:
        assert await kinds(crowd, CHANGES, member_id) == {"RAISED": 1, "NOTICED": 1}
    await balanced(crowd)
