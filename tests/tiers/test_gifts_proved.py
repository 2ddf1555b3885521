"""The prover on gifts for reaching tiers: each kind of corruption is found and named."""

import pytest

from app.prover import prove
from tests.databases import run
from tests.world import World

from .gifting import buys, gives_back, proves, shopping

GIVEN = "cause = 'TIER_GIFT'"
TAMPERED = {
    "a gift that is gone": ("DELETE FROM tier_gifts WHERE tier = 'v2'", "points_lots.rule: one gift of the member's"),
    "a gift for another tier": (
        "UPDATE tier_gifts SET tier = 'v1' WHERE tier = 'v2'",
        "tier_gifts.tier: has a gift on its ladder",
    ),
    "a gift of another size": (
        "UPDATE tier_gifts SET points = 99 WHERE tier = 'v2'",
        "tier_gifts.points, by its ladder",
    ),
    "a gift of which nothing was revoked": (
        "UPDATE tier_gifts SET revoked = 0 WHERE tier = 'v3'",
        "tier_gifts.revoked, by its lots",
    ),
    "a gift of which something was revoked": (
        "UPDATE tier_gifts SET revoked = 1 WHERE tier = 'v2'",
        "tier_gifts.revoked, by its lots",
    ),
    "a gift of rules that were never published": (
        "UPDATE tier_gifts SET program_version = 9",
        "tier_gifts.program_version: is published",
    ),
    "a gift of another time": (
        "UPDATE tier_gifts SET given_at = given_at + interval '1 hour' WHERE tier = 'v2'",
        "points_lots of the gift: cause, time and version of the first",
    ),
    "history that was given for": (
        "UPDATE tier_gifts SET points = 0 WHERE tier = 'v2'",
        "points_lots of the gift: what the member did not have of it",
    ),
    "a gift that nobody got": (
        "DELETE FROM points_entries WHERE rule = 'tiers.ladder.v2.gift' AND lot_id IS NOT NULL;"
        "DELETE FROM points_lots WHERE rule = 'tiers.ladder.v2.gift'",
        "points_lots of the gift: cause, time and version of the first",
    ),
    "points for a gift that there is not": (
        f"UPDATE points_lots SET rule = 'tiers.ladder.v9.gift' WHERE {GIVEN} AND remaining > 0;"
        f"UPDATE points_entries SET rule = 'tiers.ladder.v9.gift' WHERE {GIVEN} AND rule = 'tiers.ladder.v2.gift'",
        "points_lots.rule: one gift of the member's is by tiers.ladder.v9.gift",
    ),
    "a gift that is active later": (
        f"UPDATE points_lots SET activates_at = activates_at + interval '1 hour' WHERE {GIVEN}",
        "points_lots of the gift: active at once",
    ),
    "more points than the gift": (
        f"UPDATE points_lots SET earned = 101, remaining = 101 WHERE {GIVEN} AND remaining = 100;"
        f"UPDATE points_entries SET pending_change = sign(pending_change) * 101, change = sign(change) * 101"
        f" WHERE {GIVEN} AND rule = 'tiers.ladder.v2.gift'",
        "points_lots of the gift: what the member did not have of it",
    ),
    "a gift that was never deserved": (
        "UPDATE growth_entries SET change = 190, growth_after = growth_after - 10 WHERE change = 200",
        "points_lots of a gift for a tier that was never reached: unused (R15)",
    ),
}


@pytest.mark.parametrize(("change", "named"), TAMPERED.values(), ids=TAMPERED)
async def test_what_was_tampered_with_is_named(world: World, change: str, named: str) -> None:
    """R5, R15, R16: of v2, which was given for, and v3, which was revoked."""
    await shopping(world)
    await buys(world, 200)
    await buys(world, 300, order="back")
    await gives_back(world, "back", 300)
    await proves(world)
    await run(world.database.settings.url, *change.split(";"))
    proof = await prove(world.database, now=world.now, programs=world.programs)
    assert any(mismatch.what.startswith(named) for mismatch in proof.mismatches), [str(m) for m in proof.mismatches]


async def test_a_tier_that_was_given_for_twice_is_named(world: World) -> None:
    """R16"""
    await shopping(world)
    await buys(world, 200)
    url = world.database.settings.url
    await run(url, "ALTER TABLE tier_gifts DROP CONSTRAINT uq_tier_gifts_tier")
    try:
        await run(
            url,
            "INSERT INTO tier_gifts (member_id, id, tier, points, revoked, is_coupon_due, program_version, given_at)"
            " SELECT member_id, gen_random_uuid(), tier, points, revoked, false, program_version, given_at"
            " FROM tier_gifts",
        )
        proof = await prove(world.database, now=world.now, programs=world.programs)
        assert any(mismatch.what.startswith("tier_gifts: one for each tier") for mismatch in proof.mismatches)
    finally:
        await run(url, "TRUNCATE tier_gifts",
                  "ALTER TABLE tier_gifts ADD CONSTRAINT uq_tier_gifts_tier UNIQUE (member_id, tier)")  # fmt: skip
