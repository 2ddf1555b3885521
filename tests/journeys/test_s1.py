"""A merchant's program (S1) as its members meet it: tiers, points, prices, coupons, and what another brand gives."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.definition import PRESETS, programs_to_hold
from app.jobs import settle_tiers
from tests.facts.reacting import react
from tests.world import World

from .asking import House, opened
from .shopping import (
    benefits,
    claimable,
    claims,
    coupons,
    gives_back,
    has,
    proves,
    redeems,
    reserves,
    returns,
    state_of,
    taken_off,
    uses,
)

MERCHANT = "tmall-merchant"
BEGIN = datetime(2026, 3, 30, 4, tzinfo=UTC)
ME = "{ me { tier { code name } growth points { available pending } tierProgress { atRisk } } }"


@pytest.fixture
async def house(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[House]:
    world.now = BEGIN
    await world.publishes((PRESETS / f"{MERCHANT}.toml").read_text("utf-8"))
    async with opened(world, tmp_path, monkeypatch, MERCHANT) as server:
        yield server
        await proves(server)


async def me(house: House) -> Any:
    return (await house.ask(ME, by="anna"))["me"]


def said(held: dict[str, Any]) -> dict[str, Any]:
    """Of each benefit what matters: percent off, within how many hours, what is given or by whom."""
    names = ("percentOff", "withinHours", "multiplier", "gift", "brand")
    found = {code: [each["benefit"]["parameters"][name] for name in names] for code, each in held.items()}
    return {code: next((value for value in values if value is not None), None) for code, values in found.items()}


async def test_tiers_points_and_what_each_tier_has(house: House) -> None:
    """S1, M5, M11, M14: thresholds, points rules, member price, birthday gift, after-sales priority, joint benefit."""
    await house.joins("anna")
    held, locked = await benefits(house, "anna")
    assert said(held) == {"member-price": 2, "birthday-gift": "A box of samples"}
    assert locked == {"exclusive-coupons": ("v2", 500), "after-sales": ("v2", 500), "more-points": ("v3", 2000),
                      "joint-brand": ("v3", 2000)}  # fmt: skip
    assert [(await house.did("anna", "REVIEW", id=str(n)))["points"] for n in range(6)] == [10] * 5 + [0]
    assert (await house.orders("anna", 500, order="first"))["points"] == 500
    assert said((await benefits(house, "anna"))[0])["after-sales"] == 24

    house.world.now += timedelta(days=8)
    await house.orders("anna", 1400, order="second")
    up = await me(house)
    assert (up["tier"]["code"], up["growth"], up["points"]) == (
        "v2", 60 + 500 + 1400, {"available": 50 + 500, "pending": 1400},
    )  # fmt: skip
    assert (await house.orders("anna", 40, order="third"))["points"] == 40
    assert (await me(house))["points"] == {"available": 50 + 500 + 200, "pending": 1440}  # V3, and its gift
    assert (await house.orders("anna", 100, order="fourth"))["points"] == 120
    await house.orders("anna", 6000, order="fifth")
    assert (await house.orders("anna", 100, order="sixth"))["points"] == 150
    held, locked = await benefits(house, "anna")
    assert (said(held), locked) == ({
        "member-price": 8, "birthday-gift": "A box of full sizes", "exclusive-coupons": None, "after-sales": 2,
        "more-points": "1.50", "joint-brand": "Corner Coffee",
    }, {})  # fmt: skip


async def test_exclusive_coupons_and_those_of_another_brand(house: House) -> None:
    """S1, M12: refused to who is below, had by who has climbed; the other brand's is used without a cart."""
    await house.joins("anna")
    assert await claimable(house, "anna") == {
        "member-10-off": None, "advanced-30-off": "TIER_TOO_LOW", "joint-coffee": "TIER_TOO_LOW",
    }  # fmt: skip
    refused = await claims(house, "anna", "advanced-30-off")
    assert (refused["tier"]["name"], refused["growthMissing"]) == ("Advanced", 500)
    ten = await has(house, "anna", "member-10-off")
    await house.orders("anna", 2000, order="to VIP")
    thirty, coffee = await has(house, "anna", "advanced-30-off"), await has(house, "anna", "joint-coffee")
    assert (await reserves(house, thirty, "second", "198.99"))["missing"]["amount"] == "0.01"
    assert taken_off(await reserves(house, thirty, "second", "150.00", "49.00")) == "30.00"
    assert state_of(await redeems(house, thirty, "second")) == ("RedeemCouponSuccess", "REDEEMED")
    assert taken_off(await reserves(house, coffee, "at the corner")) == "0.00"
    assert state_of(await redeems(house, coffee, "at the corner")) == ("RedeemCouponSuccess", "REDEEMED")
    assert (await returns(house, ten, "second"))["why"] == "NOT_REDEEMED"
    house.world.now = datetime(2026, 4, 29, 15, 59, 59, tzinfo=UTC)
    assert (await coupons(house, "anna"))[-1] == ("member-10-off", "ISSUED")
    house.world.now += timedelta(seconds=1)
    assert (await coupons(house, "anna"))[-1] == ("member-10-off", "EXPIRED")
    assert (await claimable(house, "anna"))["joint-coffee"] is None  # another month


