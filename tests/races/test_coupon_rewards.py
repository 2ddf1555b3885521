"""A hundred who redeem points for coupons, or give them up, at once, over HTTP: of the template's stock and budget, as
it says. Each race fails without the lock or condition that decides it (R31, R35). Tried: every pair of `LOSSES`."""

from collections import Counter
from itertools import count
from typing import Any
from uuid import uuid4

import pytest

from app.errors import Refused
from tests.coupons.shop import Shop, balanced
from tests.rewards.mall import Mall
from tests.world import World

from .racing import CROWD, Mutant, Race, at_once, fails, without_member_lock
from .test_coupons import MONEY_CONDITION, STOCK_CONDITION

NUMBERS = count(1)
LAST = 10


def new(name: str) -> str:
    """A name that no race before had."""
    return f"bought-{name}-{next(NUMBERS)}"


def kinds(answers: list[Any]) -> Counter[str]:
    return Counter(answer["__typename"] for answer in answers)


async def buyers(mall: Mall, number: int) -> list[str]:
    subjects = [new("buyer") for _ in range(number)]
    await at_once(mall.has(subject, 100) for subject in subjects)
    return subjects


async def the_last_of_a_stock(world: World) -> None:
    """Exactly so many get one, and pay."""
    mall, shop = Mall(world), Shop(world)
    code = await shop.offers(new("coupon"), ways=["REWARD"], stock=LAST, buckets=4)
    subjects, reward = await buyers(mall, CROWD), await mall.offers(points=100, template=code)
    answers = await at_once(mall.redeems(subject, reward) for subject in subjects)
    assert kinds(answers) == {"RedeemRewardSuccess": LAST, "CouponsOutOfStock": CROWD - LAST}
    assert await shop.left(code) == (LAST, 0)
    await balanced(world)


async def the_last_of_a_budget_while_others_claim(world: World) -> None:
    """One budget, whichever way one comes by a coupon: as many as can be paid for, and no point is lost."""
    mall, shop = Mall(world), Shop(world)
    code = await shop.offers(new("coupon"), ways=["REWARD", "CLAIM"], budget=f"{LAST}5.00")
    subjects, reward = await buyers(mall, CROWD), await mall.offers(points=100, template=code)
    half = CROWD // 2
    answers = await at_once([
        *(mall.redeems(subject, reward) for subject in subjects[:half]),
        *(shop.claims(subject, code) for subject in subjects[half:]),
    ])  # fmt: skip
    found = kinds(answers)
    assert found["CouponBudgetUsed"] == CROWD - LAST
    assert found["RedeemRewardSuccess"] + found["ClaimCouponSuccess"] == LAST
    assert await shop.money(code) == (LAST * 1000 + 500, 500)
    await balanced(world)


async def it_is_given_up_or_used(world: World) -> None:
    """Either the points are back or the coupon is reserved for one order: never both."""
    mall, shop = Mall(world), Shop(world)
    code = await shop.offers(new("coupon"), ways=["REWARD"], stock=1)
    (subject,), reward = await buyers(mall, 1), await mall.offers(points=100, template=code)
    redemption = (await mall.redeems(subject, reward))["redemption"]
    orders = [shop.reserves(redemption["coupon"]["id"], f"order-{number}") for number in range(CROWD // 2)]
    cancels = [mall.cancels(subject, redemption["id"], key=uuid4()) for _ in range(CROWD // 2)]
    found = kinds(await at_once(each for pair in zip(orders, cancels, strict=True) for each in pair))
    assert found["ReserveCouponSuccess"] + found["CancelRedemptionSuccess"] == 1
    points = (await mall.mine(subject))["points"]["available"]
    assert points == (100 if found["CancelRedemptionSuccess"] else 0)
    await balanced(world)


async def it_is_refunded_while_its_order_is_cancelled(world: World) -> None:
    """It was used: whichever is first, the points are back and the coupon is not the member's any more (R7, R35)."""
    mall, shop = Mall(world), Shop(world)
    code = await shop.offers(new("coupon"), ways=["REWARD"], stock=1, budget="10.00")
    (subject,), reward = await buyers(mall, 1), await mall.offers(points=100, template=code)
    redemption = (await mall.redeems(subject, reward))["redemption"]
    coupon = redemption["coupon"]["id"]
    await shop.reserves(coupon)
    await shop.uses(coupon)
    returns = [shop.returns(coupon) for _ in range(CROWD // 2)]
    refunds = [_refunded(mall, redemption["id"]) for _ in range(CROWD // 2)]
    answers = await at_once(each for pair in zip(returns, refunds, strict=True) for each in pair)
    assert kinds(answers[::2])["ReturnCouponSuccess"] == 1
    assert sum(answers[1::2]) == 1
    found = await mall.mine(subject)
    assert found["points"]["available"] == 100
    assert found["redemptions"]["nodes"][0]["coupon"]["state"] == "REVOKED"
    assert (await shop.left(code), await shop.money(code)) == ((1, 1), (1000, 1000))
    await balanced(world)


async def _refunded(mall: Mall, redemption: str) -> bool:
    try:
        await mall.refunds(redemption)
    except Refused:
        return False
    return True


RACES: dict[Race, tuple[Mutant, ...]] = {
    the_last_of_a_stock: (STOCK_CONDITION,),
    the_last_of_a_budget_while_others_claim: (MONEY_CONDITION,),
    it_is_given_up_or_used: (without_member_lock,),
    it_is_refunded_while_its_order_is_cancelled: (without_member_lock,),
}
"""Each race, and what it cannot do without."""
LOSSES = [(race, mutant) for race, mutants in RACES.items() for mutant in mutants]


def name_of(function: Any) -> str:
    return function.__name__


@pytest.mark.parametrize("race", RACES, ids=name_of)
async def test_a_hundred_at_once(crowd: World, race: Race) -> None:
    await race(crowd)


@pytest.mark.parametrize(("race", "mutant"), LOSSES, ids=name_of)
async def test_without_its_lock_or_condition_it_goes_wrong(
    crowd: World, monkeypatch: pytest.MonkeyPatch, race: Race, mutant: Mutant
) -> None:
    """The races above can fail: each does without what decides it."""
    mutant(monkeypatch)
    assert await fails(race, crowd)
