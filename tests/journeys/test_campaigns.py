"""A campaign as its operator and its members meet it: the examples' own operations, over HTTP."""

import json
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from app.programs.rules import SPREAD
from app.prover import prove
from tests.world import EXAMPLES, World

from .asking import House, opened

CLUB = "taobao-club"
TEXT = (EXAMPLES / "operations" / "campaigns.graphql").read_text("utf-8")
SENT = json.loads((EXAMPLES / "operations" / "campaigns.json").read_text("utf-8"))
SUNDAY = datetime(2026, 3, 1, 4, tzinfo=UTC)
"""Noon in Shanghai."""
HISTORY = "{ me { pointHistory(first: 2) { nodes { ruleInWords pendingChange } } } }"
MOST_TURNS = 5000


@pytest.fixture
async def house(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[House]:
    world.now = SUNDAY
    async with opened(world, tmp_path, monkeypatch, CLUB) as server:
        yield server


async def mine(house: House) -> dict[str, Any]:
    shown = (await house.ask(TEXT, by="anna", operation="MyCampaigns"))["me"]["campaigns"]
    return {each["code"]: each for each in shown}


async def known(house: House, *, is_there: bool) -> None:
    """Every server knows of it by when it is in force: this one has looked since."""
    house.world.now += SPREAD
    for _ in range(MOST_TURNS):
        if ("spring-weekends" in await mine(house)) == is_there:
            return
    raise AssertionError("the server did not look at what operators made")


async def does(house: House, what: str) -> Any:
    given = {**SENT["change"], "idempotencyKey": str(uuid4())}
    ((done),) = (await house.ask(TEXT, by="olga", operation=what, change=given)).values()
    return done["__typename"]


async def test_a_weekend_of_double_points_is_looked_at_made_paused_and_ended(house: House) -> None:
    """M20, M31, R25: compared first, told to members, named in the history, and proved."""
    world = house.world
    await house.joins("anna")
    compared = await house.ask(TEXT, by="olga", operation="CompareCampaign", campaign=SENT["campaign"])
    found = compared["compareCampaign"]
    assert (found["newestChange"], found["problems"], found["members"]) == (0, [], 0)  # she is V1
    assert {each["code"] for each in found["overlaps"]} == {"member-day", "member-day-extra"}
    created = (await house.ask(TEXT, by="olga", operation="CreateCampaign", create=SENT["create"]))["createCampaign"]
    assert created["campaign"] == "spring-weekends"
    await known(house, is_there=True)
    shown = (await mine(house))["spring-weekends"]
    assert (shown["isOpen"], shown["opensAt"], shown["closesAt"]) == (
        True, "2026-03-01T02:00:00+00:00", "2026-03-01T14:00:00+00:00"
    )  # fmt: skip
    assert shown["inWords"].startswith("Double points on spring weekends (every Saturday and Sunday, 10:00 to 22:00):")
    assert (await house.orders("anna", 100, order="o-1"))["points"] == 200
    entries = (await house.ask(HISTORY, by="anna"))["me"]["pointHistory"]["nodes"]
    assert [(each["ruleInWords"], each["pendingChange"]) for each in entries] == [
        ("Double points on spring weekends", 100), ("1 point for each yuan spent", 100),
    ]  # fmt: skip

    assert await does(house, "PauseCampaign") == "ChangeCampaignSuccess"
    await known(house, is_there=False)
    assert (await house.orders("anna", 100, order="o-2"))["points"] == 100
    assert await does(house, "ResumeCampaign") == "ChangeCampaignSuccess"
    await known(house, is_there=True)
    assert (await house.orders("anna", 100, order="o-3"))["points"] == 200
    assert await does(house, "EndCampaign") == "ChangeCampaignSuccess"
    await known(house, is_there=False)
    assert await does(house, "ResumeCampaign") == "CampaignStepNotPossible"
    await house.refunds("anna", 100, order="o-1")
    me = (await house.ask("{ me { points { pending } } }", by="anna"))["me"]
    assert me["points"]["pending"] == 100 + 200
    await world.looks()
    proof = await prove(world.database, now=world.now, programs=world.programs)
    assert proof.holds, proof.mismatches


async def test_promotions_and_member_days_of_the_club(house: House) -> None:
    """S0: double points in promotions; a member day, and more of both from V4 on."""
    world = house.world
    await house.orders("gold", 9000, order="first")
    for number, (day, of_anna, of_gold) in enumerate((
        (datetime(2026, 6, 8, 4, tzinfo=UTC), 200, 300),  # a member day in 618: the promotion, and at most three times
        (datetime(2026, 7, 8, 4, tzinfo=UTC), 150, 200),
        (datetime(2026, 11, 11, 4, tzinfo=UTC), 200, 250),
        (datetime(2026, 11, 12, 4, tzinfo=UTC), 100, 100),
    )):  # fmt: skip
        world.now = day
        told = (
            await house.orders("anna", 100, order=f"a-{number}"),
            await house.orders("gold", 100, order=f"g-{number}"),
        )
        assert (told[0]["points"], told[1]["points"]) == (of_anna, of_gold), day
    shown = await house.ask(TEXT, by=None, operation="CampaignsOfProgram", program=CLUB)
    coming = [(each["code"], each["opensAt"]) for each in shown["program"]["campaigns"][:2]]
    world.now += timedelta(seconds=1)
    assert coming == [("member-day", "2026-12-07T16:00:00+00:00"), ("member-day-extra", "2026-12-07T16:00:00+00:00")]
