"""Rewards that are coupons, over HTTP: bought for points, as their template has it, and given up before use (R31, R35).

Tried: without the template's limit, stock or budget in `redeemable`; an issue without its cause; cancelling without
looking at the coupon; a refund that restocks nothing or leaves the coupon; `coupons` left out of the prover's claims.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from app.coupons.section import Way
from app.errors import BadInput
from app.graph import Role
from app.prover import prove
from app.rewards.rules.offering import Said
from tests.coupons.shop import Shop
from tests.databases import run
from tests.statements import Statements
from tests.world import World, customer, staff

from .mall import DAY, Mall, balanced, pair, reward_named

REWARD = ["REWARD"]
SHOWN = """query ($id: ID!) { reward(id: $id) { kind left coupon { code name left }
  forMe { isRedeemable whyNot { __typename code } availableAt } } }"""
LIST = """query { rewards(first: 20) { nodes { id coupon { code } forMe { price whyNot { code } } } } }"""
CREATE = """mutation ($input: CreateRewardInput!) { createReward(input: $input) { __typename
  ... on CreateRewardSuccess { reward { id kind coupon { code } } } ... on Refusal { code } } }"""


@dataclass
class Both:
    """The mall, and the coupons of the same program."""

    mall: Mall
    shop: Shop

    async def sells(self, *, points: int = 100, more: dict[str, Any] | None = None, **said: Any) -> tuple[UUID, str]:
        """A reward that is a coupon of a new template: their ids."""
        code = await self.shop.offers(None, **{"ways": REWARD} | said)
        return await self.mall.offers(points=points, template=code, **more or {}), code

    async def why_not(self, subject: str, reward: UUID) -> str | None:
        """What the list says; the purchase says the same, or goes."""
        found = (await self.mall.world.data(SHOWN, by=customer(subject), id=reward_named(reward)))["reward"]["forMe"]
        assert found["isRedeemable"] is (found["whyNot"] is None)
        return found["whyNot"] and found["whyNot"]["__typename"]


@pytest.fixture
async def both(world: World) -> Both:
    return Both(Mall(world), Shop(world))


async def test_points_buy_a_coupon_that_can_be_used_at_once(both: Both) -> None:
    """R31, R35: the template's stock and budget, points, the redemption and the coupon, in one."""
    mall, shop = both.mall, both.shop
    await mall.has("anna", 150)
    reward, code = await both.sells(stock=3, budget="100.00")
    answer = await mall.redeems("anna", reward)
    redemption = answer["redemption"]
    assert (redemption["state"], redemption["isCancelable"]) == ("FULFILLED", True)
    assert redemption["endedAt"] == redemption["redeemedAt"]
    steps = [(step["toState"], step["actor"]) for step in redemption["history"]]
    assert steps == [("PENDING", "MEMBER"), ("CONFIRMED", "PROGRAM"), ("FULFILLED", "PROGRAM")]
    assert answer["member"]["points"] == {"available": 50}
    coupon = redemption["coupon"]
    assert (coupon["state"], coupon["template"]["code"]) == ("ISSUED", code)
    assert [each["id"] for each in (await shop.mine("anna"))["nodes"]] == [coupon["id"]]
    assert (await shop.left(code), await shop.money(code)) == ((3, 2), (10000, 9000))
    assert (await shop.reserves(coupon["id"]))["__typename"] == "ReserveCouponSuccess"
    await balanced(mall.world)


async def test_the_same_wish_again_is_the_same_coupon(both: Both) -> None:
    """R36."""
    mall = both.mall
    await mall.has("anna", 300)
    reward, code = await both.sells(stock=3)
    key = UUID(int=7)
    first, again = [await mall.redeems("anna", reward, key=key) for _ in range(2)]
    assert again["replayed"]
    assert again["redemption"] == first["redemption"]
    assert await both.shop.left(code) == (3, 2)


SOLD_OUT = [
    ({"stock": 1}, "CouponsOutOfStock"),
    ({"budget": "15.00"}, "CouponBudgetUsed"),
    ({"limit": {"times": 1, "period": "MONTH"}}, "CouponLimitReached"),
]


