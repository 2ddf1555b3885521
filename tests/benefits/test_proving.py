"""The prover sees what was used twice, too often or without having it, and what nobody put on record."""

import asyncpg
import pytest

from app.benefits.section import BenefitKind
from app.prover import prove
from tests.databases import run
from tests.world import World

from .club import club, gives_back, grants, grown, offered, opened, revokes, uses

TRIALS = offered("trials", BenefitKind.TRIAL_PRIORITY, "chances = 2", 'times = 2, period = "DAY"')
SERVICE = offered("service", BenefitKind.DEDICATED_SERVICE)
PARCELS = offered("parcels", BenefitKind.PRIORITY_SHIPPING, "within_hours = 24")
CAMPAIGNS = "".join(
    f"""[[campaigns.planned]]
code = "{code}"
name = {{ zh = "活动", en = "The {code}" }}
window = {{ kind = "ONE_OFF", starts = 2026-03-01T00:00:00, ends = 2026-03-08T00:00:00 }}
effects = {{ {effects} }}
{audience}
"""
    for code, effects, audience in (
        ("week", 'benefits = ["parcels"]', ""),
        ("newcomers", 'benefits = ["parcels"]', "audience = { joined_within_days = 5 }"),
        ("up", 'benefits_of = "gold"', ""),
    )
)
FEW = club(TRIALS + SERVICE + PARCELS, gold='["trials"]', more=CAMPAIGNS)
BY_TIER, BY_STAFF, BY_CAMPAIGN = (f"granted_by = '{source}'" for source in ("TIER", "STAFF", "CAMPAIGN"))
BROKEN: dict[str, tuple[str, str]] = {
    "more than the quota": ("UPDATE benefit_uses SET given_back_at = NULL", "benefit_uses: within the quota"),
    "a smaller quota": (
        "UPDATE benefit_uses SET quota_times = 1 WHERE quota_times = 2",
        "benefit_uses: within the quota",
    ),
    "for something of somebody else's": (
        "UPDATE unique_keys SET owner = gen_random_uuid() WHERE kind = 'benefit-use'",
        "unique_keys.owner of the benefit's use",
    ),
    "for something else": (
        f"UPDATE benefit_uses SET external_id = external_id || 'x' WHERE {BY_STAFF}",
        "unique_keys.owner of the benefit's use",
    ),
    "with something else to say": ("UPDATE benefit_uses SET reference = 'x'", "benefit_uses.digest"),
    "by a tier that does not have it": (
        f"UPDATE benefit_uses SET granted_by_code = 'base', of_tier = 'base' WHERE {BY_TIER}",
        "benefit_uses: the member had it",
    ),
    "by no grant": (
        f"UPDATE benefit_uses SET granted_by_code = gen_random_uuid() WHERE {BY_STAFF}",
        "benefit_uses: the member had it",
    ),
    "after the grant": (
        f"UPDATE benefit_uses SET used_at = used_at + interval '99 days' WHERE {BY_STAFF}",
        "benefit_uses: the member had it",
    ),
    "an hour after the grant was taken away": (
        f"""UPDATE benefit_uses SET granted_by_code = taken.id::text, used_at = taken.revoked_at + interval '1 hour'
          FROM benefit_grants taken WHERE {BY_STAFF} AND taken.revoked_at IS NOT NULL""",
        "benefit_uses: the member had it",
    ),
    "a year before the grant": (
        f"UPDATE benefit_uses SET used_at = used_at - interval '1 year' WHERE {BY_STAFF}",
        "benefit_uses: the member had it",
    ),
    "by a campaign that there is not": (
        f"UPDATE benefit_uses SET granted_by_code = 'spring' WHERE {BY_CAMPAIGN}",
        "benefit_uses: the member had it",
    ),
    "by a campaign that was over": (
        f"UPDATE benefit_uses SET used_at = used_at + interval '8 days' WHERE {BY_CAMPAIGN}",
        "benefit_uses: the member had it",
    ),
    "by a campaign that does not give it": (
        f"UPDATE benefit_uses SET granted_by_code = 'week' WHERE {BY_CAMPAIGN} AND granted_by_code = 'up'",
        "benefit_uses: the member had it",
    ),
    "by a campaign that is for others": (
        f"UPDATE benefit_uses SET granted_by_code = 'newcomers' WHERE {BY_CAMPAIGN} AND granted_by_code = 'week'",
        "benefit_uses: the member had it",
    ),
    "what was not offered": (
        f"UPDATE benefit_uses SET benefit = 'lounge' WHERE {BY_STAFF}",
        "benefits.benefit: was offered",
    ),
    "by no version": ("UPDATE benefit_uses SET program_version = 9", "benefits.program_version: is one"),
    "of another program": ("UPDATE benefit_grants SET program = 'taobao-club'", "benefits of the member's program"),
    "given, and not on record": (
        "DELETE FROM audit_entries WHERE action = 'BENEFIT_GRANTED'",
        "audit_entries of the benefit granted",
    ),
    "taken, and not on record": (
        "DELETE FROM audit_entries WHERE action = 'BENEFIT_REVOKED'",
        "audit_entries of the benefit granted",
    ),
    "taken for another reason": (
        "UPDATE benefit_grants SET revoke_reason = 'Another.' WHERE revoked_at IS NOT NULL",
        "audit_entries of the benefit granted",
    ),
    "on record, and there is none": (
        "DELETE FROM benefit_grants WHERE revoked_at IS NOT NULL",
        "audit_entries.about_id: there is such a thing",
    ),
}
FORBIDDEN = {
    "the same cause twice": "UPDATE benefit_uses SET external_id = 'o-1' WHERE benefit = 'trials'",
    "half a quota": "UPDATE benefit_uses SET quota_times = NULL WHERE benefit = 'trials'",
    "a quota of nothing": "UPDATE benefit_uses SET quota_times = 0 WHERE benefit = 'trials'",
    "given back before": "UPDATE benefit_uses SET given_back_at = used_at - interval '1 second'",
    "over before it began": "UPDATE benefit_grants SET until = granted_at",
    "half taken away": "UPDATE benefit_grants SET revoke_reason = NULL WHERE revoked_at IS NOT NULL",
    "by nothing that there is": "UPDATE benefit_uses SET granted_by = 'LUCK'",
}


