"""A tier that staff sets: with a reason, an author and an end; the earned one goes on beside it (R23)."""

from datetime import datetime
from uuid import UUID

import asyncpg
import pytest

from app.tiers import commands as tiers
from app.tiers.events import ManualTierEnded, ManualTierSet, TierReached
from app.tiers.rules import ManualHold
from tests.databases import run
from tests.world import NOON, World, customer

from .growing import (
    DAY,
    ROLLING,
    SHOP,
    changes,
    disagreements,
    grows,
    held_by,
    locked,
    passes,
    row,
    ruled,
    shrinks,
    told,
)

AUTHOR = tiers.Author("https://id.example", "sam", "as agreed")
WIDE = "kind, from_tier, to_tier, held_tier, manual_tier, changed_at"
DOUBLE = '\ntiers = { v3 = "2" }'
ME = 'query { me(program: "shop") { tier { code } tierProgress { growth nextTier { code } periodEnd } } }'


@pytest.fixture
async def anna(world: World) -> UUID:
    """A member of a shop with the ladder 0/200/500, where the third tier has points twice."""
    text = ruled(ROLLING).replace('points = 1\nper = "1.00"', 'points = 1\nper = "1.00"' + DOUBLE)
    await world.publishes(text)
    return await world.joins("anna", program=SHOP)


async def sets(
    world: World, member_id: UUID, tier: str, *, days: int = 30, hold: ManualHold = ManualHold.AT_LEAST
) -> datetime:
    """Staff sets a tier for so many days; until when."""
    until = world.now + days * DAY
    async with world.database.transaction() as tx:
        after = await tiers.set_manual_tier(
            tx, member=await locked(tx, member_id), programs=world.programs, tier=tier, until=until, hold=hold,
            author=AUTHOR, now=world.now,
        )  # fmt: skip
        assert after.as_row() == (await locked(tx, member_id)).as_row()
    return until


async def ends(world: World, member_id: UUID) -> None:
    async with world.database.transaction() as tx:
        await tiers.end_manual_tier(
            tx, member=await locked(tx, member_id), programs=world.programs, author=AUTHOR, now=world.now
        )


async def test_a_manual_tier_has_a_reason_an_author_and_an_end(world: World, anna: UUID) -> None:
    """R23: held from now on, and told; what is earned is as it was."""
    until = await sets(world, anna, "v3")
    assert (await world.data(ME, by=customer("anna")))["me"]["tier"] == {"code": "v3"}
    assert await row(world, "tier", "manual_tier", "manual_until", "manual_hold") == (None, "v3", until, "AT_LEAST")
    who = "reason, by_issuer, by_subject, tier_until, manual_hold"
    assert await changes(world, f"{WIDE}, {who}") == [
        ("MANUAL", "v1", "v1", "v3", "v3", NOON, "as agreed", "https://id.example", "sam", until, "AT_LEAST")
    ]
    assert await told(world) == [ManualTierSet(anna, "v3", until)]
    assert await disagreements(world, anna) == []
    for column in ("reason", "by_issuer", "by_subject", "manual_tier"):
        with pytest.raises(asyncpg.CheckViolationError):
            await run(world.database.settings.url, f"UPDATE tier_changes SET {column} = NULL")


@pytest.mark.parametrize(("hold", "tier"), [(ManualHold.AT_LEAST, "v3"), (ManualHold.EXACTLY, "v2")])
async def test_what_is_earned_goes_on_beside_it(world: World, anna: UUID, hold: ManualHold, tier: str) -> None:
    """R23: a higher one stands, unless staff said exactly; when the end has come, the earned one is held."""
    until = await sets(world, anna, "v2", hold=hold)
    await grows(world, anna, 500)
    assert (await world.data(ME, by=customer("anna")))["me"]["tier"] == {"code": tier}
    assert (await changes(world, WIDE))[1:] == [("RAISED", "v1", "v3", tier, None, NOON)]
    world.now = until
    assert (await world.data(ME, by=customer("anna")))["me"]["tier"] == {"code": "v3"}
    assert await disagreements(world, anna) == []
    await passes(world)
    assert (await changes(world, WIDE))[2:] == [("MANUAL_ENDED", "v3", "v3", "v3", "v2", until)]
    assert (await told(world))[1:] == [TierReached(anna, "v1", "v3", NOON), ManualTierEnded(anna, "v2", until)]
    assert await row(world, "manual_tier", "manual_until", "manual_hold") == (None, None, None)
    assert await disagreements(world, anna) == []


