"""A second person of staff decides about what one may not do alone: once, and not about their own."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.graph import Role, Viewer
from app.graph.ids import global_id, split
from tests.world import NOON, World, customer, service

from .correcting import (
    ADA,
    APPROVE,
    BRAND,
    CLUB,
    OLGA,
    OTTO,
    REJECT,
    SAM,
    SARA,
    WHY,
    adjust,
    approve,
    as_id,
    available,
    codes,
    look,
    person,
    proved,
    reject,
    waiting,
)

DECIDE = {"approve": APPROVE, "reject": REJECT}
DECIDERS = {"approve": approve, "reject": reject}


async def test_what_an_operator_agrees_to_is_done_then(world: World) -> None:
    anna = await world.joins("anna")
    asked = await waiting(world, anna, 5000)
    world.now += timedelta(days=2)
    answer = await approve(world, asked)
    assert answer["__typename"] == "ApproveAdjustmentSuccess"
    assert answer["member"]["points"]["available"] == 5000
    decided = answer["adjustment"]
    assert (decided["id"], decided["state"], decided["reason"]) == (asked, "APPLIED", WHY)
    assert (decided["askedBy"]["subject"], decided["decidedBy"]["subject"]) == ("sara", "olga")
    assert decided["decidedAt"] == world.now
    assert decided["decisionReason"] is None
    (entry,) = (await look(world, anna))["pointHistory"]["nodes"]
    assert (entry["kind"], entry["change"], entry["adjustment"]["id"]) == ("ADJUSTED", 5000, asked)
    await proved(world)


async def test_what_an_operator_turns_down_moves_nothing(world: World) -> None:
    anna = await world.joins("anna")
    answer = await reject(world, await waiting(world, anna, 5000), reason="Not ours.")
    assert answer["__typename"] == "RejectAdjustmentSuccess"
    rejected = answer["adjustment"]
    assert (rejected["state"], rejected["reason"], rejected["decisionReason"]) == ("REJECTED", WHY, "Not ours.")
    assert rejected["decidedBy"]["subject"] == "olga"
    assert answer["member"]["points"]["available"] == 0
    assert (await look(world, anna))["pointHistory"]["nodes"] == []
    await proved(world)


@pytest.mark.parametrize("decide", DECIDERS)
@pytest.mark.parametrize("asker", [OLGA, person("olga")], ids=["as operator", "as support"])
async def test_nobody_decides_about_what_they_asked_for(world: World, decide: str, asker: Viewer) -> None:
    """Whatever role they asked in. It goes on waiting for somebody else."""
    asked = await waiting(world, await world.joins("anna"), 5000, by=asker)
    answer = await DECIDERS[decide](world, asked, by=OLGA)
    assert answer == {
        "__typename": "OwnAdjustment",
        "code": "OWN_ADJUSTMENT",
        "message": "You asked for this adjustment, or it is of your own points. Somebody else has to decide.",
        "adjustment": {"state": "WAITING"},
    }
    assert (await DECIDERS[decide](world, asked, by=OTTO))["__typename"].endswith("Success")
    await proved(world)


@pytest.mark.parametrize("decide", DECIDERS)
async def test_nobody_decides_about_their_own_points(world: World, decide: str) -> None:
    """Olga is a member, too."""
    asked = await waiting(world, await world.joins("olga"), 5000)
    assert (await DECIDERS[decide](world, asked, by=OLGA))["__typename"] == "OwnAdjustment"
    assert (await DECIDERS[decide](world, asked, by=OTTO))["__typename"].endswith("Success")


async def test_the_same_name_of_another_issuer_is_another_person(world: World) -> None:
    asked = await waiting(world, await world.joins("anna"), 5000, by=OLGA)
    other = Viewer(Role.OPERATOR, "https://other.example", "olga", programs=frozenset((CLUB,)))
    assert (await approve(world, asked, by=other))["__typename"] == "ApproveAdjustmentSuccess"


@pytest.mark.parametrize(("first", "state"), [("approve", "APPLIED"), ("reject", "REJECTED")])
@pytest.mark.parametrize("second", DECIDERS)
async def test_it_is_decided_once(world: World, first: str, state: str, second: str) -> None:
    anna = await world.joins("anna")
    asked = await waiting(world, anna, 5000)
    await DECIDERS[first](world, asked)
    for by in (OLGA, OTTO):
        answer = await DECIDERS[second](world, asked, by=by)
        assert (answer["__typename"], answer["code"], answer["state"]) == (
            "AdjustmentDecided",
            "ADJUSTMENT_DECIDED",
            state,
        )
    assert await available(world, anna) == (5000 if first == "approve" else 0)
    await proved(world)


@pytest.mark.parametrize("decide", DECIDERS)
async def test_what_was_done_alone_is_not_to_be_decided(world: World, decide: str) -> None:
    anna = await world.joins("anna")
    done = (await adjust(world, anna, 5))["adjustment"]["id"]
    assert (await DECIDERS[decide](world, done))["state"] == "APPLIED"
    assert await available(world, anna) == 5


async def test_what_is_not_there_any_more_is_not_taken_and_goes_on_waiting(world: World) -> None:
    """R8: the balance counts when it is agreed to."""
    order = await world.orders("anna", "2000", paid=NOON - timedelta(days=9), completed=NOON - timedelta(days=8))
    asked = await waiting(world, order.member_id, -1500)
    await adjust(world, order.member_id, -501, by=SAM)
    answer = await approve(world, asked)
    assert (answer["__typename"], answer["required"], answer["available"]) == ("NotEnoughPoints", 1500, 1499)
    assert (await look(world, order.member_id))["pointAdjustments"]["nodes"][-1]["state"] == "WAITING"
    await adjust(world, order.member_id, 1, by=SAM)
    assert (await approve(world, asked))["member"]["points"]["available"] == 0
    await proved(world)


async def test_what_was_due_is_settled_before(world: World) -> None:
    """R2: by when it is agreed to, the points have lapsed."""
    order = await world.orders("anna", "2000", paid=NOON - timedelta(days=9), completed=NOON - timedelta(days=8))
    asked = await waiting(world, order.member_id, -1500)
    world.now += timedelta(days=400)
    assert (await approve(world, asked))["available"] == 0
    await reject(world, asked)
    await proved(world)


@pytest.mark.parametrize("decide", DECIDERS)
async def test_a_retry_is_told_what_came_of_the_first(world: World, decide: str) -> None:
    """R36."""
    anna, key = await world.joins("anna"), uuid4()
    asked = await waiting(world, anna, 5000)
    first = await DECIDERS[decide](world, asked, key=key)
    assert await DECIDERS[decide](world, asked, key=key) == {**first, "replayed": True}
    assert await available(world, anna) == (5000 if decide == "approve" else 0)


async def test_a_refusal_stays_one_under_its_key_and_another_key_asks_anew(world: World) -> None:
    """R36: there were not enough points when it was asked first; by the retry there are."""
    order = await world.orders("anna", "2000", paid=NOON - timedelta(days=9), completed=NOON - timedelta(days=8))
    asked, key = await waiting(world, order.member_id, -1500), uuid4()
    await adjust(world, order.member_id, -501, by=SAM)
    assert (await approve(world, asked, key=key))["__typename"] == "NotEnoughPoints"
    await adjust(world, order.member_id, 501, by=OTTO)
    assert (await approve(world, asked, key=key))["__typename"] == "NotEnoughPoints"
    assert (await approve(world, asked))["__typename"] == "ApproveAdjustmentSuccess"


async def test_a_key_is_for_one_adjustment_and_one_decision(world: World) -> None:
    """R36."""
    anna, key = await world.joins("anna"), uuid4()
    one, other = await waiting(world, anna, 5000), await waiting(world, anna, 6000)
    await approve(world, one, key=key)
    assert await codes(world, APPROVE, by=OLGA, key=str(key), adjustment=other) == ["IDEMPOTENCY_KEY_REUSED"]
    given: dict[str, Any] = {"key": str(key), "adjustment": one, "reason": WHY}
    assert await codes(world, REJECT, by=OLGA, **given) == ["IDEMPOTENCY_KEY_REUSED"]


CALLERS: dict[str, Viewer] = {
    "a visitor": Viewer(),
    "the member": customer("anna"),
    "a service": service(CLUB),
    "an auditor": ADA,
    "support that asked": SARA,
    "other support": SAM,
}


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("decide", DECIDE)
async def test_only_operators_decide(world: World, decide: str, caller: str) -> None:
    anna = await world.joins("anna")
    given: dict[str, Any] = {"key": str(uuid4()), "adjustment": await waiting(world, anna, 5000)}
    if decide == "reject":
        given["reason"] = WHY
    expected = ["UNAUTHENTICATED" if caller == "a visitor" else "FORBIDDEN"]
    assert await codes(world, DECIDE[decide], by=CALLERS[caller], **given) == expected
    (there,) = (await look(world, anna))["pointAdjustments"]["nodes"]
    assert there["state"] == "WAITING"


@pytest.mark.parametrize("decide", DECIDE)
async def test_of_another_program_it_is_not_found(world: World, decide: str) -> None:
    """R43: as if there were none; also in one's own program."""
    anna = await world.joins("anna")
    asked = await waiting(world, anna, 5000)
    strange = global_id("pointsAdjustment", uuid4(), uuid4())
    nothing = global_id("pointsAdjustment", anna, uuid4())
    told: list[Any] = []
    for named, by in (
        (asked, person("bert", Role.OPERATOR, BRAND)),
        (strange, person("bert", Role.OPERATOR, BRAND)),
        (strange, OLGA),
        (nothing, OLGA),
    ):
        given: dict[str, Any] = {"key": str(uuid4()), "adjustment": named}
        if decide == "reject":
            given["reason"] = WHY
        result = await world.ask(DECIDE[decide], by=by, **given)
        told.append([(error.message, error.extensions) for error in result.errors or ()])
    assert told == [[("There is no such adjustment.", {"code": "BAD_USER_INPUT"})]] * 4


