"""Campaigns that an operator makes, pauses, resumes and ends."""

from typing import Any

from tests.retries.asking import does
from tests.world import World

from .request import CLUB, OPERATOR, TEXTS, WHY, Request, key

CAMPAIGNS = """{ compareCampaign(program: "taobao-club", campaign: {code: "x", name: {zh: "x", en: "x"},
  window: {kind: MONTHLY, day: 8}, effects: {points: "2"}}) { newestChange } }"""


async def create(world: World, who: str, **said: Any) -> Request:
    newest = (await world.data(CAMPAIGNS, by=OPERATOR))["compareCampaign"]["newestChange"]
    made = {"code": f"for-{who}".lower()[:40], "name": TEXTS, "window": {"kind": "MONTHLY", "day": 9},
            "effects": {"growth": "2"}, **said}  # fmt: skip
    return Request(OPERATOR, {"program": CLUB, "campaign": made, "expectedChange": newest, "reason": WHY})


async def made(world: World, who: str) -> Request:
    """What is to be said of a campaign that there is by now."""
    request = await create(world, who)
    await does(world, "createCampaign", by=OPERATOR, idempotencyKey=key(), **request.input)
    return Request(OPERATOR, {"program": CLUB, "campaign": request.input["campaign"]["code"], "reason": WHY})


async def pause(world: World, who: str) -> Request:
    return await made(world, who)


async def resume(world: World, who: str) -> Request:
    request = await made(world, who)
    await does(world, "pauseCampaign", by=OPERATOR, idempotencyKey=key(), **request.input)
    return request


async def end(world: World, who: str) -> Request:
    return await made(world, who)
