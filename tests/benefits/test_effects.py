"""What benefits do that are not used by themselves: points multiplied, campaigns that one takes part in, coupons that
others cannot have; whichever source gives them, and the best of several (M14, decision 32)."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from app.benefits.section import BenefitKind
from app.facts.rules.activities import ReportedActivity
from app.points.section import Action
from app.prover import prove
from tests.databases import run
from tests.facts.explaining import all_explained
from tests.world import World, customer

from .club import ALL, CLUB, DAY, WEEK, club, grants, grown, offered, opened, revokes

HOUR = timedelta(hours=1)
SHARE = """[[points.actions]]
code = "share"
action = "SHARE"
points = 5
words = { zh = "分享", en = "Sharing" }
"""
DOUBLE = offered("double", BenefitKind.POINTS_MULTIPLIER, 'multiplier = "2", rules = ["share"]')
"""Which no tier has."""
MORE = ALL + DOUBLE
SIMULATE = f"""query ($member: ID) {{ simulateOrder(program: "{CLUB}", member: $member, currency: "CNY",
  lines: [{{quantity: 1, amount: "101.00"}}]) {{ points rules {{ code points multiplier }} }} }}"""
CLAIMABLE = f"""{{ claimableCoupons(program: "{CLUB}", first: 5) {{ nodes {{ code
  forMe {{ isClaimable whyNot {{ code }} }} }} }} }}"""
CLAIM = f"""mutation ($key: UUID!) {{ claimCoupon(input: {{idempotencyKey: $key, template: "gold-only",
  program: "{CLUB}"}}) {{ __typename ... on Refusal {{ code }} }} }}"""
ON = f'{{ me(program: "{CLUB}") {{ campaigns {{ code isOpen opensAt }} }} }}'
THE_EIGHTH = datetime(2026, 3, 8, 4, tzinfo=UTC)


async def earns(world: World, who: str = "anna", *, paid: datetime | None = None) -> int:
    """Of an order of 101 yuan, paid now if nothing is said."""
    return (await world.orders(who, "101", program=CLUB, paid=paid or world.now)).points


async def would_earn(world: World, who: str = "anna") -> tuple[int, str]:
    told = (await world.data(SIMULATE, by=customer(who)))["simulateOrder"]
    return told["points"], str(told["rules"][0]["multiplier"])


async def agrees(world: World) -> None:
    proof = await prove(world.database, now=world.now, programs=world.programs)
    assert proof.holds, proof.mismatches


async def test_points_are_multiplied_while_a_campaign_gives_it_and_by_the_best_of_all(world: World) -> None:
    """R2, R12, R25: as gold has it; who is gold has it once; told beforehand, and explained."""
    await opened(world, club(ALL, more=WEEK.format('benefits_of = "gold"')))
    anna = await grown(world, "anna", 0)
    await grown(world, "gold")
    starts, ends = datetime(2026, 2, 28, 16, tzinfo=UTC), datetime(2026, 3, 7, 16, tzinfo=UTC)
    assert [await would_earn(world, who) for who in ("anna", "gold")] == [(151, "1.5"), (151, "1.5")]
    assert [await earns(world, who) for who in ("anna", "gold")] == [151, 151]
    world.now = ends + HOUR
    tick = timedelta.resolution
    paid = (starts - tick, starts, ends - tick, ends)
    assert [await earns(world, paid=at) for at in paid] == [101, 151, 151, 101]
    assert await would_earn(world) == (101, "1")
    ((member_id,),) = await run(world.database.settings.url, f"SELECT id FROM members WHERE program = '{CLUB}' "
                                "ORDER BY joined_at, id LIMIT 1")  # fmt: skip
    explained = await all_explained(world, member_id)
    told = [step["words"] for each in explained for step in each["steps"] if step["code"] == "BENEFIT"]
    assert len(told) == 3
    assert told[0] == ("For the benefit “The points-multiplier”, by the campaign week: ×1.5 is 151.5, rounded 151.")
    assert anna
    await agrees(world)


async def test_points_are_multiplied_for_whom_staff_gave_it_from_then_until_its_end(world: World) -> None:
    """R2, R25: by when it was paid, whenever that is reported; refunds take back all of it (R10)."""
    await opened(world, club(ALL))
    anna = await grown(world, "anna", 0)
    begun = world.now
    given = (await grants(world, anna, "points-multiplier", until=2 * DAY))["grant"]["id"]
    world.now += DAY
    revoked = world.now
    await revokes(world, given)
    await grants(world, anna, "points-multiplier", until=DAY)
    world.now += 9 * DAY
    tick, again = timedelta.resolution, revoked + DAY
    paid = (begun - tick, begun, revoked - tick, revoked, again - tick, again)
    assert [await earns(world, paid=at) for at in paid] == [101, 151, 151, 151, 151, 101]
    order = await world.orders("anna", "101", order="back", program=CLUB, paid=begun + HOUR, completed=begun + HOUR)
    assert order.points == 151
    await world.refunds("anna", "back", {1: "101"}, program=CLUB)
    left = "SELECT sum(earned - reversed)::int FROM points_lots l JOIN orders o ON o.id = cause_id WHERE "
    assert [tuple(row) for row in await run(world.database.settings.url, left + "external_id = 'back'")] == [(0,)]
    words = [step["words"] for each in await all_explained(world, order.member_id) for step in each["steps"]]
    assert sum("given by the shop: ×1.5" in each for each in words) == 5
    await agrees(world)


async def test_what_was_done_counts_as_well_and_by_a_benefit_that_no_tier_has(world: World) -> None:
    """R25: of the rules that it names, and of no others."""
    await opened(world, club(MORE, more=SHARE + WEEK.format('benefits = ["double"]')))
    await grown(world, "anna", 0)
    found: list[tuple[int, int]] = []
    for number, hours in enumerate((0, 24 * 9)):
        world.now += hours * HOUR
        did = ReportedActivity("shop", f"s-{number}", Action.SHARE, world.now)
        shared: Any = await world.reports_of("anna", did, program=CLUB)
        found.append((shared.points, await earns(world)))
    assert found == [(10, 101), (5, 101)]
    await agrees(world)


@pytest.mark.parametrize("source", ["CAMPAIGN", "STAFF"])
async def test_an_extra_has_its_holder_take_part_in_campaigns_of_other_tiers(world: World, source: str) -> None:
    """M20, R25: orders bring what the campaign of gold adds, it is among one's campaigns, and told beforehand."""
    week = WEEK.format('benefits = ["member-day-extra"]').replace("08T", "09T") if source == "CAMPAIGN" else ""
    await opened(world, club(ALL, more=week))
    anna = await grown(world, "anna", 0)
    await grown(world, "bert", 0)
    if source == "STAFF":
        await grants(world, anna, "member-day-extra", until=8 * DAY)
    world.now = THE_EIGHTH
    assert (await would_earn(world))[0] == 202
    assert await earns(world) == 202
    on = [(each["code"], each["isOpen"]) for each in (await world.data(ON, by=customer("anna")))["me"]["campaigns"]]
    assert ("day", True) in on
    if source == "STAFF":
        assert await earns(world, "bert") == 101
        assert (await world.data(ON, by=customer("bert")))["me"]["campaigns"] == []
    world.now += 9 * DAY
    assert [await earns(world, paid=at) for at in (THE_EIGHTH, THE_EIGHTH + DAY)] == [202, 101]
    await agrees(world)


