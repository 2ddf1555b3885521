"""Campaigns of a program's file, as operators meet them: paused, resumed and ended as their own are; codes that a file
has; and coupons that they open for newcomers."""

from datetime import datetime, timedelta
from typing import Any

from app.programs.rules import SPREAD
from app.prover import prove
from tests.coupons.shop import FILE, Shop
from tests.facts.explaining import all_explained
from tests.world import World, customer

from .files import planned
from .making import CREATE, OPERATOR, campaign, changes, compares, creates

MARCH = 'window = { kind = "ONE_OFF", starts = 2026-03-01T00:00:00, ends = 2026-03-02T00:00:00 }'
MINE = "{ me { campaigns { code isOpen } } program { campaigns { code } } }"
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
RECORD = """{ program(code: "taobao-club") { audit(first: 1) { nodes {
  action reason changes { what before after } } } } }"""


async def shown(world: World) -> tuple[bool, bool]:
    """Is it open for her, and is it told to anybody?"""
    found = await world.data(MINE, by=customer("anna"))
    mine = {each["code"] for each in found["me"]["campaigns"] if each["isOpen"]}
    return "march" in mine, "march" in {each["code"] for each in found["program"]["campaigns"]}


async def test_an_operator_pauses_resumes_and_ends_a_campaign_of_the_file(world: World) -> None:
    """R25: by when orders were paid, whenever they are reported, and whatever later files say of it; on record,
    explained, taken back and proved as one that an operator made."""
    await world.publishes(FILE + "\n" + planned("march", window=MARCH))
    member_id = await world.joins("anna")
    begun, marks = world.now, [world.now + SPREAD]
    refused = await changes(world, "resumeCampaign", "march")
    assert (refused["__typename"], refused["state"]) == ("CampaignStepNotPossible", "CREATED")
    steps = (("pauseCampaign", False), ("resumeCampaign", True), ("endCampaign", False))
    for number, (what, seen) in enumerate(steps, 1):
        world.now = begun + number * HOUR
        done = await changes(world, what, "march", reason="trying it out")
        assert (done["__typename"], done["effectiveFrom"]) == ("ChangeCampaignSuccess", world.now + SPREAD)
        world.now += SPREAD - SECOND
        assert await shown(world) == (not seen, not seen)
        world.now += SECOND
        assert await shown(world) == (seen, seen)
        marks.append(world.now)
    assert (await world.data(RECORD, by=OPERATOR))["program"]["audit"]["nodes"] == [{
        "action": "CAMPAIGN_ENDED", "reason": "trying it out",
        "changes": [{"what": "campaign", "before": "march", "after": "march"},
                    {"what": "state", "before": "RESUMED", "after": "ENDED"}],
    }]  # fmt: skip
    refused = await changes(world, "resumeCampaign", "march")
    assert (refused["__typename"], refused["state"]) == ("CampaignStepNotPossible", "ENDED")
    await world.publishes(
        FILE + "\n" + planned("march", window=MARCH) + planned("other", window=MARCH.replace("2026", "2030"))
    )
    world.now += HOUR
    assert await shown(world) == (False, False)  # it stays ended
    points = [
        (await world.orders("anna", "100", paid=at)).points for mark in marks[::-1] for at in (mark, mark - SECOND)
    ]
    assert points == [100, 200, 200, 100, 100, 200, 200, 200]  # ended; resumed; paused; and nothing was done to it
    found = await all_explained(world, member_id)
    assert sum(step["code"] == "CAMPAIGN" for each in found for step in each["steps"]) == 5
    proof = await prove(world.database, now=world.now, programs=world.programs)
    assert proof.holds, proof.mismatches


async def test_what_an_operator_ended_does_not_overlap_and_what_is_paused_does(world: World) -> None:
    """M20: nor does it open coupons to come: it stays ended, and what is paused may be resumed."""
    await world.publishes(FILE + "\n" + planned("march", window=MARCH, effects='points = "2", coupons = true'))
    await world.joins("anna")
    paused = await changes(world, "pauseCampaign", "march")
    assert paused["__typename"] == "ChangeCampaignSuccess"
    assert "march" in {each["code"] for each in (await compares(world, campaign()))["overlaps"]}
    await changes(world, "endCampaign", "march")
    assert "march" not in {each["code"] for each in (await compares(world, campaign()))["overlaps"]}


async def test_a_campaign_is_not_made_beside_a_file_that_the_server_does_not_know_yet(world: World) -> None:
    """R20: the file may have the code, and one of both would be dead. Nor
    is one of that file said not to be there."""
    held = world.programs
    await world.publishes(FILE + "\n" + planned("spring", window=MARCH))
    world.programs, newer = held, world.programs
    given: dict[str, Any] = {"idempotencyKey": "00000000-0000-4000-8000-00000000000a", "program": "taobao-club"}
    made = {**given, "campaign": campaign("spring"), "expectedChange": 0}
    paused = {**given, "campaign": "spring"}
    pause = "mutation ($input: ChangeCampaignInput!) { pauseCampaign(input: $input) { __typename } }"
    for document, asked in ((CREATE, made), (pause, paused)):
        found = (await world.ask(document, by=OPERATOR, input=asked)).errors or ()
        assert [(each.extensions or {})["code"] for each in found] == ["OVERLOADED"]
    world.programs = newer
    assert (await creates(world, campaign("spring"), expected=0))["code"] == "CAMPAIGN_CODE_TAKEN"
    done = (await world.data(pause, by=OPERATOR, input=paused))["pauseCampaign"]
    assert done["__typename"] == "ChangeCampaignSuccess"


async def test_a_newcomer_is_not_promised_what_they_will_not_have(world: World) -> None:
    """R2: whether a campaign is for who is a newcomer now is asked of when it is on. Tried: asked of now, its next time
    is told, and then refused."""
    shop = Shop(world)
    for code, days in (("soon", 2), ("late", 30)):
        window = f'window = {{ kind = "MONTHLY", day = {world.now.day + 2} }}'
        audience = f"audience = {{ joined_within_days = {days if code == 'late' else 1} }}"
        shop.templates.append(planned(code, audience, effects="coupons = true", window=window))
    for_soon = await shop.offers(needs_campaign="soon")
    for_late = await shop.offers(needs_campaign="late")
    await world.joins("anna", at=world.now - HOUR)
    told = {code: (await shop.claims("anna", code))["nextOpensAt"] for code in (for_soon, for_late)}
    assert told[for_soon] is None
    assert told[for_late] is not None
    world.now = datetime.fromisoformat(told[for_late])
    assert (await shop.claims("anna", for_late))["__typename"] == "ClaimCouponSuccess"
