"""What an operator does with campaigns, for tests."""

from typing import Any
from uuid import uuid4

from app.graph import Role
from tests.world import World, staff

CLUB = "taobao-club"
OPERATOR = staff(Role.OPERATOR, CLUB)
WHOLE_DAY = {"kind": "ONE_OFF", "starts": "2026-03-01T00:00", "ends": "2026-03-02T00:00"}
COMPARE = """query ($campaign: CampaignInput!, $days: Int! = 30) { compareCampaign(program: "taobao-club", campaign:
  $campaign, days: $days) { newestChange problems { key message } inWords members windows { opensAt closesAt }
  overlaps { code opensAt closesAt applies } wouldHaveBrought { days members orders points growth } } }"""
CREATE = """mutation ($input: CreateCampaignInput!) { createCampaign(input: $input) { __typename
  ... on CreateCampaignSuccess { campaign effectiveFrom replayed } ... on Refusal { code message }
  ... on WrongCampaign { problems { key message } } ... on NewerCampaigns { newestChange }
  ... on CampaignCodeTaken { campaign } } }"""
CHANGE = """mutation ($input: ChangeCampaignInput!) { %s(input: $input) { __typename
  ... on ChangeCampaignSuccess { campaign effectiveFrom replayed } ... on Refusal { code }
  ... on CampaignStepNotPossible { campaign state } } }"""


def campaign(code: str = "spring", **said: Any) -> dict[str, Any]:
    """Double points on the first of March, if nothing else is said."""
    name = {"zh": f"活动 {code}", "en": f"Campaign {code}"}
    return {"code": code, "name": name, "window": WHOLE_DAY, "effects": {"points": "2"}, **said}


async def compares(world: World, made: dict[str, Any], **more: Any) -> dict[str, Any]:
    return (await world.data(COMPARE, by=OPERATOR, campaign=made, **more))["compareCampaign"]


async def creates(
    world: World, made: dict[str, Any], *, expected: int | None = None, key: str | None = None
) -> dict[str, Any]:
    """After a comparison, if it is not said what was looked at."""
    newest = (await compares(world, made))["newestChange"] if expected is None else expected
    given = {"idempotencyKey": key or str(uuid4()), "program": CLUB, "campaign": made, "expectedChange": newest}
    return (await world.data(CREATE, by=OPERATOR, input=given))["createCampaign"]


async def has(world: World, code: str = "spring", **said: Any) -> None:
    """A campaign that every process knows of."""
    made = await creates(world, campaign(code, **said))
    assert made["__typename"] == "CreateCampaignSuccess", made
    await world.looks()


async def has_one_to_come(world: World, code: str) -> None:
    """A campaign that opens coupons, and is not on before many years from now."""
    window = {"kind": "ONE_OFF", "starts": "2040-01-01T00:00", "ends": "2040-01-02T00:00"}
    await has(world, code, window=window, effects={"coupons": True})


async def changes(world: World, what: str, code: str = "spring", **more: Any) -> dict[str, Any]:
    given = {"idempotencyKey": str(uuid4()), "program": CLUB, "campaign": code, **more}
    done = (await world.data(CHANGE % what, by=OPERATOR, input=given))[what]
    await world.looks()
    return done