@pytest.mark.parametrize("source", ["CAMPAIGN", "STAFF"])
async def test_coupons_of_a_tier_can_be_claimed_by_whoever_has_the_benefit(world: World, source: str) -> None:
    """R31: the list and the claim agree; before and after, it is for gold and above."""
    week = WEEK.format('benefits = ["exclusive-coupons"]').replace("03-01T00", "03-02T00")
    await opened(world, club(ALL, more=week if source == "CAMPAIGN" else ""))
    anna = await grown(world, "anna", 0)

    async def claims() -> list[str | None]:
        listed = (await world.data(CLAIMABLE, by=customer("anna")))["claimableCoupons"]["nodes"][0]["forMe"]
        done = (await world.data(CLAIM, by=customer("anna"), key=str(uuid4())))["claimCoupon"]
        assert listed["isClaimable"] == (done["__typename"] == "ClaimCouponSuccess")
        return [(listed["whyNot"] or {}).get("code"), done.get("code")]

    assert await claims() == ["TIER_TOO_LOW"] * 2
    world.now += DAY
    if source == "STAFF":
        await grants(world, anna, "exclusive-coupons", until=5 * DAY)
    assert await claims() == [None, None]
    world.now += 8 * DAY
    assert await claims() == ["TIER_TOO_LOW"] * 2
    await agrees(world)