async def test_an_adjustment_of_another_member_is_not_found_by_a_made_up_id(world: World) -> None:
    """R43: the id holds the member; with another one in it, it leads to nothing."""
    anna, bella = await world.joins("anna"), await world.joins("bella")
    _, (_, adjustment) = split(await waiting(world, anna, 5000))
    for member in (bella, uuid4()):
        forged = global_id("pointsAdjustment", member, adjustment)
        assert await codes(world, APPROVE, by=OLGA, key=str(uuid4()), adjustment=forged) == ["BAD_USER_INPUT"]
    assert await available(world, anna) == await available(world, bella) == 0


@pytest.mark.parametrize("reason", ["", "no", "a" * 501])
async def test_turning_down_takes_a_reason(world: World, reason: str) -> None:
    asked = await waiting(world, await world.joins("anna"), 5000)
    given = {"key": str(uuid4()), "adjustment": asked, "reason": reason}
    assert await codes(world, REJECT, by=OLGA, **given) == ["BAD_USER_INPUT"]
    assert (await approve(world, asked))["__typename"] == "ApproveAdjustmentSuccess"


async def test_what_waits_is_listed_for_operators_the_longest_waiting_first(world: World) -> None:
    members: list[UUID] = [await world.joins(name) for name in ("anna", "bella")]
    asked = [await waiting(world, members[number % 2], 5000 + number) for number in range(5)]
    await approve(world, asked[1])
    await reject(world, asked[3])
    await adjust(world, members[0], 1)
    brand = await world.joins("anna", program=BRAND)
    elsewhere = await waiting(world, brand, 5000, by=person("bert", Role.OPERATOR, BRAND))
    text = """query ($program: String, $after: String) {
        adjustmentsWaiting(program: $program, first: 2, after: $after) {
            totalCount nodes { id member { id } } pageInfo { hasNextPage endCursor } } }"""
    page = (await world.data(text, by=OLGA))["adjustmentsWaiting"]
    assert page["totalCount"] == 3
    assert page["nodes"] == [{"id": asked[0], "member": {"id": as_id(members[0])}},
                             {"id": asked[2], "member": {"id": as_id(members[0])}}]  # fmt: skip
    assert page["pageInfo"]["hasNextPage"]
    rest = (await world.data(text, by=OLGA, after=page["pageInfo"]["endCursor"]))["adjustmentsWaiting"]
    assert [node["id"] for node in rest["nodes"]] == [asked[4]]
    assert not rest["pageInfo"]["hasNextPage"]
    theirs = (await world.data(text, by=person("bert", Role.OPERATOR, BRAND), program=BRAND))["adjustmentsWaiting"]
    assert [node["id"] for node in theirs["nodes"]] == [elsewhere]
    assert await codes(world, text, by=OLGA, program=BRAND) == ["BAD_USER_INPUT"]
    assert await codes(world, text, by=SARA) == ["FORBIDDEN"]
