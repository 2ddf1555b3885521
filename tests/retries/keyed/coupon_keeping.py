"""Coupons as staff keep them: templates, coupons for one and for many, codes."""

from typing import Any

from app.graph.ids import global_id
from tests.retries.asking import does
from tests.world import World

from .coupons import coupon, pool, template
from .request import CLUB, OPERATOR, TEXTS, WHY, Request, key


async def create(world: World, who: str) -> Request:
    terms: dict[str, Any] = {"code": f"by-{who}".lower()[:40], "kind": "CASH", "name": TEXTS, "amount": "10.00"}
    return Request(OPERATOR, {"program": CLUB, "validity": {"days": 9}, "stock": 5, **terms})


async def change(world: World, who: str) -> Request:
    made = await template(world, who)
    return Request(OPERATOR, {"template": made["id"], "limit": {"times": 3, "period": "DAY"}})


async def retire(world: World, who: str) -> Request:
    return Request(OPERATOR, {"template": (await template(world, who))["id"], "reason": WHY})


async def add_stock(world: World, who: str) -> Request:
    return Request(OPERATOR, {"template": (await template(world, who, stock=5))["id"], "pieces": 4})


async def add_budget(world: World, who: str) -> Request:
    return Request(OPERATOR, {"template": (await template(world, who, budget="90.00"))["id"], "amount": "5.00"})


async def issue(world: World, who: str) -> Request:
    member = global_id("member", await world.joins(who))
    return Request(OPERATOR, {"member": member, "template": (await template(world, who))["id"], "reason": WHY})


async def revoke(world: World, who: str) -> Request:
    return Request(OPERATOR, {"coupon": await coupon(world, who), "reason": WHY})


async def issue_many(world: World, who: str) -> Request:
    return Request(OPERATOR, {"template": (await template(world, who))["id"], "filter": {}, "reason": WHY})


async def make_codes(world: World, who: str) -> Request:
    return Request(OPERATOR, {"template": (await template(world, who))["id"], "count": 7, "reason": WHY})


async def add_partner_codes(world: World, who: str) -> Request:
    return Request(OPERATOR, {"template": (await pool(world, who))["id"], "codes": ["a-1", "a-2", "a-1"]})


async def read_codes(world: World, who: str) -> Request:
    job = await does(
        world, "createCouponCodes", by=OPERATOR, **(await make_codes(world, who)).input, idempotencyKey=key()
    )
    return Request(OPERATOR, {"job": job["job"]["id"], "reason": WHY})
