"""What members and the shop do with coupons and benefits, in the operations that are shown to people, over HTTP."""

import json
from typing import Any
from uuid import uuid4

from app.prover import prove
from tests.world import EXAMPLES

from .asking import SHOP, House

NAMES = ("benefits", "coupons", "coupon-orders")
TEXT = {name: (EXAMPLES / "operations" / f"{name}.graphql").read_text("utf-8") for name in NAMES}
CURRENCY = json.loads((EXAMPLES / "operations" / "coupons.json").read_text("utf-8"))["cart"]["currency"]


async def claims(house: House, who: str, template: str) -> Any:
    sent = {"idempotencyKey": str(uuid4()), "template": template}
    return (await house.ask(TEXT["coupons"], by=who, operation="ClaimCoupon", claim=sent))["claimCoupon"]


async def has(house: House, who: str, template: str) -> str:
    """The id of a coupon that they claim, which must go."""
    claimed = await claims(house, who, template)
    assert claimed["__typename"] == "ClaimCouponSuccess", claimed
    return claimed["coupon"]["id"]


async def claimable(house: House, who: str) -> dict[str, str | None]:
    """The code of why they cannot claim a coupon, or None, by the template's code."""
    found = await house.ask(TEXT["coupons"], by=who, operation="ClaimableCoupons")
    nodes = found["claimableCoupons"]["nodes"]
    return {each["code"]: each["forMe"]["whyNot"] and each["forMe"]["whyNot"]["code"] for each in nodes}


async def coupons(house: House, who: str, *states: str) -> list[tuple[str, str]]:
    """What they have of which template, and what it is by now."""
    found = await house.ask(TEXT["coupons"], by=who, operation="MyCoupons", states=list(states) or None)
    return [(each["template"]["code"], each["state"]) for each in found["me"]["coupons"]["nodes"]]


async def reserves(house: House, coupon: str, order: str, *amounts: str) -> Any:
    """For an order that has a line for each amount."""
    cart = {"currency": CURRENCY, "lines": [{"quantity": 1, "amount": each} for each in amounts]}
    sent = {"idempotencyKey": str(uuid4()), "coupon": coupon, "order": order, "cart": cart}
    asked = await house.ask(TEXT["coupon-orders"], by=SHOP, operation="ReserveCoupon", reserve=sent)
    return asked["reserveCoupon"]


async def redeems(house: House, coupon: str, order: str) -> Any:
    return await _step(house, "RedeemCoupon", "use", coupon, order)


async def releases(house: House, coupon: str, order: str) -> Any:
    return await _step(house, "ReleaseCoupon", "release", coupon, order)


async def returns(house: House, coupon: str, order: str) -> Any:
    return await _step(house, "ReturnCoupon", "return", coupon, order)


async def _step(house: House, operation: str, variable: str, coupon: str, order: str) -> Any:
    sent: dict[str, Any] = {variable: {"idempotencyKey": str(uuid4()), "coupon": coupon, "order": order}}
    (answer,) = (await house.ask(TEXT["coupon-orders"], by=SHOP, operation=operation, **sent)).values()
    return answer


def taken_off(reserved: Any) -> str:
    """What a reserved coupon takes off the order."""
    assert reserved["__typename"] == "ReserveCouponSuccess", reserved
    return reserved["reservation"]["discount"]["amount"]


def state_of(answer: Any) -> tuple[str, str]:
    """What answered, and what the coupon is now."""
    return answer["__typename"], answer["coupon"]["state"]


async def uses(house: House, who: str, benefit: str, cause: str) -> Any:
    """The shop uses a benefit for somebody."""
    sent = {"customer": {"subject": who}, "benefit": benefit, "cause": {"id": cause}}
    return (await house.ask(TEXT["benefits"], by=SHOP, operation="UseBenefit", use=sent))["useBenefit"]


async def gives_back(house: House, who: str, benefit: str, cause: str) -> Any:
    """What it was used for came to nothing."""
    sent = {"customer": {"subject": who}, "benefit": benefit, "cause": {"id": cause}}
    return (await house.ask(TEXT["benefits"], by=SHOP, operation="GiveBackBenefit", giveBack=sent))["giveBackBenefit"]


async def benefits(house: House, who: str) -> tuple[dict[str, Any], dict[str, tuple[str, int]]]:
    """What they have, by its code, and what they lack: from which tier on, and how much growth is missing."""
    me = (await house.ask(TEXT["benefits"], by=who, operation="MyBenefits"))["me"]
    held = {each["benefit"]["code"]: each for each in me["benefits"]}
    locked = {each["benefit"]["code"]: (each["tier"]["code"], each["growthMissing"]) for each in me["lockedBenefits"]}
    return held, locked


async def proves(house: House) -> None:
    """Everybody's books agree."""
    proof = await prove(house.world.database, now=house.world.now, programs=house.world.programs)
    assert proof.holds, [str(mismatch) for mismatch in (*proof.mismatches, *proof.coupons.mismatches)]