@pytest.mark.parametrize(("terms", "why"), SOLD_OUT)
async def test_the_template_decides_too_in_the_list_and_in_the_purchase(
    both: Both, terms: dict[str, Any], why: str
) -> None:
    """R31, R35: stock, budget and limit of the template, as declared; refused with nothing moved."""
    mall = both.mall
    await mall.has("anna", 500)
    reward, code = await both.sells(**terms)
    assert await both.why_not("anna", reward) is None
    await mall.redeemed("anna", reward)
    assert await both.why_not("anna", reward) == why
    answer = await mall.redeems("anna", reward)
    assert answer["__typename"] == why
    left = await both.shop.left(code), await both.shop.money(code)
    assert left == (((1, 0) if "stock" in terms else None), ((1500, 500) if "budget" in terms else None))
    assert (await mall.mine("anna"))["points"] == {"available": 400}
    await balanced(mall.world)


async def test_a_tier_and_a_window_of_the_template_hold_for_who_pays(both: Both) -> None:
    """R2, R16: who buys a coupon comes by it themselves."""
    mall, world = both.mall, both.mall.world
    await mall.has("anna", 500)
    high, _ = await both.sells(tiers_from="v4")
    assert await both.why_not("anna", high) == "TierTooLow"
    assert (await mall.redeems("anna", high))["code"] == "TIER_TOO_LOW"
    soon, code = await both.sells(opens_at=date(2026, 3, 3), closes_at=date(2026, 3, 6))
    assert await both.why_not("anna", soon) == "NotYetOpen"
    assert (await mall.redeems("anna", soon))["code"] == "NOT_YET_OPEN"
    world.now += 3 * DAY
    assert await both.why_not("anna", soon) is None
    world.now += 2 * DAY
    assert await both.why_not("anna", soon) == "CouponOfferClosed"
    assert (await mall.redeems("anna", soon))["code"] == "COUPON_OFFER_CLOSED"
    both.shop.templates = [each for each in both.shop.templates if f'code = "{code}"' not in each]
    await both.shop.publishes()
    assert await both.why_not("anna", soon) == "CouponOfferClosed"


async def test_a_coupon_that_is_not_used_is_given_up_for_the_points(both: Both) -> None:
    """R7, R35: coupon, stock, budget and points go back; and once."""
    mall, shop = both.mall, both.shop
    await mall.has("anna", 100)
    reward, code = await both.sells(stock=1, budget="10.00", limit={"times": 1, "period": "MONTH"})
    redemption = await mall.redeemed("anna", reward)
    answer = await mall.cancels("anna", redemption)
    assert answer["__typename"] == "CancelRedemptionSuccess"
    assert (answer["redemption"]["state"], answer["redemption"]["isCancelable"]) == ("CANCELED", False)
    assert answer["redemption"]["coupon"]["state"] == "REVOKED"
    assert answer["member"]["points"] == {"available": 100}
    assert (await shop.left(code), await shop.money(code)) == ((1, 1), (1000, 1000))
    again = await mall.cancels("anna", redemption)
    assert (again["code"], again["why"]) == ("REDEMPTION_STEP_NOT_POSSIBLE", "GIVEN_BACK")
    await mall.redeemed("anna", reward)  # nor does it count towards the limit
    await balanced(mall.world)


async def test_what_cannot_be_given_up_says_why(both: Both) -> None:
    """R35: reserved, used, expired, taken back: each is refused, and the points stay where they are."""
    mall, shop, world = both.mall, both.shop, both.mall.world
    await mall.has("anna", 500)
    reward, _ = await both.sells(stock=9)
    reserved, used, revoked, expired = [await mall.redeems("anna", reward) for _ in range(4)]
    coupons = [each["redemption"]["coupon"]["id"] for each in (reserved, used, revoked, expired)]
    await shop.reserves(coupons[0], "order-0")
    await shop.reserves(coupons[1], "order-1")
    await shop.uses(coupons[1], "order-1")
    await shop.revokes(coupons[2])

    async def why(answer: Any) -> tuple[str, bool]:
        redemption = answer["redemption"]["id"]
        refused = await mall.cancels("anna", redemption)
        assert refused["message"]
        return refused["why"], refused["redemption"]["isCancelable"]

    assert await why(reserved) == ("COUPON_RESERVED", False)
    assert await why(used) == ("COUPON_USED", False)
    assert await why(revoked) == ("COUPON_REVOKED", False)
    await shop.releases(coupons[0], "order-0")
    assert (await mall.cancels("anna", reserved["redemption"]["id"]))["__typename"] == "CancelRedemptionSuccess"
    world.now += 40 * DAY
    assert await why(expired) == ("COUPON_EXPIRED", False)
    assert (await mall.mine("anna"))["points"] == {"available": 200}
    await balanced(world)


