"""Staff give and take points: who may, how many, and once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from app.db import Transaction
from app.definition import PRESETS
from app.graph import Role, Viewer
from app.graph.ids import global_id
from tests.databases import run
from tests.world import NOON, World, customer, service

from .correcting import (
    ADA,
    ADJUST,
    BRAND,
    CLUB,
    LIMIT,
    OLGA,
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
    waiting,
)


async def test_support_gives_points_which_can_be_spent_at_once_and_lapse_as_any(world: World) -> None:
    """R5, R9: the correction is an entry like any other, with its lot."""
    anna = await world.joins("anna")
    answer = await adjust(world, anna, 300)
    assert answer["__typename"] == "AdjustPointsSuccess"
    assert not answer["replayed"]
    assert answer["member"]["points"] == {"available": 300, "debt": 0}
    given = answer["adjustment"]
    assert (given["points"], given["state"], given["reason"], given["needsSecond"]) == (300, "APPLIED", WHY, False)
    assert given["askedBy"]["subject"] == "sara"
    assert given["decidedBy"] is given["decidedAt"] is None
    (entry,) = (await look(world, anna))["pointHistory"]["nodes"]
    assert entry == {
        "kind": "ADJUSTED",
        "change": 300,
        "cause": "ADJUSTMENT",
        "ruleInWords": "Points corrected by staff",
        "adjustment": {"id": given["id"], "points": 300, "state": "APPLIED"},
    }
    world.now = datetime(2027, 3, 1, 12, tzinfo=UTC)
    assert await available(world, anna) == 0
    await world.settles(anna)
    await proved(world)


async def test_an_operator_takes_points_from_what_lapses_first(world: World) -> None:
    """R6."""
    order = await world.orders("anna", "200", paid=NOON - timedelta(days=30), completed=NOON - timedelta(days=20))
    await adjust(world, order.member_id, 100)
    answer = await adjust(world, order.member_id, -250, by=OLGA)
    assert answer["member"]["points"]["available"] == 50
    text = "query ($member: ID!) { member(id: $member) { points { expiring(within: 400) { amount at } } } }"
    points = (await world.data(text, by=OLGA, member=as_id(order.member_id)))["member"]["points"]
    assert points["expiring"] == [{"amount": 50, "at": datetime(2027, 3, 1, 12, tzinfo=UTC)}]
    await proved(world)


async def test_what_is_not_there_is_not_taken(world: World) -> None:
    """R8: nothing is left behind of it, neither a correction nor a record."""
    anna = await world.joins("anna")
    await adjust(world, anna, 99)
    answer = await adjust(world, anna, -100)
    assert answer == {
        "__typename": "NotEnoughPoints",
        "code": "NOT_ENOUGH_POINTS",
        "message": "100 points are needed, and 99 can be spent.",
        "required": 100,
        "available": 99,
    }
    seen = await look(world, anna)
    assert seen["points"]["available"] == 99
    assert seen["pointAdjustments"]["totalCount"] == 1
    assert (await adjust(world, anna, -99))["member"]["points"]["available"] == 0
    await proved(world)


async def test_pending_points_are_not_taken(world: World) -> None:
    """Nor are they asked for."""
    order = await world.orders("anna", "5000")
    for points in (-1, -LIMIT - 1):
        assert (await adjust(world, order.member_id, points))["available"] == 0


async def test_what_was_due_is_settled_before(world: World) -> None:
    """R2: points that became active meanwhile can be taken, what lapsed meanwhile cannot."""
    order = await world.orders("anna", "500", completed=NOON)
    world.now = NOON + timedelta(days=7)
    assert (await adjust(world, order.member_id, -500))["__typename"] == "AdjustPointsSuccess"
    await adjust(world, order.member_id, 10)
    world.now += timedelta(days=366)
    assert (await adjust(world, order.member_id, -10))["__typename"] == "NotEnoughPoints"
    await proved(world)


@pytest.mark.parametrize("points", [LIMIT, -LIMIT])
async def test_up_to_the_limit_one_is_enough(world: World, points: int) -> None:
    order = await world.orders("anna", "2000", paid=NOON - timedelta(days=9), completed=NOON - timedelta(days=8))
    assert (await adjust(world, order.member_id, points))["__typename"] == "AdjustPointsSuccess"
    assert await available(world, order.member_id) == 2000 + points


@pytest.mark.parametrize("by", [SARA, OLGA], ids=["support", "operator"])
@pytest.mark.parametrize("points", [LIMIT + 1, -LIMIT - 1])
async def test_above_the_limit_nothing_moves_until_a_second_one_agrees(world: World, points: int, by: Viewer) -> None:
    """Also an operator does not do it alone."""
    order = await world.orders("anna", "2000", paid=NOON - timedelta(days=9), completed=NOON - timedelta(days=8))
    answer = await adjust(world, order.member_id, points, by=by)
    assert answer["__typename"] == "AdjustmentWaiting"
    assert answer["adjustment"]["state"] == "WAITING"
    assert answer["adjustment"]["needsSecond"]
    assert answer["member"]["points"]["available"] == 2000
    seen = await look(world, order.member_id)
    assert "ADJUSTED" not in {entry["kind"] for entry in seen["pointHistory"]["nodes"]}
    await proved(world)


async def test_what_is_not_there_is_not_asked_for_either(world: World) -> None:
    anna = await world.joins("anna")
    assert (await adjust(world, anna, -LIMIT - 1))["__typename"] == "NotEnoughPoints"
    assert (await look(world, anna))["pointAdjustments"]["totalCount"] == 0


async def test_the_limit_is_that_of_the_rules_in_force(world: World) -> None:
    anna = await world.joins("anna")
    preset = (PRESETS / f"{CLUB}.toml").read_text("utf-8")
    await world.publishes(preset + "\n[points.adjustments]\nalone_up_to = 10\n", effective_from=NOON)
    assert (await adjust(world, anna, 11))["__typename"] == "AdjustmentWaiting"
    assert (await adjust(world, anna, 10))["__typename"] == "AdjustPointsSuccess"
    await proved(world)


async def test_many_small_adjustments_are_no_way_round_the_limit(world: World) -> None:
    """What one person gives and takes of one member on a day counts together, whatever its sign."""
    anna, bella = await world.joins("anna"), await world.joins("bella")
    assert (await adjust(world, anna, 600))["__typename"] == "AdjustPointsSuccess"
    assert (await adjust(world, anna, -400))["__typename"] == "AdjustPointsSuccess"
    for points in (1, -1):
        assert (await adjust(world, anna, points))["__typename"] == "AdjustmentWaiting"
    assert (await adjust(world, bella, LIMIT))["__typename"] == "AdjustPointsSuccess"
    assert (await adjust(world, anna, LIMIT, by=SAM))["__typename"] == "AdjustPointsSuccess"
    await proved(world)


async def test_another_role_makes_nobody_another_person(world: World) -> None:
    anna = await world.joins("anna")
    await adjust(world, anna, LIMIT)
    again = await adjust(world, anna, 1, by=person("sara", Role.OPERATOR))
    assert again["__typename"] == "AdjustmentWaiting"


async def test_what_a_second_one_agreed_to_does_not_count(world: World) -> None:
    anna = await world.joins("anna")
    await approve(world, await waiting(world, anna, 5000))
    assert (await adjust(world, anna, LIMIT))["__typename"] == "AdjustPointsSuccess"
    await proved(world)


async def test_the_day_is_that_of_the_program(world: World) -> None:
    """R1: midnight in Shanghai is 16:00 UTC."""
    anna = await world.joins("anna")
    world.now = datetime(2026, 3, 1, 15, 59, 59, tzinfo=UTC)
    await adjust(world, anna, LIMIT)
    assert (await adjust(world, anna, 1))["__typename"] == "AdjustmentWaiting"
    world.now += timedelta(seconds=1)
    assert (await adjust(world, anna, LIMIT))["__typename"] == "AdjustPointsSuccess"
    await proved(world)


async def test_nobody_corrects_their_own_points_alone(world: World) -> None:
    """Sara is a member, too."""
    sara = await world.joins("sara")
    assert (await adjust(world, sara, 1))["__typename"] == "AdjustmentWaiting"
    assert (await adjust(world, sara, 1, by=SAM))["__typename"] == "AdjustPointsSuccess"
    other = Viewer(Role.SUPPORT, "https://other.example", "sara", programs=frozenset((CLUB,)))
    assert (await adjust(world, sara, 1, by=other))["__typename"] == "AdjustPointsSuccess"


async def test_points_of_one_who_left_are_corrected_for_a_return(world: World) -> None:
    anna = await world.joins("anna")
    await world.leaves("anna")
    assert (await adjust(world, anna, 5))["__typename"] == "AdjustPointsSuccess"


CALLERS: dict[str, Viewer] = {
    "a visitor": Viewer(),
    "the member": customer("anna"),
    "a service": service(CLUB),
    "an auditor": ADA,
}


@pytest.mark.parametrize("caller", CALLERS)
async def test_only_support_and_operators_correct(world: World, caller: str) -> None:
    anna = await world.joins("anna")
    asked: dict[str, Any] = {"key": str(uuid4()), "member": as_id(anna), "points": 1, "reason": WHY}
    expected = ["UNAUTHENTICATED" if caller == "a visitor" else "FORBIDDEN"]
    assert await codes(world, ADJUST, by=CALLERS[caller], **asked) == expected
    assert await available(world, anna) == 0


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.OPERATOR])
async def test_a_member_of_another_program_is_not_found(world: World, role: Role) -> None:
    """R43: as if there were none."""
    anna = await world.joins("anna")
    strangers = person("bert", role, BRAND)
    told: list[Any] = []
    for member in (as_id(anna), global_id("member", uuid4())):
        asked: dict[str, Any] = {"key": str(uuid4()), "member": member, "points": 1, "reason": WHY}
        result = await world.ask(ADJUST, by=strangers, **asked)
        told.append([(error.message, error.extensions) for error in result.errors or ()])
    assert told[0] == told[1] == [("There is no such member.", {"code": "BAD_USER_INPUT"})]
    assert await available(world, anna) == 0


@pytest.mark.parametrize(
    ("points", "reason"),
    [
        (0, WHY),
        (-(2**31), WHY),
        (1, ""),
        (1, "   "),
        (1, "ab"),
        (1, " a b "),
        (1, "a" * 501),
        (1, "two\nlines"),
        (1, "nul\x00l"),
        (1, "\u202ereversed"),
        (1, "abc" + "\u0301" * 5000),
    ],
)
async def test_what_makes_no_sense_is_bad_input(world: World, points: int, reason: str) -> None:
    anna = await world.joins("anna")
    asked: dict[str, Any] = {"key": str(uuid4()), "member": as_id(anna), "points": points, "reason": reason}
    assert await codes(world, ADJUST, by=SARA, **asked) == ["BAD_USER_INPUT"]
    assert (await look(world, anna))["pointAdjustments"]["totalCount"] == 0


@pytest.mark.parametrize("reason", ["迟到补", "a" * 500, " why ", "👍👍👍"])
async def test_a_reason_has_3_to_500_characters_as_people_count_them(world: World, reason: str) -> None:
    answer = await adjust(world, await world.joins("anna"), 1, reason=reason)
    assert answer["adjustment"]["reason"] == reason.strip()


async def test_more_points_than_a_member_can_have_are_bad_input(world: World) -> None:
    anna = await world.joins("anna")
    most = await waiting(world, anna, 2**31 - 1)
    await approve(world, most)
    asked: dict[str, Any] = {"key": str(uuid4()), "member": as_id(anna), "points": 1, "reason": WHY}
    assert await codes(world, ADJUST, by=SARA, **asked) == ["BAD_USER_INPUT"]
    await proved(world)


@pytest.mark.parametrize("points", [5, LIMIT + 5, -5], ids=["applied", "waiting", "refused"])
async def test_a_retry_does_nothing_again_and_is_told_what_came_of_the_first(world: World, points: int) -> None:
    """R36: also what waits, and what was refused."""
    anna, key = await world.joins("anna"), uuid4()
    first = await adjust(world, anna, points, key=key)
    world.now += timedelta(hours=1)
    again = await adjust(world, anna, points, key=key)
    assert again == {**first, "replayed": True} if "replayed" in first else again == first
    seen = await look(world, anna)
    assert seen["pointAdjustments"]["totalCount"] == (0 if points < 0 else 1)
    assert seen["points"]["available"] == (5 if points == 5 else 0)


@pytest.mark.parametrize("other", [{"points": 6}, {"reason": "Something else."}])
async def test_a_key_is_not_for_anything_else(world: World, other: dict[str, Any]) -> None:
    """R36."""
    anna = await world.joins("anna")
    asked: dict[str, Any] = {"key": str(uuid4()), "member": as_id(anna), "points": 5, "reason": WHY}
    await world.data(ADJUST, by=SARA, **asked)
    assert await codes(world, ADJUST, by=SARA, **{**asked, **other}) == ["IDEMPOTENCY_KEY_REUSED"]
    assert await available(world, anna) == 5


async def test_a_key_belongs_to_who_asks_and_whom_it_is_about(world: World) -> None:
    """R36: another's key of the same value is another key."""
    anna, bella, key = await world.joins("anna"), await world.joins("bella"), uuid4()
    for member, by in ((anna, SARA), (anna, SAM), (bella, SARA)):
        assert not (await adjust(world, member, 5, by=by, key=key))["replayed"]
    assert (await available(world, anna), await available(world, bella)) == (10, 5)


