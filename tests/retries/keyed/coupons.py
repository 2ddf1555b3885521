"""Coupons: who claims them, and the order system that uses them."""

from typing import Any

from tests.coupons.shop import Shop
from tests.retries.asking import does
from tests.world import World, customer

from .request import CLUB, DAY, OPERATOR, SHOP, TEXTS, Request, key

ORDER = {"order": "order-1"}
CART = {"currency": "CNY", "lines": [{"quantity": 1, "amount": "100.00"}]}
WAYS = ["CLAIM", "CODE", "GRANT", "REWARD", "GIFT"]


async def template(world: World, who: str, **more: Any) -> Any:
    """A coupon template made for somebody, which is in force since long: its code and its id."""
    terms: dict[str, Any] = {"program": CLUB, "code": f"for-{who}".lower()[:40], "kind": "CASH", "name": TEXTS,
                             "amount": "10.00", "validity": {"days": 30}, "ways": WAYS, **more}  # fmt: skip
    now, world.now = world.now, world.now - DAY
    made = await does(world, "createCouponTemplate", by=OPERATOR, idempotencyKey=key(), **terms)
    world.now = now
    await world.looks()
    return made["template"]


async def coupon(world: World, who: str, **more: Any) -> str:
    """A coupon that somebody has."""
    await world.joins(who)
    claim = {"program": CLUB, "template": (await template(world, who, **more))["code"]}
    done = await does(world, "claimCoupon", by=customer(who), idempotencyKey=key(), **claim)
    return done["coupon"]["id"]


async def reserved(world: World, who: str, **more: Any) -> str:
    """One that is set aside for an order."""
    asked = {"coupon": await coupon(world, who, **more), "cart": CART, **ORDER}
    await does(world, "reserveCoupon", by=SHOP, idempotencyKey=key(), **asked)
    return asked["coupon"]  # pyright: ignore[reportReturnType]


async def used(world: World, who: str) -> str:
    """One that was used for that order."""
    of = await reserved(world, who)
    await does(world, "redeemCoupon", by=SHOP, idempotencyKey=key(), coupon=of, **ORDER)
    return of


async def claim(world: World, who: str) -> Request:
    await world.joins(who)
    return Request(customer(who), {"program": CLUB, "template": (await template(world, who, stock=5))["code"]})


async def redeem_code(world: World, who: str) -> Request:
    await world.joins(who)
    (code,) = await Shop(world).codes((await template(world, who))["code"])
    return Request(customer(who), {"program": CLUB, "code": code})


POOL = {"name": TEXTS, "text": TEXTS, "codes": True}


async def pool(world: World, who: str) -> Any:
    """A template of a partner's, of which each coupon has a code; there are none yet."""
    return await template(world, who, kind="PARTNER", amount=None, partner=POOL)


async def show_code(world: World, who: str) -> Request:
    await world.joins(who)
    made = await pool(world, who)
    await does(world, "addPartnerCodes", by=OPERATOR, idempotencyKey=key(), template=made["id"], codes=["x", "y"])
    claim = {"program": CLUB, "template": made["code"]}
    done = await does(world, "claimCoupon", by=customer(who), idempotencyKey=key(), **claim)
    return Request(customer(who), {"program": CLUB, "coupon": done["coupon"]["id"]})


async def reserve(world: World, who: str) -> Request:
    return Request(SHOP, {"coupon": await coupon(world, who), "cart": CART, **ORDER})


async def redeem(world: World, who: str) -> Request:
    return Request(SHOP, {"coupon": await reserved(world, who), **ORDER})


async def release(world: World, who: str) -> Request:
    return Request(SHOP, {"coupon": await reserved(world, who), **ORDER})


async def give_back(world: World, who: str) -> Request:
    return Request(SHOP, {"coupon": await used(world, who), **ORDER})
