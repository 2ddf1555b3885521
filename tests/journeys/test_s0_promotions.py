"""The Taobao member club (S0) in its promotions, on its member day, and what members from V4 on have: through HTTP."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.world import World

from .asking import House, opened
from .shopping import claimable, claims, coupons, has, proves, redeems, reserves, returns, state_of, taken_off

CLUB = "taobao-club"
MINUTE = timedelta(minutes=1)
BEGIN = datetime(2026, 3, 2, 4, tzinfo=UTC)
CAMPAIGNS = "{ me { campaigns { code isOpen } } }"
HISTORY = """{ me { pointHistory(first: 50) {
  nodes { kind rule ruleInWords pendingChange order { externalId } } } } }"""
SIMULATE = """{ simulateOrder(currency: "CNY", lines: [{quantity: 1, amount: "100.00"}]) {
  points rules { code words points } } }"""
YEAR = [
    ("a day like any other", datetime(2026, 3, 3, 4, tzinfo=UTC), 100, 100),
    ("member day", datetime(2026, 3, 8, 4, tzinfo=UTC), 150, 200),
    ("the second before 618", datetime(2026, 5, 31, 15, 59, 59, tzinfo=UTC), 100, 100),
    ("618 begins", datetime(2026, 5, 31, 16, tzinfo=UTC), 200, 250),
    ("member day within it", datetime(2026, 6, 8, 4, tzinfo=UTC), 200, 300),
    ("its last second", datetime(2026, 6, 20, 15, 59, 59, tzinfo=UTC), 200, 250),
    ("618 is over", datetime(2026, 6, 20, 16, tzinfo=UTC), 100, 100),
    ("double 11", datetime(2026, 11, 11, 12, tzinfo=UTC), 200, 250),
]
"""An order of 100 yuan, and the points that it brings somebody below V4 and somebody of V4 or above."""


@pytest.fixture
async def house(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[House]:
    world.now = BEGIN
    async with opened(world, tmp_path, monkeypatch, CLUB) as server:
        yield server
        await proves(server)


async def open_to(house: House, who: str) -> list[str]:
    """Codes of campaigns that are on for them, as their page shows it."""
    return [each["code"] for each in (await house.ask(CAMPAIGNS, by=who))["me"]["campaigns"] if each["isOpen"]]


async def test_points_are_double_in_promotions_and_more_on_the_member_day(house: House) -> None:
    """S0, M20, R2, R10, R25: by local days, half-open; of two at a time the higher priority applies, and the extras of
    V4 are added. It is told beforehand and in the history, and a refund takes it back."""
    world = house.world
    assert (await house.orders("vera", 8000, order="to V4"))["points"] == 8000
    told: dict[str, Any] = {}
    for why, world.now, below, above in YEAR:
        found = [(await house.orders(who, 100, order=f"{who}: {why}"))["points"] for who in ("anna", "vera")]
        assert found == [below, above], why
        if why == "member day within it":
            told = (await house.ask(SIMULATE, by="vera"))["simulateOrder"]
            assert await open_to(house, "anna") == ["promotion-618", "member-day"]
            assert set(await open_to(house, "vera")) == {
                "promotion-618", "member-day", "promotion-618-extra", "member-day-extra",
            }  # fmt: skip
    assert (told["points"], {each["code"]: each["points"] for each in told["rules"] if each["points"]}) == (300, {
        "order": 100, "campaign.promotion-618": 100, "campaign.promotion-618-extra": 50,
        "campaign.member-day-extra": 50,
    })  # fmt: skip

    order = "anna: 618 begins"
    shown = (await house.ask(HISTORY, by="anna"))["me"]["pointHistory"]["nodes"]
    assert [
        (each["rule"], each["ruleInWords"], each["pendingChange"])
        for each in shown
        if each["kind"] == "EARNED" and each["order"]["externalId"] == order
    ] == [("campaign.promotion-618", "Double points in 618", 100), ("order", "1 point for each yuan spent", 100)]
    taken_back: list[int] = []
    for amount in ("33.33", "66.67"):
        world.now += MINUTE
        taken_back.append((await house.refunds("anna", amount, order=order))["pointsTakenBack"])
    assert taken_back == [66, 134]


async def test_from_v4_on_there_are_exclusive_coupons(house: House) -> None:
    """S0, M12, R32: who is below sees them, and why not yet; whoever reaches V4 has two a month."""
    await house.joins("anna")
    assert await claimable(house, "anna") == {"welcome": None, "v4-exclusive": "TIER_TOO_LOW"}
    refused = await claims(house, "anna", "v4-exclusive")
    assert (refused["code"], refused["tier"]["code"], refused["growthMissing"]) == ("TIER_TOO_LOW", "v4", 8000)
    welcome = await has(house, "anna", "welcome")
    assert taken_off(await reserves(house, welcome, "first", "4.00", "3.00")) == "5.00"
    assert state_of(await redeems(house, welcome, "first")) == ("RedeemCouponSuccess", "REDEEMED")

    await house.orders("anna", 8000, order="to V4")
    assert await claimable(house, "anna") == {"welcome": "LIMIT_REACHED", "v4-exclusive": None}
    mine = [await has(house, "anna", "v4-exclusive") for _ in range(2)]
    third = await claims(house, "anna", "v4-exclusive")
    assert (third["code"], third["limit"], third["resetsAt"]) == ("LIMIT_REACHED", 2, "2026-03-31T16:00:00+00:00")
    too_little = await reserves(house, mine[0], "second", "60.00", "39.00")
    assert (too_little["misfit"], too_little["missing"]["amount"]) == ("BELOW_THRESHOLD", "1.00")
    assert taken_off(await reserves(house, mine[0], "second", "60.00", "40.00")) == "20.00"
    assert state_of(await redeems(house, mine[0], "second")) == ("RedeemCouponSuccess", "REDEEMED")
    assert state_of(await returns(house, mine[0], "second")) == ("ReturnCouponSuccess", "ISSUED")
    house.world.now = datetime(2026, 4, 1, 16, tzinfo=UTC)  # 30 days after the day of the claim are over
    assert await coupons(house, "anna") == [("v4-exclusive", "EXPIRED")] * 2 + [("welcome", "REDEEMED")]
    assert (await reserves(house, mine[1], "third", "100.00"))["why"] == "EXPIRED"
    await has(house, "anna", "v4-exclusive")