async def test_a_key_is_the_persons_in_whatever_role_they_ask_again(world: World) -> None:
    """R36: another role is not another caller."""
    anna, key = await world.joins("anna"), uuid4()
    first = await adjust(world, anna, 5, by=SARA, key=key)
    again = await adjust(world, anna, 5, by=replace(SARA, role=Role.OPERATOR), key=key)
    assert (first["replayed"], again["replayed"]) == (False, True)
    assert await available(world, anna) == 5


async def test_what_is_kept_under_a_key_is_ids_alone(world: World) -> None:
    """R36, R41."""
    anna = await world.joins("anna")
    answer = await adjust(world, anna, 5, reason="Mrs Li called.")
    ((kept,),) = await run(world.database.settings.url, "SELECT outcome FROM idempotency_keys")
    assert "Li" not in kept
    assert str(anna) in kept
    assert answer["adjustment"]["reason"] == "Mrs Li called."


async def test_points_and_their_correction_are_one_transaction(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What fails after the correction was written takes it along."""

    async def fails(tx: Transaction, **_: Any) -> None:
        raise RuntimeError

    anna = await world.joins("anna")
    with monkeypatch.context() as patch:
        patch.setattr("app.staff.commands.adjusting.points_of.adjust", fails)
        asked: dict[str, Any] = {"key": str(uuid4()), "member": as_id(anna), "points": 5, "reason": WHY}
        assert (await world.ask(ADJUST, by=SARA, **asked)).errors
    for table in ("points_adjustments", "audit_entries", "idempotency_keys", "points_entries"):
        assert await run(world.database.settings.url, f"SELECT * FROM {table}") == []