async def somebody_used_them(world: World) -> None:
    """Three times by the tier, one of which was given back; once by a grant, and another was taken away; and somebody
    without a tier by campaigns, twice."""
    await opened(world, FEW)
    anna = await grown(world, "anna")
    await uses(world, "anna", "trials", "o-1")
    await gives_back(world, "anna", "trials", "o-1")
    for cause in ("o-2", "o-3"):
        await uses(world, "anna", "trials", cause)
    await grants(world, anna, "service")
    await uses(world, "anna", "service", "o-1")
    await revokes(world, (await grants(world, anna, "service"))["grant"]["id"])
    await grown(world, "bert", 0)
    for benefit in ("trials", "parcels"):
        assert (await uses(world, "bert", benefit))["use"]["grantedBy"] == "CAMPAIGN"


async def told(world: World) -> list[str]:
    proof = await prove(world.database, now=world.now, programs=world.programs)
    return [str(mismatch) for mismatch in proof.mismatches]


async def test_what_was_used_as_it_may_be_is_proved(world: World) -> None:
    await somebody_used_them(world)
    assert await told(world) == []


@pytest.mark.parametrize("case", BROKEN)
async def test_what_is_wrong_is_named(world: World, case: str) -> None:
    """R5: each kind of corruption is found."""
    await somebody_used_them(world)
    sql, name = BROKEN[case]
    await run(world.database.settings.url, sql)
    found = await told(world)
    assert any(name in each for each in found), found


async def test_clocks_of_two_servers_may_stand_a_little_apart(world: World) -> None:
    """A use may be dated a moment before its grant, or after that was taken away: it waited for the lock."""
    await somebody_used_them(world)
    moved = f"UPDATE benefit_uses SET used_at = used_at - interval '1 second' WHERE {BY_STAFF}"
    await run(world.database.settings.url, moved)
    assert await told(world) == []
    moved = f"""UPDATE benefit_uses SET granted_by_code = taken.id::text,
      used_at = taken.revoked_at + interval '1 second'
      FROM benefit_grants taken WHERE {BY_STAFF} AND taken.revoked_at IS NOT NULL"""
    await run(world.database.settings.url, moved)
    assert await told(world) == []


@pytest.mark.parametrize("case", FORBIDDEN)
async def test_the_database_does_not_take_what_cannot_be(world: World, case: str) -> None:
    await somebody_used_them(world)
    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await run(world.database.settings.url, FORBIDDEN[case])