async def test_reaching_vip_brings_a_coupon_that_a_refund_takes_back(house: House) -> None:
    """S1, M12, R15, R16: each upper tier's once, with the points; unused, it goes with the growth that brought it."""
    await house.joins("anna")
    await house.orders("anna", 2000, order="to VIP")
    await react(house.world)
    assert await coupons(house, "anna") == [("vip-gift", "ISSUED")]
    await house.orders("anna", 6000, order="to the top")
    await react(house.world)
    assert await coupons(house, "anna") == [("vip-gift", "ISSUED")] * 2
    await house.refunds("anna", 6000, order="to the top")
    await react(house.world)
    assert await coupons(house, "anna") == [("vip-gift", "REVOKED"), ("vip-gift", "ISSUED")]
    assert (await me(house))["tier"]["code"] == "v3"


async def test_the_joint_benefit_is_had_once_a_month(house: House) -> None:
    """S1, M14, R31: by the local month; a cup that was not made gives it back, and is another's."""
    await house.joins("anna")
    refused = await uses(house, "anna", "joint-brand", "cup-1")
    assert (refused["code"], refused["tier"]["code"]) == ("BENEFIT_NOT_HELD", "v3")
    await house.orders("anna", 2000, order="to VIP")
    first = await uses(house, "anna", "joint-brand", "cup-1")
    assert first["use"]["benefit"]["name"] == "Joint benefit"
    second = await uses(house, "anna", "joint-brand", "cup-2")
    assert (second["code"], second["limit"], second["resetsAt"]) == ("QUOTA_USED", 1, "2026-03-31T16:00:00+00:00")
    assert (await gives_back(house, "anna", "joint-brand", "cup-1"))["use"]["state"] == "GIVEN_BACK"
    assert (await uses(house, "anna", "joint-brand", "cup-2"))["replayed"] is False
    assert (await uses(house, "anna", "joint-brand", "cup-3"))["code"] == "QUOTA_USED"
    house.world.now = datetime(2026, 3, 31, 16, tzinfo=UTC)
    assert (await uses(house, "anna", "joint-brand", "cup-3"))["replayed"] is False
    held, _ = await benefits(house, "anna")
    assert held["joint-brand"]["quota"] == {
        "limit": 1, "period": "MONTH", "used": 1, "left": 0, "resetsAt": "2026-04-30T16:00:00+00:00",
    }  # fmt: skip


async def test_who_stays_away_is_lowered_by_one_step(house: House) -> None:
    """R17, R18: growth counts for 24 months, and renews a tier once meanwhile; then there is a notice of 60 days and a
    grace of 30, and whoever was VIP is Advanced."""
    world, held = house.world, programs_to_hold()
    await house.joins("anna")
    await house.orders("anna", 2000, order="to VIP")
    end = datetime(2028, 3, 30, 4, tzinfo=UTC)
    found: list[tuple[str, bool]] = []
    for days in (-366, -61, -60, 29, 30):
        world.now = end + timedelta(days=days)
        await settle_tiers(world.database, now=world.now, held=held)
        shown = await me(house)
        found.append((shown["tier"]["code"], shown["tierProgress"]["atRisk"]))
    assert found == [("v3", False), ("v3", False), ("v3", True), ("v3", True), ("v2", False)]
