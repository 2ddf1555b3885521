"""A brand's benefits by tier (S3): all of them seen by all, coupons of higher tiers, and what is had once a year."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.world import World

from .asking import House, opened
from .shopping import (
    benefits,
    claims,
    coupons,
    has,
    proves,
    redeems,
    releases,
    reserves,
    returns,
    state_of,
    taken_off,
    uses,
)

BRAND = "brand-standard"
PRICES = """{ program { tiers { code name benefits { code kind name parameters { percentOff } } } } }"""
BEGIN = datetime(2026, 11, 2, 4, tzinfo=UTC)


@pytest.fixture
async def house(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[House]:
    world.now = BEGIN
    async with opened(world, tmp_path, monkeypatch, BRAND) as server:
        yield server
        await proves(server)


async def test_everybody_sees_the_price_of_every_tier(house: House) -> None:
    """S3, M6, M14: also who is not signed in; a member sees their own, and what is missing to the next ones."""
    tiers = (await house.ask(PRICES, by=None))["program"]["tiers"]
    off = {
        tier["code"]: each["parameters"]["percentOff"]
        for tier in tiers
        for each in tier["benefits"]
        if each["kind"] == "MEMBER_PRICE"
    }
    assert off == {"v1": 1, "v2": 3, "v3": 5, "v4": 8}
    await house.joins("anna")
    held, locked = await benefits(house, "anna")
    assert {code: each["benefit"]["parameters"]["percentOff"] for code, each in held.items()} == {"member-price": 1}
    assert locked == {"exclusive-coupons": ("v2", 200), "birthday-gift": ("v3", 500), "dedicated-service": ("v4", 2000)}
    await house.orders("anna", 190, order="first")  # and 10 growth for an order of 100 yuan or more
    held, locked = await benefits(house, "anna")
    assert held["member-price"]["benefit"]["parameters"]["percentOff"] == 3
    assert locked == {"birthday-gift": ("v3", 300), "dedicated-service": ("v4", 1800)}


async def test_a_coupon_of_a_higher_tier_is_claimed_reserved_redeemed_and_given_back(house: House) -> None:
    """S3, M12, R32, R33: refused to who is below with what is missing; for one order at a time; never of use twice."""
    world = house.world
    await house.joins("anna")
    refused = await claims(house, "anna", "v3-20-off")
    assert (refused["code"], refused["tier"]["code"], refused["growthMissing"]) == ("TIER_TOO_LOW", "v3", 500)
    await house.orders("anna", 490, order="to V3")
    coupon = await has(house, "anna", "v3-20-off")
    assert (await claims(house, "anna", "v3-20-off"))["code"] == "LIMIT_REACHED"

    assert taken_off(await reserves(house, coupon, "small", "80.00", "20.00")) == "20.00"
    other = await reserves(house, coupon, "large", "1000.00")
    assert (other["why"], other["state"]) == ("RESERVED_FOR_ANOTHER", "RESERVED")
    assert state_of(await releases(house, coupon, "small")) == ("ReleaseCouponSuccess", "ISSUED")
    assert (await redeems(house, coupon, "small"))["why"] == "NOT_RESERVED"
    assert taken_off(await reserves(house, coupon, "large", "1000.00")) == "100.00"  # at most
    assert await coupons(house, "anna") == [("v3-20-off", "RESERVED")]
    assert state_of(await redeems(house, coupon, "large")) == ("RedeemCouponSuccess", "REDEEMED")
    assert (await releases(house, coupon, "large"))["why"] == "REDEEMED"
    world.now += timedelta(days=2)
    assert state_of(await returns(house, coupon, "large")) == ("ReturnCouponSuccess", "ISSUED")
    assert taken_off(await reserves(house, coupon, "late", "50.00")) == "10.00"
    world.now += timedelta(minutes=30)
    assert await coupons(house, "anna") == [("v3-20-off", "ISSUED")]  # nobody redeemed it in time
    assert taken_off(await reserves(house, coupon, "last", "50.00")) == "10.00"
    assert state_of(await redeems(house, coupon, "last")) == ("RedeemCouponSuccess", "REDEEMED")
    world.now += timedelta(days=20)
    assert state_of(await returns(house, coupon, "last")) == ("ReturnCouponSuccess", "EXPIRED")


async def test_a_gift_for_the_birthday_is_had_once_a_year(house: House) -> None:
    """S3, M14, R31: from V3 on, by the year of the shop; the same cause again is the same use."""
    world = house.world
    await house.joins("anna")
    assert (await uses(house, "anna", "birthday-gift", "2026"))["code"] == "BENEFIT_NOT_HELD"
    await house.orders("anna", 490, order="to V3")
    used = [await uses(house, "anna", "birthday-gift", cause) for cause in ("2026", "2026", "once more")]
    assert [each.get("replayed", each.get("code")) for each in used] == [False, True, "QUOTA_USED"]
    assert used[-1]["resetsAt"] == "2026-12-31T16:00:00+00:00"
    world.now = datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC)
    assert (await uses(house, "anna", "birthday-gift", "2027"))["code"] == "QUOTA_USED"
    world.now += timedelta(seconds=1)
    assert (await uses(house, "anna", "birthday-gift", "2027"))["replayed"] is False
