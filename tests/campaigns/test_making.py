"""What operators do with campaigns: compared first, in force a moment later, on record, and never before its time."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.definition import PRESETS
from app.programs.rules import SPREAD
from tests.statements import Statements
from tests.world import World, customer

from .making import CLUB, OPERATOR, campaign, changes, compares, creates, has

MINE = "{ me { campaigns { code name inWords isOpen opensAt closesAt pointsMultiplier } } }"
SECOND = timedelta(seconds=1)


async def open_for_me(world: World, at: datetime | None = None) -> list[str]:
    world.now = at or world.now
    shown = (await world.data(MINE, by=customer("anna"), language="en"))["me"]["campaigns"]
    return [each["code"] for each in shown if each["isOpen"]]


async def test_a_campaign_is_in_force_a_moment_after_it_was_made_and_not_before(world: World) -> None:
    """R25: every process knows of it by then; what was paid before has nothing of it."""
    await world.joins("anna")
    begun = world.now
    made = await creates(world, campaign())
    assert made["effectiveFrom"] == begun + SPREAD
    await world.looks()
    assert await open_for_me(world, begun + SPREAD - SECOND) == []
    assert await open_for_me(world, begun + SPREAD) == ["spring"]
    before = await world.orders("anna", "100", paid=begun + SPREAD - SECOND)
    after = await world.orders("anna", "100", paid=begun + SPREAD)
    assert (before.points, after.points) == (100, 200)


async def test_paused_resumed_and_ended_it_counts_by_when_orders_were_paid(world: World) -> None:
    """R25: whenever they are reported, and whatever became of the campaign since."""
    await world.joins("anna")
    begun = world.now
    await has(world)
    marks = [begun + SPREAD]
    for number, what in enumerate(("pauseCampaign", "resumeCampaign", "endCampaign"), 1):
        world.now = begun + number * timedelta(hours=1)
        done = await changes(world, what, reason="trying it out")
        assert done["__typename"] == "ChangeCampaignSuccess"
        marks.append(done["effectiveFrom"])
    assert marks[1:] == [begun + number * timedelta(hours=1) + SPREAD for number in (1, 2, 3)]
    world.now = marks[-1]
    points = [
        (await world.orders("anna", "100", paid=at)).points for mark in marks[::-1] for at in (mark, mark - SECOND)
    ]
    assert points == [100, 200, 200, 100, 100, 200, 200, 100]  # ended; resumed; paused; made: after, and before


async def test_each_step_is_possible_only_where_it_makes_sense(world: World) -> None:
    """And the refusal says in which state the campaign is."""
    await has(world)
    steps = [("resumeCampaign", "CREATED"), ("pauseCampaign", None), ("pauseCampaign", "PAUSED"),
             ("resumeCampaign", None), ("resumeCampaign", "RESUMED"), ("pauseCampaign", None), ("endCampaign", None),
             ("resumeCampaign", "ENDED"), ("pauseCampaign", "ENDED"), ("endCampaign", "ENDED")]  # fmt: skip
    for what, refused_in in steps:
        done = await changes(world, what)
        assert done.get("state") == refused_in, (what, done)
        assert done["__typename"] == ("CampaignStepNotPossible" if refused_in else "ChangeCampaignSuccess")
    found = await world.ask(
        "mutation ($input: ChangeCampaignInput!) { pauseCampaign(input: $input) { __typename } }",
        by=OPERATOR,
        input={"idempotencyKey": "00000000-0000-4000-8000-000000000001", "program": CLUB, "campaign": "nothing"},
    )
    assert found.errors
    assert "no such campaign" in found.errors[0].message


async def test_who_did_what_to_a_campaign_is_on_record(world: World) -> None:
    await has(world)
    await changes(world, "pauseCampaign", reason="It costs too much")
    asked = """{ program(code: "taobao-club") { audit(first: 5) { nodes { action reason by { subject }
      changes { what before after } } } } }"""
    first, second = (await world.data(asked, by=OPERATOR))["program"]["audit"]["nodes"]
    assert (first["action"], first["reason"]) == ("CAMPAIGN_PAUSED", "It costs too much")
    assert first["by"]["subject"] == OPERATOR.subject
    assert first["changes"] == [
        {"what": "campaign", "before": "spring", "after": "spring"},
        {"what": "state", "before": "CREATED", "after": "PAUSED"},
    ]
    assert second["action"] == "CAMPAIGN_CREATED"


async def test_a_code_is_of_one_campaign_for_good(world: World) -> None:
    """R20: of an operator's or a file's, whatever became of it; ledgers know it by that."""
    await has(world)
    await changes(world, "endCampaign")
    for code in ("spring", "member-day"):
        refused = await creates(world, campaign(code))
        assert (refused["__typename"], refused["campaign"]) == ("CampaignCodeTaken", code)


async def test_a_file_cannot_have_the_code_of_a_campaign_that_an_operator_made(world: World) -> None:
    """R20: the other way round."""
    await has(world)
    text = (PRESETS / f"{CLUB}.toml").read_text("utf-8").replace('code = "double-11"', 'code = "spring"')
    asked = "query ($file: String!) { compareProgram(file: $file) { problems { key message } } }"
    found = await world.data(asked, by=OPERATOR, file=text)
    assert found["compareProgram"]["problems"] == [
        {
            "key": "campaigns.planned[1].code",
            "message": '"spring" is the code of a campaign that an operator made',
        }
    ]


async def test_what_was_compared_is_what_it_is_added_to(world: World) -> None:
    looked = (await compares(world, campaign("later")))["newestChange"]
    assert looked == 0
    await has(world)
    refused = await creates(world, campaign("later"), expected=looked)
    assert (refused["code"], refused["newestChange"]) == ("NEWER_CAMPAIGNS", 1)
    assert (await creates(world, campaign("later"), expected=1))["__typename"] == "CreateCampaignSuccess"


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ({"effects": {"points": "1"}}, "effects.points"),
        ({"effects": {}}, "effects"),
        ({"effects": {"benefits": ["nothing-like-it"]}}, "effects.benefits[0]"),
        ({"effects": {"benefitsOf": "v9"}}, "effects.benefits_of"),
        ({"audience": {"tiers": ["v4", "v9"]}}, "audience.tiers[1]"),
        ({"audience": {"joinedFrom": "2026-02-01", "joinedUntil": "2026-02-01"}}, "audience.joined_until"),
        ({"window": {"kind": "YEARLY", "first": "02-30", "last": "03-01"}}, "window.first"),
        ({"window": {"kind": "WEEKLY", "days": []}}, "window.days"),
        ({"window": {"kind": "MONTHLY"}}, "window.day"),
        ({"window": {"kind": "ONE_OFF", "starts": "2026-03-02T00:00", "ends": "2026-03-01T00:00"}}, "window.ends"),
        ({"window": {"kind": "ONE_OFF", "starts": "2026-03-01T00:00Z", "ends": "2026-03-02T00:00"}}, "window.starts"),
        ({"window": {"kind": "ONE_OFF", "starts": "2026-02-01T00:00", "ends": "2026-03-01T20:00"}}, "window.ends"),
        ({"audience": {"channels": ["app"]}, "effects": {"coupons": True}}, "audience.channels"),
        ({"audience": {"channels": ["app"]}, "effects": {"benefitsOf": "v2"}}, "audience.channels"),
        ({"audience": {"channels": ["app"]}, "effects": {"earlyAccessHours": 5}}, "audience.channels"),
        ({"code": "No"}, "code"),
        ({"priority": -1}, "priority"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_campaign_that_makes_no_sense_is_refused_by_the_key_that_is_wrong(
    world: World, said: dict[str, Any], key: str
) -> None:
    wrong = campaign(**said)
    compared = await compares(world, wrong)
    assert [each["key"] for each in compared["problems"]] == [key]
    assert compared["wouldHaveBrought"] is None
    refused = await creates(world, wrong, expected=0)
    assert (refused["code"], refused["problems"]) == ("WRONG_CAMPAIGN", compared["problems"])


async def test_a_comparison_tells_for_whom_it_is_and_when_and_what_it_would_have_brought(
    world: World, sql: Statements
) -> None:
    """Before it is made; the same number of statements however many members there are."""
    march = world.now
    for name, spent in (("anna", "9000"), ("bert", "100"), ("cleo", "200")):
        await world.joins(name, at=march - timedelta(days=100 if name == "cleo" else 20))
        await world.orders(name, spent, paid=march - timedelta(days=5), completed=march - timedelta(days=5))
    await has(world, "other", priority=5, window={"kind": "WEEKLY", "days": ["SUNDAY", "MONDAY"], "starts": "20:00"})
    wanted = campaign(
        "wanted",
        priority=1,
        window={"kind": "MONTHLY", "day": 8},
        audience={"tiers": ["v1"], "joinedWithinDays": 30},
        effects={"points": "1.5", "growth": "3"},
    )
    with sql:
        found = await compares(world, wanted)
    assert sql.count == 4
    assert found["problems"] == []
    assert found["members"] == 1  # anna is V4 by now, and cleo no newcomer
    assert [each["opensAt"] for each in found["windows"]] == [
        datetime(2026, month, 7, 16, tzinfo=UTC) for month in (3, 4, 5)
    ]
    overlaps = {each["code"]: (each["applies"], each["opensAt"]) for each in found["overlaps"]}
    assert overlaps == {
        "member-day": ("member-day", datetime(2026, 3, 7, 16, tzinfo=UTC)),
        "member-day-extra": (None, datetime(2026, 3, 7, 16, tzinfo=UTC)),
        "other": ("other", datetime(2026, 3, 8, 12, tzinfo=UTC)),
    }
    assert found["wouldHaveBrought"] == {"days": 30, "members": 3, "orders": 1, "points": 50, "growth": 200}
    assert "on day 8 of each month, for V1, for who joined less than 30 days before" in found["inWords"]
