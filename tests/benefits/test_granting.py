"""Staff give members benefits for some time, and take them away again: with a reason, on record (M14)."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from app.benefits.section import BenefitKind
from app.graph import Role
from app.graph.ids import global_id
from tests.world import World, customer, staff

from .club import CLUB, DAY, GRANTED, OLGA, SARA, WHY, club, grants, grown, held, offered, opened, revokes, uses

SERVICE = offered("service", BenefitKind.DEDICATED_SERVICE, "within_minutes = 5", 'times = 2, period = "YEAR"')
COUPONS = offered("coupons", BenefitKind.EXCLUSIVE_COUPONS, 'templates = ["gold-only"]')
FEW = club(SERVICE + COUPONS, gold='["coupons"]')
AUDIT = """query ($id: ID!) { member(id: $id) { audit { nodes { action reason role about by { subject } } } } }"""
GRANTS = f"""{{ me(program: "{CLUB}") {{
  benefitGrants {{ totalCount nodes {{ revokedAt benefit {{ code }} }} }} }} }}"""


async def test_what_staff_give_is_had_and_what_they_take_is_not(world: World) -> None:
    """What was used stays used; each is on record with who and why."""
    await opened(world, FEW)
    anna = await grown(world, "anna", 0)
    given = await grants(world, anna, "service")
    assert (given["grant"]["benefit"]["code"], given["grant"]["reason"]) == ("service", WHY)
    assert (given["grant"]["grantedBy"]["subject"], given["grant"]["revokedBy"]) == (SARA.subject, None)
    assert (await held(world))["service"]["source"] == "STAFF"
    await uses(world, "anna", "service", "call-1")

    taken = await revokes(world, given["grant"]["id"], by=OLGA)
    assert (taken["grant"]["revokedAt"], taken["grant"]["revokedBy"]["subject"]) == (world.now, OLGA.subject)
    assert await held(world) == {}
    assert (await uses(world, "anna", "service", "call-2"))["code"] == "BENEFIT_NOT_HELD"
    assert (await uses(world, "anna", "service", "call-1"))["use"]["state"] == "USED"

    nodes = (await world.data(AUDIT, by=OLGA, id=anna))["member"]["audit"]["nodes"]
    about = {each.pop("about") for each in nodes}
    assert about == {given["grant"]["id"]}
    assert nodes == [
        {"action": "BENEFIT_REVOKED", "reason": WHY, "role": "OPERATOR", "by": {"subject": OLGA.subject}},
        {"action": "BENEFIT_GRANTED", "reason": WHY, "role": "SUPPORT", "by": {"subject": SARA.subject}},
    ]
    page = (await world.data(GRANTS, by=customer("anna")))["me"]["benefitGrants"]
    assert (page["totalCount"], page["nodes"][0]["revokedAt"]) == (1, world.now)


async def test_two_grants_are_had_until_the_last_ends_and_share_the_quota(world: World) -> None:
    """R31: nobody has more of it by being given it twice."""
    await opened(world, FEW)
    anna = await grown(world, "anna", 0)
    await grants(world, anna, "service", until=2 * DAY)
    await grants(world, anna, "service", until=5 * DAY)
    for _ in range(2):
        await uses(world, "anna", "service")
    assert (await uses(world, "anna", "service"))["code"] == "QUOTA_USED"
    world.now += 3 * DAY
    assert (await held(world))["service"]["quota"]["left"] == 0


async def test_what_is_over_is_not_taken_away(world: World) -> None:
    """Once: by another, or by time."""
    await opened(world, FEW)
    anna = await grown(world, "anna", 0)
    first, second = [(await grants(world, anna, "service"))["grant"]["id"] for _ in range(2)]
    await revokes(world, first)
    assert (await revokes(world, first))["code"] == "BENEFIT_GRANT_OVER"
    world.now += 9 * DAY
    assert (await revokes(world, second))["code"] == "BENEFIT_GRANT_OVER"


async def test_nobody_does_it_for_themselves(world: World) -> None:
    await opened(world, FEW)
    mine = await grown(world, SARA.subject, 0)
    assert (await grants(world, mine, "service"))["code"] == "OWN_BENEFIT"
    given = await grants(world, mine, "service", by=OLGA)
    assert (await revokes(world, given["grant"]["id"]))["code"] == "OWN_BENEFIT"


WRONG: dict[str, dict[str, Any]] = {
    "a benefit that there is not": {"benefit": "services"},
    "until now": {"until": "2026-03-01T12:00:00Z"},
    "until no year that can be written": {"until": "9999-12-31T23:59:59-12:00"},
    "a member that there is not": {"member": global_id("member", uuid4())},
    "what is no member": {"member": "order_x"},
    "for no reason": {"reason": "  "},
}


@pytest.mark.parametrize("case", WRONG)
async def test_what_cannot_be_given_is_an_error(world: World, case: str) -> None:
    await opened(world, FEW)
    anna = await grown(world, "anna", 0)
    until = (world.now + DAY).isoformat()
    given = {"idempotencyKey": str(uuid4()), "member": anna, "benefit": "service", "until": until, "reason": WHY}
    result = await world.ask(GRANTED, by=SARA, input={**given, **WRONG[case]})
    assert [(error.extensions or {})["code"] for error in result.errors or ()] == ["BAD_USER_INPUT"]
    assert await held(world) == {}


async def test_staff_of_another_program_find_nothing(world: World) -> None:
    """R43."""
    await opened(world, FEW)
    anna = await grown(world, "anna", 0)
    grant = (await grants(world, anna, "service"))["grant"]["id"]
    stranger = staff(Role.OPERATOR, "taobao-club")
    document = """mutation ($input: RevokeBenefitInput!) { revokeBenefit(input: $input) { __typename } }"""
    texts: list[str] = []
    for named in (grant, global_id("benefitGrant", uuid4(), uuid4())):
        given = {"idempotencyKey": str(uuid4()), "grant": named, "reason": WHY}
        result = await world.ask(document, by=stranger, input=given)
        texts += [error.message for error in result.errors or ()]
    assert len(texts) == 2
    assert texts[0] == texts[1]
    assert (await held(world))["service"]["until"] - world.now == timedelta(days=9)
