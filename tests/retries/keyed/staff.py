"""Systems that sell for points, and staff who correct and publish."""

from app.definition import PRESETS
from tests.retries.asking import does
from tests.world import World

from .request import CLUB, DAY, OPERATOR, SHOP, SUPPORT, WHY, Request, key, named, rich


async def place(world: World, who: str) -> Request:
    await rich(world, who)
    return Request(SHOP, {"program": CLUB, "customer": {"subject": who}, "points": 70})


async def held(world: World, who: str) -> str:
    """A hold of somebody's points."""
    request = await place(world, who)
    return (await does(world, "placeHold", by=SHOP, idempotencyKey=key(), **request.input))["hold"]["id"]


async def capture(world: World, who: str) -> Request:
    return Request(SHOP, {"hold": await held(world, who)})


async def release(world: World, who: str) -> Request:
    return Request(SHOP, {"hold": await held(world, who)})


async def give_back(world: World, who: str) -> Request:
    hold = await held(world, who)
    await does(world, "captureHold", by=SHOP, idempotencyKey=key(), hold=hold)
    return Request(SHOP, {"hold": hold, "cancelledBy": "SHOP", "points": 20})


async def adjust(world: World, who: str) -> Request:
    return Request(SUPPORT, {"member": await named(world, who), "points": 15, "reason": WHY})


async def asked_for(world: World, who: str) -> str:
    """An adjustment that waits for a second person."""
    given = {"member": await named(world, who), "points": 5000, "reason": WHY}
    return (await does(world, "adjustPoints", by=SUPPORT, idempotencyKey=key(), **given))["adjustment"]["id"]


async def approve(world: World, who: str) -> Request:
    return Request(OPERATOR, {"adjustment": await asked_for(world, who)})


async def reject(world: World, who: str) -> Request:
    return Request(OPERATOR, {"adjustment": await asked_for(world, who), "reason": WHY})


async def set_tier(world: World, who: str) -> Request:
    until = (world.now + 9 * DAY).isoformat()
    return Request(SUPPORT, {"member": await named(world, who), "tier": "v5", "until": until, "reason": WHY})


async def end_tier(world: World, who: str) -> Request:
    request = await set_tier(world, who)
    await does(world, "setManualTier", by=SUPPORT, idempotencyKey=key(), **request.input)
    return Request(SUPPORT, {"member": request.input["member"], "reason": WHY})


async def publish(world: World, who: str) -> Request:
    file = (PRESETS / f"{CLUB}.toml").read_text("utf-8")
    return Request(OPERATOR, {"program": CLUB, "file": f"{file}\n# {who}\n".replace("quota = 3", "quota = 4"),
                              "expectedVersion": 1})  # fmt: skip
