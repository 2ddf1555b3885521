"""What operators are refused who make campaigns."""

from collections.abc import Sequence
from dataclasses import replace

from tests.retries.keyed import campaigns
from tests.world import World

from .case import Prepare, Refused


async def wrong_campaign(world: World) -> Refused:
    right = await campaigns.create(world, "anna")
    wrong = {**right.input["campaign"], "effects": {"growth": "1"}}
    return Refused("createCampaign", replace(right, input={**right.input, "campaign": wrong}), instead=right.input)


async def campaign_code_taken(world: World) -> Refused:
    await campaigns.made(world, "anna")
    free = await campaigns.create(world, "bella")
    taken = {**free.input["campaign"], "code": "for-anna"}
    return Refused("createCampaign", replace(free, input={**free.input, "campaign": taken}), instead=free.input)


async def newer_campaigns(world: World) -> Refused:
    await campaigns.made(world, "anna")
    right = await campaigns.create(world, "bella")
    return Refused("createCampaign", replace(right, input={**right.input, "expectedChange": 0}), instead=right.input)


async def campaign_step_not_possible(world: World) -> Refused:
    return Refused("resumeCampaign", await campaigns.made(world, "anna"))


REFUSED: Sequence[Prepare] = (wrong_campaign, campaign_code_taken, newer_campaigns, campaign_step_not_possible)
