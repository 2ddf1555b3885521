"""A member's benefits as S0 has them, through HTTP: seen, used by the shop, given by support (M14, S0)."""

import json
from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.world import EXAMPLES, World

from .asking import SHOP, House, opened

TEXT = (EXAMPLES / "operations" / "benefits.graphql").read_text("utf-8")
SENT: dict[str, Any] = json.loads((EXAMPLES / "operations" / "benefits.json").read_text("utf-8"))
SIX = ["exclusive-coupons", "priority-shipping", "dedicated-service", "member-day-extra", "trial-priority",
       "promotion-extras"]  # fmt: skip


@pytest.fixture
async def house(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[House]:
    async with opened(world, tmp_path, monkeypatch, "taobao-club") as opening:
        yield opening


async def page(house: House, who: str = "anna") -> Any:
    return (await house.ask(TEXT, by=who, operation="MyBenefits"))["me"]


async def uses(house: House, cause: str, benefit: str = "trial-priority", *, operation: str = "UseBenefit") -> Any:
    name = operation[0].lower() + operation[1:]
    sent = {"customer": {"subject": "anna"}, "benefit": benefit, "cause": {"id": cause}}
    variables: dict[str, Any] = {{"UseBenefit": "use", "GiveBackBenefit": "giveBack"}[operation]: sent}
    return (await house.ask(TEXT, by=SHOP, operation=operation, **variables))[name]


async def test_from_v4_on_there_are_six_and_the_shop_uses_them(house: House) -> None:
    """S0: all six are seen before they are had; V6 has more of one. What was undone may be used again."""
    await house.joins("anna")
    below = await page(house)
    assert below["benefits"] == []
    assert [(each["benefit"]["code"], each["tier"]["code"]) for each in below["lockedBenefits"]] == [
        (code, "v4") for code in SIX
    ]
    assert {each["growthMissing"] for each in below["lockedBenefits"]} == {8000}
    assert (await uses(house, "trial-1"))["code"] == "BENEFIT_NOT_HELD"

    await house.orders("anna", 8000, order="first")
    at_v4 = await page(house)
    assert [each["benefit"]["code"] for each in at_v4["benefits"]] == SIX
    assert at_v4["lockedBenefits"] == []
    for number in (1, 2):
        assert (await uses(house, f"trial-{number}"))["replayed"] is False
    assert (await uses(house, "trial-3"))["code"] == "QUOTA_USED"
    assert (await uses(house, "trial-1", operation="GiveBackBenefit"))["use"]["state"] == "GIVEN_BACK"
    assert (await uses(house, "trial-3"))["replayed"] is False
    assert [each["cause"] for each in (await page(house))["benefitUses"]["nodes"]] == ["trial-3", "trial-2", "trial-1"]

    await house.orders("anna", 42000, order="second")
    (trials,) = [each for each in (await page(house))["benefits"] if each["quota"]]
    assert (trials["quota"]["limit"], trials["quota"]["left"], trials["benefit"]["parameters"]["chances"]) == (4, 2, 3)


async def test_support_gives_one_for_a_while_and_takes_it_away(house: House) -> None:
    """M14: whatever the tier, with a reason; as all have it."""
    member = await house.joins("anna")
    until = (house.world.now + timedelta(days=30)).isoformat()
    sent = {**SENT["grant"], "idempotencyKey": str(uuid4()), "member": member, "until": until}
    given = (await house.ask(TEXT, by="sara", operation="GrantBenefit", grant=sent))["grantBenefit"]
    assert [(each["benefit"]["code"], each["source"]) for each in (await page(house))["benefits"]] == [
        ("dedicated-service", "STAFF")
    ]
    assert (await uses(house, "call-1", "dedicated-service"))["use"]["grantedBy"] == "STAFF"
    sent = {**SENT["revoke"], "idempotencyKey": str(uuid4()), "grant": given["grant"]["id"]}
    taken = (await house.ask(TEXT, by="sara", operation="RevokeBenefit", revoke=sent))["revokeBenefit"]
    assert taken["grant"]["revokedBy"] == {"subject": "sara"}
    assert (await page(house))["benefits"] == []


async def test_everybody_sees_all_that_there_are(house: House) -> None:
    """S3: who is not signed in, too."""
    program = (await house.ask(TEXT, by=None, operation="AllBenefits", program="taobao-club"))["program"]
    assert [each["code"] for each in program["benefits"]] == SIX
    assert [len(tier["benefits"]) for tier in program["tiers"]] == [0, 0, 0, 6, 6, 6]
