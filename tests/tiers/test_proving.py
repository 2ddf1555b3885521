"""The prover on growth and tiers: each kind of corruption is found and named (R5)."""

from uuid import UUID

import pytest

from app.tiers import commands as tiers
from app.tiers.rules import ManualHold
from tests.databases import run
from tests.world import NOON, World

from .growing import DAY, ROLLING, SHOP, changes, disagreements, grows, kinds, locked, passes, row, ruled, shrinks

REVERSAL = "growth_entries: rule, version and dates, by what it takes back"
OF_ENTRIES = {
    "a refund of another date": (
        "UPDATE growth_entries SET counts_at = counts_at + interval '1 day' WHERE cause = 'REFUND'",
        REVERSAL,
    ),
    "a refund of another day of caps": (
        "UPDATE growth_entries SET earned_at = earned_at + interval '1 day' WHERE cause = 'REFUND'",
        REVERSAL,
    ),
    "a refund of another rule": ("UPDATE growth_entries SET rule = 'other' WHERE cause = 'REFUND'", REVERSAL),
    "a refund of another version": ("UPDATE growth_entries SET program_version = 2 WHERE cause = 'REFUND'", REVERSAL),
    "a refund of a refund": (
        "UPDATE growth_entries SET reverses = (SELECT id FROM growth_entries WHERE change = -300) WHERE change = -10",
        REVERSAL,
    ),
    "a refund of another order": (
        "UPDATE growth_entries SET reverses = (SELECT id FROM growth_entries WHERE change = 40) WHERE change = -300",
        "growth_entries: taken back of it",
    ),
    "a refund of more than there was": (
        "UPDATE growth_entries SET change = -301, growth_after = growth_after - 1 WHERE change = -300",
        "growth_entries: taken back of it",
    ),
    "growth of another date": (
        "UPDATE growth_entries SET counts_at = counts_at - interval '1 day' WHERE change = 260",
        "members.tier_since, by its growth",
    ),
    "more growth": ("UPDATE growth_entries SET change = 261 WHERE change = 260", "growth_entries.growth_after"),
    "growth that is gone": ("DELETE FROM growth_entries WHERE change = -10", "members.growth, by its growth"),
    "growth by a version that there is not": (
        "UPDATE growth_entries SET program_version = 9",
        "growth_entries.program_version: is published",
    ),
}
OF_CHANGES = {
    "a correction that is gone": (
        "DELETE FROM tier_changes WHERE cause = 'REFUND'",
        "tier_changes.to_tier of the last, by the growth",
    ),
    "a correction to another tier": (
        "UPDATE tier_changes SET to_tier = 'v1' WHERE cause = 'REFUND'",
        "tier_changes.to_tier of the last, by the growth",
    ),
    "a rise from another tier": (
        "UPDATE tier_changes SET from_tier = 'v1' WHERE to_tier = 'v3'",
        "tier_changes.from_tier, by the one before",
    ),
    "a change by a version that there is not": (
        "UPDATE tier_changes SET program_version = 9",
        "tier_changes.program_version: is published",
    ),
}


@pytest.mark.parametrize(("corruption", "what"), (OF_ENTRIES | OF_CHANGES).values(), ids=(OF_ENTRIES | OF_CHANGES))
async def test_the_prover_names_what_is_wrong_with_what_was_written(world: World, corruption: str, what: str) -> None:
    """R5, R15"""
    await world.publishes(ruled())
    anna = await world.joins("anna", program=SHOP)
    await grows(world, anna, 260, at=NOON - 3 * DAY)
    bought = await grows(world, anna, 300, at=NOON - 2 * DAY)
    other = await grows(world, anna, 40, at=NOON - DAY)
    await shrinks(world, anna, 300, of=bought)
    await shrinks(world, anna, 10, of=other)
    assert await row(world, "growth", "tier", "tier_since") == (290, "v2", NOON - 3 * DAY)
    assert await disagreements(world, anna) == []
    await run(world.database.settings.url, corruption)
    assert any(what in each for each in await disagreements(world, anna))


@pytest.fixture
async def anna(world: World) -> UUID:
    """A member who was told that their tier is at risk, for whom staff has set another; and who stands on the second
    ladder."""
    await world.publishes(ruled(ROLLING))
    anna = await world.joins("anna", program=SHOP)
    await grows(world, anna, 250)
    await world.publishes(ruled(ROLLING, "grace_days = 3"), effective_from=NOON + DAY)
    await passes(world, 100)
    await grows(world, anna, 50)
    await passes(world, until=NOON + 325 * DAY)
    async with world.database.transaction() as tx:
        author = tiers.Author("issuer", "sam", "as agreed")
        await tiers.set_manual_tier(
            tx, member=await locked(tx, anna), programs=world.programs, tier="v3", until=NOON + 350 * DAY,
            hold=ManualHold.EXACTLY, author=author, now=world.now,
        )  # fmt: skip
    assert kinds(await changes(world)) == ["RAISED", "NOTICED", "MANUAL"]
    assert await disagreements(world, anna) == []
    return anna


