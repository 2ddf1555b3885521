"""Campaigns for the matrix of who may see and do what."""

from uuid import uuid4

from tests.campaigns.making import has
from tests.world import World

HERE = "taobao-club"
CAMPAIGN = """{code: "%s", name: {zh: "x", en: "x"}, window: {kind: MONTHLY, day: 8}, effects: {points: "2"}}"""
COMPARE = f'compareCampaign(program: "{HERE}", campaign: {CAMPAIGN % "looked-at"})'
COMPARED = ["Query.compareCampaign"]
PUBLIC: dict[str, tuple[str, list[str]]] = {
    "Campaign": (f'program(code: "{HERE}") {{ campaigns', ["Query.program", "Program.campaigns"]),
}
STAFF_LIST: dict[str, tuple[str, list[str]]] = {
    "CampaignComparison": (COMPARE, COMPARED),
    "CampaignWindow": (COMPARE + " { windows", [*COMPARED, "CampaignComparison.windows"]),
    "CampaignOverlap": (COMPARE + " { overlaps", [*COMPARED, "CampaignComparison.overlaps"]),
    "CampaignEstimate": (COMPARE + " { wouldHaveBrought", [*COMPARED, "CampaignComparison.wouldHaveBrought"]),
}
CHANGE = '(input: {idempotencyKey: "%s", program: "taobao-club", campaign: "there"}) { __typename }'
CREATE = (
    f'createCampaign(input: {{idempotencyKey: "%s", program: "{HERE}", expectedChange: 1, '
    f"campaign: {CAMPAIGN.replace('%s', 'another')}}}) {{ __typename }}"
)
MUTATIONS = {
    "createCampaign": CREATE,
    "pauseCampaign": "pauseCampaign" + CHANGE,
    "resumeCampaign": "resumeCampaign" + CHANGE,
    "endCampaign": "endCampaign" + CHANGE,
}
ANSWERS = {
    "CreateCampaignSuccess": CREATE,
    "WrongCampaign": CREATE.replace("day: 8", "day: 88"),
    "CampaignCodeTaken": CREATE.replace('"another"', '"there"'),
    "NewerCampaigns": CREATE.replace("expectedChange: 1", "expectedChange: 0"),
    "ChangeCampaignSuccess": MUTATIONS["pauseCampaign"],
    "CampaignStepNotPossible": MUTATIONS["resumeCampaign"],
}


async def campaigns_here(world: World) -> None:
    """One that an operator made."""
    await has(world, "there", window={"kind": "MONTHLY", "day": 9})


async def changing(world: World, kind: str) -> str:
    """A call that brings about a kind of answer to an operator."""
    await campaigns_here(world)
    return ANSWERS[kind] % uuid4()