AS_IT_WAS = "UPDATE facts SET credited_by = '{kept}' WHERE external_id = '{order}'"
TAMPERED = {
    "a tier that was never held": (
        """UPDATE facts SET credited_by = replace(credited_by, '"base"', '"gold"')""",
        AS_IT_WAS,
        "facts.credited_by: is a tier that was held",
    ),
    "a benefit that nobody gave by then": (
        "UPDATE benefit_grants SET granted_at = granted_at + interval '2 hours'",
        "UPDATE benefit_grants SET granted_at = granted_at - interval '2 hours'",
        "facts.credited_by: are benefits that were had",
    ),
    "a benefit that was had, left out": (
        "UPDATE facts SET credited_by = regexp_replace(credited_by, 'boosts\":.*,\"also', 'boosts\":[],\"also')",
        AS_IT_WAS,
        "facts.credited_by: are benefits that were had",
    ),
    "a campaign of others": (
        """UPDATE facts SET credited_by = replace(credited_by, '"day"', '"day","sale"')""",
        AS_IT_WAS,
        "facts.credited_by: are campaigns that were for them",
    ),
    "nothing of it": ("UPDATE facts SET credited_by = NULL", AS_IT_WAS, "facts.credited_by: is kept"),
    "more than the rule gives": (
        "UPDATE points_lots SET earned = earned + 1, remaining = remaining + 1 WHERE rule = 'order'",
        "UPDATE points_lots SET earned = earned - 1, remaining = remaining - 1 WHERE rule = 'order'",
        "points_lots, by the rules",
    ),
    "less than a campaign of a tier adds": (
        "UPDATE points_lots SET earned = earned - 1, remaining = remaining - 1 WHERE rule = 'campaign.day'",
        "UPDATE points_lots SET earned = earned + 1, remaining = remaining + 1 WHERE rule = 'campaign.day'",
        "points_lots, by the campaigns",
    ),
}


async def test_how_a_member_stood_is_proved_and_what_that_brought(world: World, database_url: str) -> None:
    """R5, R25: of campaigns for some tiers, too, to the point."""
    await opened(world, club(ALL))
    anna = await grown(world, "anna", 0)
    world.now = THE_EIGHTH - HOUR
    for code in ("points-multiplier", "member-day-extra"):
        await grants(world, anna, code)
    world.now = THE_EIGHTH
    assert await earns(world) == 303, "151 and a half, doubled"
    ((kept, order),) = await run(database_url, "SELECT credited_by, external_id FROM facts")
    for what, (change, undo, named) in TAMPERED.items():
        await run(database_url, change)
        found = (await prove(world.database, now=world.now, programs=world.programs)).mismatches
        assert any(named in mismatch.what for mismatch in found), (what, found)
        await run(database_url, undo.format(kept=kept, order=order))
    await agrees(world)
