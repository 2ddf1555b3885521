"""Joining, leaving, coming back: through the graph, as a customer's app would."""

from uuid import uuid4

import pytest

from app.errors import Refused
from app.facts.rules import Line, ReportedOrder
from app.members.rules import NotMember
from tests.world import NOON, World, customer

JOIN = """mutation Join($key: UUID!, $program: String, $name: String, $channel: String) {
  joinProgram(input: {idempotencyKey: $key, program: $program, displayName: $name, channel: $channel}) {
    __typename
    ... on JoinProgramSuccess { replayed member { id displayName channel status tier { code } points { available } } }
    ... on AlreadyMember { code message member { id } }
  }
}"""
LEAVE = """mutation Leave($key: UUID!, $program: String) {
  leaveProgram(input: {idempotencyKey: $key, program: $program}) {
    __typename
    ... on LeaveProgramSuccess { replayed member { id status } }
    ... on NotAMember { code message }
  }
}"""
ME = "query Me($program: String) { me(program: $program) { id growth points { pending } } }"


async def test_one_who_joins_has_the_base_tier_and_nothing_else(world: World) -> None:
    anna = customer("anna")
    assert (await world.data(ME, by=anna, program="brand-standard"))["me"] is None
    answer = (
        await world.data(JOIN, by=anna, key=str(uuid4()), program="brand-standard", name=" 小安 ", channel="app")
    )["joinProgram"]
    assert answer["__typename"] == "JoinProgramSuccess"
    member = answer["member"]
    assert (member["displayName"], member["channel"], member["status"]) == ("小安", "app", "ACTIVE")
    assert (member["tier"], member["points"]) == ({"code": "v1"}, {"available": 0})
    assert (await world.data(ME, by=anna, program="brand-standard"))["me"]["id"] == member["id"]
    assert (await world.data(ME, by=anna))["me"] is None


async def test_the_same_key_joins_once_and_another_key_is_told_so(world: World) -> None:
    """R36: the first outcome, marked as replayed; with a new key the rule says no."""
    anna, key = customer("anna"), str(uuid4())
    first = (await world.data(JOIN, by=anna, key=key))["joinProgram"]
    again = (await world.data(JOIN, by=anna, key=key))["joinProgram"]
    assert (first["replayed"], again["replayed"]) == (False, True)
    assert first["member"] == again["member"]
    other = (await world.data(JOIN, by=anna, key=str(uuid4())))["joinProgram"]
    assert (other["__typename"], other["code"]) == ("AlreadyMember", "ALREADY_A_MEMBER")
    assert other["member"]["id"] == first["member"]["id"]


async def test_a_refusal_is_kept_under_its_key(world: World) -> None:
    """R36: what was refused once is refused again under its key, even if it would be possible now."""
    anna, key = customer("anna"), str(uuid4())
    first = (await world.data(LEAVE, by=anna, key=key))["leaveProgram"]
    assert (first["__typename"], first["code"]) == ("NotAMember", "NOT_A_MEMBER")
    assert (await world.data(LEAVE, by=anna, key=key))["leaveProgram"] == first


async def test_the_same_key_with_other_input_is_refused(world: World) -> None:
    """R36."""
    anna, key = customer("anna"), str(uuid4())
    await world.data(JOIN, by=anna, key=key)
    result = await world.ask(JOIN, by=anna, key=key, name="Anna")
    assert result.errors is not None
    assert result.errors[0].extensions == {"code": "IDEMPOTENCY_KEY_REUSED"}


async def test_a_key_belongs_to_its_caller(world: World) -> None:
    """R36: another's key is another key."""
    key = str(uuid4())
    first = (await world.data(JOIN, by=customer("anna"), key=key))["joinProgram"]
    second = (await world.data(JOIN, by=customer("bella"), key=key))["joinProgram"]
    assert not second["replayed"]
    assert first["member"]["id"] != second["member"]["id"]


async def test_one_who_left_is_no_member_and_comes_back_to_what_they_had(world: World) -> None:
    anna = customer("anna")
    recorded = await world.orders("anna", "250", completed=NOON)
    left = (await world.data(LEAVE, by=anna, key=str(uuid4())))["leaveProgram"]
    assert left["member"]["status"] == "LEFT"
    assert (await world.data(ME, by=anna))["me"] is None
    back = (await world.data(JOIN, by=anna, key=str(uuid4())))["joinProgram"]
    assert (back["__typename"], back["member"]["id"]) == ("JoinProgramSuccess", left["member"]["id"])
    assert (await world.data(ME, by=anna))["me"]["growth"] == recorded.growth == 250


async def test_a_program_on_request_takes_no_facts_of_strangers(world: World) -> None:
    """Joining is the customer's own act there; nothing of the fact is kept."""
    order = ReportedOrder("shop", "o-1", NOON, None, [Line(1, 1000)])
    with pytest.raises(Refused) as refused:
        await world.reports("anna", order, program="brand-standard")
    assert refused.value.answer == NotMember("brand-standard")
    await world.joins("anna", program="brand-standard")
    assert (await world.reports("anna", order, program="brand-standard")).points == 10


async def test_one_who_left_is_not_made_a_member_by_a_fact(world: World) -> None:
    """Where joining is automatic, leaving still is final until they join again."""
    await world.orders("anna", "10")
    await world.data(LEAVE, by=customer("anna"), key=str(uuid4()))
    with pytest.raises(Refused) as refused:
        await world.orders("anna", "10")
    assert refused.value.answer == NotMember("taobao-club")


@pytest.mark.parametrize(
    ("name", "channel"), [("", None), (" ", None), ("x" * 31, None), ("a\nb", None), ("a\u200b", None), (None, "No!")]
)
async def test_a_name_or_channel_that_makes_no_sense_is_bad_input(
    world: World, name: str | None, channel: str | None
) -> None:
    result = await world.ask(JOIN, by=customer("anna"), key=str(uuid4()), name=name, channel=channel)
    assert result.errors is not None
    assert result.errors[0].extensions == {"code": "BAD_USER_INPUT"}
    assert (await world.data(ME, by=customer("anna")))["me"] is None


async def test_a_customer_is_one_member_in_each_program(world: World) -> None:
    ids = {await world.joins("anna", program=program) for program in ("taobao-club", "brand-standard")}
    assert len(ids) == 2


async def test_refusals_speak_the_language_asked_for(world: World) -> None:
    text = LEAVE
    english = await world.data(text, by=customer("anna"), language="en", key=str(uuid4()))
    chinese = await world.data(text, by=customer("anna"), language="zh", key=str(uuid4()))
    words = "Not a member of taobao-club. Join first; what happened before does not count."
    assert english["leaveProgram"]["message"] == words
    assert chinese["leaveProgram"]["message"] == "还不是 taobao-club 的会员，请先加入；此前发生的不计入。"