async def test_its_end_is_dated_when_it_was_though_it_is_written_later(world: World, anna: UUID) -> None:
    """R23, R2: so what was paid after it has the points of the earned tier (R25)."""
    until = await sets(world, anna, "v3")
    world.now = until + 10 * DAY
    await world.orders("anna", "100", program=SHOP, order="before", paid=until - DAY)
    await world.orders("anna", "100", program=SHOP, order="after", paid=until)
    found = await run(world.database.settings.url, "SELECT external_id, points FROM orders ORDER BY external_id")
    assert [tuple(each) for each in found] == [("after", 100), ("before", 200)]
    assert (await changes(world, WIDE))[1:] == [("MANUAL_ENDED", "v1", "v1", "v1", "v3", until)]
    assert await held_by(world, anna, at=until - DAY) == "v3"
    assert await held_by(world, anna, at=until) is None
    assert await disagreements(world, anna) == []


async def test_another_manual_tier_takes_its_place(world: World, anna: UUID) -> None:
    """R23: there is one at a time; its end is that of the last."""
    await sets(world, anna, "v3", days=10)
    until = await sets(world, anna, "v2", days=20)
    await passes(world, 10)
    assert await row(world, "manual_tier", "manual_until", "standing_due_at") == ("v2", until, until)
    await passes(world, 10)
    assert [each[0] for each in await changes(world)] == ["MANUAL", "MANUAL", "MANUAL_ENDED"]
    assert await disagreements(world, anna) == []


async def test_staff_can_end_it_before_its_time(world: World, anna: UUID) -> None:
    """R23: from now on, said by whom; once."""
    await sets(world, anna, "v3")
    world.now += DAY
    for _ in range(2):
        await ends(world, anna)
    who = await changes(world, f"{WIDE}, reason, by_subject")
    assert who[1:] == [("MANUAL_ENDED", "v1", "v1", "v1", "v3", NOON + DAY, "as agreed", "sam")]
    assert await disagreements(world, anna) == []
    await passes(world, 60)
    assert len(await changes(world)) == 2
    assert await disagreements(world, anna) == []


async def test_no_refund_corrects_a_manual_tier(world: World, anna: UUID) -> None:
    """R23, R15: but the one that was earned beside it."""
    order = await grows(world, anna, 200)
    await sets(world, anna, "v3")
    await shrinks(world, anna, 200, of=order)
    assert (await world.data(ME, by=customer("anna")))["me"]["tier"] == {"code": "v3"}
    assert (await changes(world, WIDE))[2:] == [("CORRECTED", "v2", "v1", "v3", None, NOON)]
    assert await disagreements(world, anna) == []


async def test_a_period_that_ends_meanwhile_is_written_as_any(world: World, anna: UUID) -> None:
    """R23, R17: notice and lowering of the earned tier; the manual one is held all the same."""
    await grows(world, anna, 200)
    until = await sets(world, anna, "v3", days=400)
    end = (await row(world, "tier_until"))[0]
    await passes(world, until=end - 45 * DAY)
    await passes(world, until=end)
    assert (await changes(world, WIDE))[2:] == [
        ("NOTICED", "v2", "v2", "v3", None, end - 45 * DAY),
        ("LOWERED", "v2", "v1", "v3", None, end),
    ]
    me = (await world.data(ME, by=customer("anna")))["me"]
    assert me["tier"] == {"code": "v3"}
    assert me["tierProgress"]["periodEnd"] == until
    assert await disagreements(world, anna) == []


async def test_what_was_held_is_known_though_time_was_entered_late(world: World, anna: UUID) -> None:
    """R23, R25, R2: the earned tier was lowered while staff's was held, and both were written after it was over."""
    await grows(world, anna, 200)
    end = (await row(world, "tier_until"))[0]
    await passes(world, until=end - 45 * DAY)
    await sets(world, anna, "v3", days=55)
    await passes(world, until=end + 20 * DAY)
    assert [each[0] for each in (await changes(world))[2:]] == ["MANUAL", "MANUAL_ENDED", "LOWERED"]
    for days, tier in ((-46, "v2"), (-45, "v3"), (5, "v3"), (10, "v1"), (15, "v1")):
        assert await held_by(world, anna, at=end + days * DAY) == tier
    assert await disagreements(world, anna) == []