async def test_staff_take_it_back_whatever_became_of_it(both: Both) -> None:
    """R35: what is unused is revoked, also while it is reserved; what was used stays used. Points go back."""
    mall, shop = both.mall, both.shop
    await mall.has("anna", 300)
    reward, code = await both.sells(stock=9)
    plain, reserved, used = [(await mall.redeems("anna", reward))["redemption"] for _ in range(3)]
    await shop.reserves(reserved["coupon"]["id"], "order-0")
    await shop.reserves(used["coupon"]["id"], "order-1")
    await shop.uses(used["coupon"]["id"], "order-1")
    for each in (plain, reserved, used):
        await mall.refunds(each["id"])
    found = await mall.mine("anna")
    assert found["points"] == {"available": 300}
    states = [(each["state"], each["coupon"]["state"]) for each in found["redemptions"]["nodes"]]
    assert states == [("REFUNDED", "REDEEMED"), ("REFUNDED", "REVOKED"), ("REFUNDED", "REVOKED")]
    assert await shop.left(code) == (9, 8)
    await balanced(mall.world)


async def test_an_operator_makes_one_of_a_template_that_is_given_for_points(both: Both) -> None:
    """What makes no sense is told: no template, one that there is not, one for claiming, a stock, staff who confirm."""
    world, shop = both.mall.world, both.shop
    code, claimed = await shop.offers(ways=REWARD), await shop.offers()
    operator = staff(Role.OPERATOR, "taobao-club")
    cup: dict[str, Any] = {"code": "ten-off", "kind": "COUPON", "name": {"zh": "红包", "en": "Ten off"}, "points": 5}

    async def creates(**more: Any) -> Any:
        key = str(UUID(int=len(more) + hash(str(more)) % 10**9))
        return await world.ask(CREATE, by=operator, input=cup | {"idempotencyKey": key} | more)

    wrong = [{}, {"template": "nothing"}, {"template": claimed}, {"template": code, "stock": 3},
             {"template": code, "isConfirmedByStaff": True}, {"template": code, "kind": "GOODS"}]  # fmt: skip
    for more in wrong:
        errors: list[Any] = list((await creates(**more)).errors or ())
        assert [(error.extensions or {})["code"] for error in errors] == ["BAD_USER_INPUT"], more
    answered = (await creates(template=code)).data
    assert answered is not None
    assert answered["createReward"]["reward"]["coupon"] == {"code": code}
    reward = await both.mall.offers(template=code)
    with pytest.raises(BadInput):
        await both.mall.says(reward, Said(is_confirmed_by_staff=True))


async def test_a_list_of_many_costs_what_a_list_of_one_does(both: Both, sql: Statements) -> None:
    """However many of the rewards are coupons."""
    mall = both.mall
    await mall.has("anna", 100)
    counts: list[int] = []
    for number in (1, 8):
        for _ in range(number):
            await both.sells(stock=2, budget="50.00", limit={"times": 1, "period": "DAY"})
        with sql:
            await mall.world.data(LIST, by=customer("anna"))
        counts.append(sql.count)
    assert counts[0] == counts[1], sql.texts


ASTRAY = {
    "UPDATE coupons SET cause_id = gen_random_uuid()": "coupons of the redemption: its cause and template",
    "UPDATE redemptions SET coupon_id = NULL": "redemptions.coupon_id: there is one",
    "UPDATE redemptions SET state = 'REFUNDED'": "coupons of what was given back: ended (R35)",
}


@pytest.mark.parametrize("change", ASTRAY)
async def test_the_prover_names_what_is_astray(both: Both, change: str) -> None:
    """R5, R35."""
    mall, world = both.mall, both.mall.world
    await mall.has("anna", 100)
    reward, _ = await both.sells()
    await mall.redeemed("anna", reward)
    await run(world.database.settings.url, change)
    proof = await prove(world.database, now=world.now, programs=world.programs)
    assert any(mismatch.what.startswith(ASTRAY[change]) for mismatch in proof.mismatches)


async def test_a_coupon_is_never_issued_twice_for_a_redemption(both: Both) -> None:
    """R5: whoever asks once more gets the same."""
    mall, world = both.mall, both.mall.world
    member_id = await mall.has("anna", 100)
    reward, code = await both.sells()
    _, redemption_id = pair(await mall.redeemed("anna", reward))
    again = await both.shop.gives(member_id, code, way=Way.REWARD, cause_id=redemption_id, rule=code)
    ((coupon_id,),) = await run(world.database.settings.url, "SELECT id FROM coupons")
    assert again == coupon_id