OF_MEMBERS = {
    "growth = growth + 1": "members.growth, by its growth",
    "growth_until = growth_until + interval '1 day'": "members.growth_until, by its growth",
    "growth_until = NULL": "members.growth_until, by its growth",
    "standing_at = standing_at - interval '1 day'": "members.standing_at, by its growth",
    "standing_due_at = NULL": "members.standing_due_at",
    "standing_due_at = standing_due_at + interval '1 second'": "members.standing_due_at",
    "ladder_version = 1": "members.ladder_version, by its growth",
    "tier = 'v3'": "members.tier, by its growth",
    "tier = NULL, tier_since = NULL, tier_until = NULL": "members.tier, by its growth",
    "tier_since = tier_since + interval '1 day'": "members.tier_since, by its growth",
    "tier_until = tier_until + interval '1 day'": "members.tier_until, by its growth",
    "renewal_growth = renewal_growth + 1": "members.renewal_growth, by its growth",
    "notice_at = NULL": "members.notice_at, by its growth",
    "notice_at = notice_at - interval '1 day'": "members.notice_at, by its growth",
    "manual_tier = 'v2'": "members.manual_tier, by its changes",
    "manual_tier = NULL, manual_until = NULL, manual_hold = NULL": "members.manual_tier, by its changes",
    "manual_until = manual_until + interval '1 day'": "members.manual_until, by its changes",
    "manual_hold = 'AT_LEAST'": "members.manual_hold, by its changes",
}


@pytest.mark.parametrize(("change", "what"), OF_MEMBERS.items(), ids=OF_MEMBERS)
async def test_the_prover_names_what_is_wrong_with_where_a_member_stands(
    world: World, anna: UUID, change: str, what: str
) -> None:
    """R5: each column of a member that says so, whether anything is due or not."""
    await run(world.database.settings.url, f"UPDATE members SET {change}")
    assert any(what in each for each in await disagreements(world, anna))


WRITTEN = {
    "a notice of another tier": ("to_tier = 'v3', from_tier = 'v3'", "NOTICED", "tier_changes.from_tier"),
    "a notice that changes the tier": ("to_tier = 'v1'", "NOTICED", "tier_changes.to_tier: as before"),
    "a notice of another period": (
        "tier_until = tier_until + interval '1 day'", "NOTICED", "members.notice_at, by its growth"
    ),
    "a notice of another day": (
        "changed_at = changed_at - interval '1 day'", "NOTICED", "members.notice_at, by its growth"
    ),
    "a manual tier until another day": (
        "tier_until = tier_until + interval '1 day'", "MANUAL", "members.manual_until, by its changes"
    ),
    "another manual tier": ("manual_tier = 'v2'", "MANUAL", "members.manual_tier, by its changes"),
    "a manual tier that is held otherwise": (
        "manual_hold = 'AT_LEAST'", "MANUAL", "members.manual_hold, by its changes"
    ),
}  # fmt: skip


@pytest.mark.parametrize(("change", "kind", "what"), WRITTEN.values(), ids=WRITTEN)
async def test_the_prover_names_what_is_wrong_with_what_became_of_a_tier(
    world: World, anna: UUID, change: str, kind: str, what: str
) -> None:
    """R5, R17, R23"""
    await run(world.database.settings.url, f"UPDATE tier_changes SET {change} WHERE kind = '{kind}'")
    assert any(what in each for each in await disagreements(world, anna))


@pytest.mark.parametrize("days", [0, 1, 40, 400, 2000])
async def test_what_is_due_and_not_settled_is_no_mismatch(world: World, anna: UUID, days: int) -> None:
    """R5, R2: the row is held against the last instant for which it was said."""
    world.now += days * DAY
    assert await disagreements(world, anna) == []
    await passes(world)
    assert await disagreements(world, anna) == []


async def test_a_promise_that_is_gone_is_found(world: World) -> None:
    """R5, R17: the row that keeps what was shown."""
    await world.publishes(ruled())
    anna = await world.joins("anna", program=SHOP)
    for amount, days in ((150, 9), (100, 2), (60, 5)):
        await grows(world, anna, amount, at=NOON - days * DAY)
    assert kinds(await changes(world)) == ["RAISED", "KEPT"]
    assert await disagreements(world, anna) == []
    await run(world.database.settings.url, "DELETE FROM tier_changes WHERE kind = 'KEPT'")
    assert any("members.tier_until, by its growth" in each for each in await disagreements(world, anna))
