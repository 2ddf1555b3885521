"""The prover on growth that was taken back: each kind of corruption is found and named."""

from datetime import timedelta

import pytest

from tests.databases import run
from tests.programs.files import shop
from tests.world import NOON, World

from .growing import SHOP, disagreements, grows, shrinks, stands

DAY = timedelta(days=1)
CORRUPTIONS = {
    "a refund of another date": (
        "UPDATE growth_entries SET counts_at = counts_at + interval '1 day' WHERE cause = 'REFUND'",
        "growth_entries: rule, version and date, by what it takes back",
    ),
    "a refund of another rule": (
        "UPDATE growth_entries SET rule = 'other' WHERE cause = 'REFUND'",
        "growth_entries: rule, version and date, by what it takes back",
    ),
    "a refund of another version": (
        "UPDATE growth_entries SET program_version = 2 WHERE cause = 'REFUND'",
        "growth_entries: rule, version and date, by what it takes back",
    ),
    "a refund of a refund": (
        "UPDATE growth_entries SET reverses = (SELECT id FROM growth_entries WHERE change = -300) WHERE change = -10",
        "growth_entries: rule, version and date, by what it takes back",
    ),
    "a refund of another order": (
        "UPDATE growth_entries SET reverses = (SELECT id FROM growth_entries WHERE change = 40) WHERE change = -300",
        "growth_entries: taken back of it",
    ),
    "a refund of more than there was": (
        "UPDATE growth_entries SET change = -301, growth_after = growth_after - 1 WHERE change = -300",
        "growth_entries: taken back of it",
    ),
    "a correction that is gone": ("DELETE FROM tier_changes WHERE cause = 'REFUND'", "tier_changes"),
    "a correction to another tier": ("UPDATE tier_changes SET to_tier = 'v1' WHERE cause = 'REFUND'", "tier_changes"),
    "a member who was not corrected": ("UPDATE members SET tier = 'v3'", "members.tier, by its growth"),
    "a member who was corrected to another date": (
        "UPDATE members SET tier_since = tier_since + interval '1 day'",
        "members.tier_since, by its growth",
    ),
}


@pytest.mark.parametrize(("corruption", "what"), CORRUPTIONS.values(), ids=CORRUPTIONS.keys())
async def test_the_prover_names_what_is_wrong_with_a_refund(world: World, corruption: str, what: str) -> None:
    """R5, R15"""
    await world.publishes(shop())
    anna = await world.joins("anna", program=SHOP)
    await grows(world, anna, 260, at=NOON - 3 * DAY)
    bought = await grows(world, anna, 300, at=NOON - 2 * DAY)
    other = await grows(world, anna, 40, at=NOON - DAY)
    await shrinks(world, anna, 300, of=bought)
    await shrinks(world, anna, 10, of=other)
    assert await stands(world) == (290, "v2", NOON - 3 * DAY)
    assert await disagreements(world, anna) == []
    await run(world.database.settings.url, corruption)
    assert any(each.startswith(what) for each in await disagreements(world, anna))
