"""Coupons for the matrix of who may see and do what: members and systems that sell. What there is to see,
and what staff do, is in access_to_coupon_keeping."""

from typing import Any
from uuid import uuid4

from app.graph import Viewer
from tests.campaigns.making import has
from tests.coupons.shop import Shop
from tests.retries.asking import does
from tests.retries.keyed import coupons as kept
from tests.retries.keyed import key
from tests.world import World, customer, service

HERE = "taobao-club"
CART = '{ currency: "CNY", lines: [{ quantity: 1, amount: "100.00" }] }'
OF_ORDER = 'idempotencyKey: "%s", order: "order-1"'
OF_ANOTHER, OF_THIRD = (OF_ORDER.replace("order-1", order) for order in ("order-2", "order-3"))
MUTATIONS = {
    "claimCoupon": 'claimCoupon(input: {idempotencyKey: "%s", template: "for-sale"}) { __typename }',
    "redeemCouponCode": 'redeemCouponCode(input: {idempotencyKey: "%s", code: "none"}) { __typename }',
    "showCouponCode": 'showCouponCode(input: {idempotencyKey: "%s", coupon: "$coded_coupon"}) { __typename }',
    "reserveCoupon": f"""reserveCoupon(input: {{{OF_THIRD}, coupon: "$free_coupon", cart: {CART}}}) {{ __typename }}""",
    "redeemCoupon": f'redeemCoupon(input: {{{OF_ORDER}, coupon: "$reserved_coupon"}}) {{ __typename }}',
    "releaseCoupon": f'releaseCoupon(input: {{{OF_ORDER}, coupon: "$reserved_coupon"}}) {{ __typename }}',
    "returnCoupon": f'returnCoupon(input: {{{OF_ANOTHER}, coupon: "$spent_coupon"}}) {{ __typename }}',
}
SCOPES = dict.fromkeys(("reserveCoupon", "redeemCoupon", "releaseCoupon", "returnCoupon"), "coupons:write")
CLAIM, RESERVE = MUTATIONS["claimCoupon"], MUTATIONS["reserveCoupon"]
OTHERWISE: dict[str, dict[str, Any]] = {
    "CouponNotClaimable": {"ways": ["GRANT"]},
    "CouponOfferClosed": {"closesAt": "2020-01-01T00:00:00Z"},
    "CouponCampaignNotOn": {"campaign": "monthly"},
    "CouponsOutOfStock": {"stock": 1},
    "CouponBudgetUsed": {"budget": "10.00"},
    "CouponLimitReached": {"limit": {"times": 1}},
}
"""Templates of which anna cannot claim a coupon, or not another."""
ONCE = ("CouponsOutOfStock", "CouponBudgetUsed", "CouponLimitReached")
BY_MEMBERS = {
    "ClaimCouponSuccess": CLAIM,
    "RedeemCouponCodeSuccess": MUTATIONS["redeemCouponCode"].replace("none", "$code"),
    "CouponCodeNotValid": MUTATIONS["redeemCouponCode"],
    "ShowCouponCodeSuccess": MUTATIONS["showCouponCode"],
    **dict.fromkeys(OTHERWISE, CLAIM.replace("for-sale", "for-special")),
}
BY_SERVICES = {
    "ReserveCouponSuccess": RESERVE,
    "RedeemCouponSuccess": MUTATIONS["redeemCoupon"],
    "ReleaseCouponSuccess": MUTATIONS["releaseCoupon"],
    "ReturnCouponSuccess": MUTATIONS["returnCoupon"],
    "CouponStepNotPossible": MUTATIONS["returnCoupon"].replace("$spent_coupon", "$free_coupon"),
    "CouponNotUsable": RESERVE.replace('amount: "100.00"', 'amount: "0.00"'),
}
ANSWERS = {*BY_MEMBERS, *BY_SERVICES}


async def coupons_of_anna(world: World) -> dict[str, str]:
    """Coupons that she claimed: one that is reserved, one that is free, one that was used."""
    await kept.template(world, "sale")
    reserved, free, used = [await _claimed(world, "for-sale") for _ in range(3)]
    another = kept.ORDER | {"order": "order-2"}
    for coupon, order in ((reserved, kept.ORDER), (used, another)):
        asked = {"coupon": coupon, "cart": kept.CART, **order}
        await does(world, "reserveCoupon", by=service(HERE), idempotencyKey=key(), **asked)
    await does(world, "redeemCoupon", by=service(HERE), idempotencyKey=key(), coupon=used, **another)
    return {"reserved_coupon": reserved, "free_coupon": free, "spent_coupon": used}


async def _claimed(world: World, template: str) -> str:
    asked = {"idempotencyKey": key(), "template": template}
    return (await does(world, "claimCoupon", by=customer("anna"), **asked))["coupon"]["id"]


async def having(world: World, kind: str, ids: dict[str, str]) -> tuple[str, Viewer]:
    """A call that brings about a kind of answer, and who asks; `ids` are those of what Anna has."""
    anna = customer("anna")
    if kind in OTHERWISE:
        if kind == "CouponCampaignNotOn":
            await has(world, "monthly", window={"kind": "MONTHLY", "day": 9}, effects={"coupons": True})
        await kept.template(world, "special", **OTHERWISE[kind])
    if kind in ONCE:
        await _claimed(world, "for-special")
    if kind == "RedeemCouponCodeSuccess":
        (ids["code"],) = await Shop(world).codes("for-sale")
    return (BY_MEMBERS[kind] % uuid4(), anna) if kind in BY_MEMBERS else (BY_SERVICES[kind] % uuid4(), service(HERE))
