"""Rewards: who redeems them, who sees to that, and who offers them."""

from typing import Any

from tests.retries.asking import does
from tests.world import World, customer

from .request import CLUB, OPERATOR, TEXTS, WHY, Request, key, rich


async def reward(world: World, who: str, kind: str = "GOODS", **more: Any) -> str:
    """A reward made for somebody; who pays for it is another matter."""
    terms = {"program": CLUB, "code": f"for-{who}".lower()[:40], "kind": kind, "name": TEXTS, "points": 100, **more}
    terms |= {"stock": 3} if kind == "GOODS" else {}
    made = (await does(world, "createReward", by=OPERATOR, idempotencyKey=key(), **terms))["reward"]["id"]
    if kind == "VOUCHER":
        codes = [f"{who}-CODE-{number}" for number in range(3)]
        await does(world, "addVoucherCodes", by=OPERATOR, idempotencyKey=key(), reward=made, codes=codes)
    return made


async def redeemed(world: World, who: str, kind: str = "GOODS", **more: Any) -> str:
    """What somebody has redeemed."""
    await rich(world, who)
    asked = {"program": CLUB, "reward": await reward(world, who, kind, **more)}
    done = await does(world, "redeemReward", by=customer(who), idempotencyKey=key(), **asked)
    return done["redemption"]["id"]


async def redeem(world: World, who: str) -> Request:
    await rich(world, who)
    return Request(customer(who), {"program": CLUB, "reward": await reward(world, who)})


async def cancel(world: World, who: str) -> Request:
    return Request(customer(who), {"program": CLUB, "redemption": await redeemed(world, who)})


async def show_code(world: World, who: str) -> Request:
    return Request(customer(who), {"program": CLUB, "redemption": await redeemed(world, who, "VOUCHER")})


async def confirm(world: World, who: str) -> Request:
    return Request(OPERATOR, {"redemption": await redeemed(world, who, isConfirmedByStaff=True)})


async def fulfil(world: World, who: str) -> Request:
    return Request(OPERATOR, {"redemption": await redeemed(world, who), "reference": "SF-1"})


async def refund(world: World, who: str) -> Request:
    return Request(OPERATOR, {"redemption": await redeemed(world, who), "reason": WHY, "restock": True})


async def create_reward(world: World, who: str) -> Request:
    terms = {"program": CLUB, "code": f"by-{who}".lower()[:40], "kind": "GOODS", "name": TEXTS, "points": 9, "stock": 5}
    return Request(OPERATOR, terms)


async def change_reward(world: World, who: str) -> Request:
    return Request(OPERATOR, {"reward": await reward(world, who), "points": 50})


async def retire_reward(world: World, who: str) -> Request:
    return Request(OPERATOR, {"reward": await reward(world, who), "reason": WHY})


async def add_stock(world: World, who: str) -> Request:
    return Request(OPERATOR, {"reward": await reward(world, who), "pieces": 4})


async def add_codes(world: World, who: str) -> Request:
    given = [f"{who}-MORE-{number}" for number in range(3)]
    return Request(OPERATOR, {"reward": await reward(world, who, "VOUCHER"), "codes": given})
