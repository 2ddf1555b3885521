"""What was redeemed, as staff see to it: found, confirmed, fulfilled, taken back, and on record."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from app.graph import Role
from tests.databases import run
from tests.staff.correcting import person, proved
from tests.staff.keeping_rewards import (
    BEN,
    BOSS,
    BRAND,
    CLUB,
    OLGA,
    SARA,
    SHOWN,
    asks,
    created,
    errors,
    has_points,
    redeemed,
    redeems,
    stocked,
    voucher,
)
from tests.statements import Statements
from tests.world import World, customer

ADA = person("ada", Role.AUDITOR)
AUDIT = """query ($id: ID!) { member(id: $id) { points { available } audit { nodes {
  action about by { subject } role reason changes { what } } } } }"""
STEPS: dict[str, dict[str, Any]] = {
    "ConfirmRedemption": {},
    "FulfilRedemption": {"reference": "SF-1"},
    "RefundRedemption": {"reason": "It came broken.", "restock": True},
}


async def seen_to(world: World, *, by: Any = SARA, **variables: Any) -> Any:
    """What there is for staff to see to."""
    return (await world.data(SHOWN["RedemptionsToSeeTo"], by=by, **{"program": CLUB, **variables}))["redemptions"]


async def test_a_redemption_is_confirmed_sent_and_taken_back_each_step_by_somebody_on_record(world: World) -> None:
    """R35. Tried: without the notes the books disagree with the record."""
    await has_points(world, "anna", 500)
    reward = await created(world, stock=3, isConfirmedByStaff=True)
    redemption = await redeemed(world, "anna", reward["id"])
    confirmed = await asks(world, "ConfirmRedemption", by=SARA, redemption=redemption)
    assert (confirmed["replayed"], confirmed["redemption"]["state"]) == (False, "CONFIRMED")
    sent = await asks(world, "FulfilRedemption", by=OLGA, redemption=redemption, reference=" SF-1 ")
    assert (sent["redemption"]["state"], sent["redemption"]["reference"]) == ("FULFILLED", "SF-1")
    refunded = await asks(world, "RefundRedemption", by=SARA, redemption=redemption, **STEPS["RefundRedemption"])
    assert refunded["redemption"]["state"] == "REFUNDED"
    assert refunded["member"] == {"points": {"available": 500}}
    assert await stocked(world, reward["id"]) == (3, 3)

    history = [
        (each["toState"], each["actor"], each["by"] and each["by"]["subject"], each["reason"], each["reference"])
        for each in refunded["redemption"]["history"]
    ]
    assert history == [
        ("PENDING", "MEMBER", None, None, None),
        ("CONFIRMED", "STAFF", "sara", None, None),
        ("FULFILLED", "STAFF", "olga", None, "SF-1"),
        ("REFUNDED", "STAFF", "sara", "It came broken.", None),
    ]
    member = refunded["redemption"]["member"]["id"]
    audit = (await world.data(AUDIT, by=OLGA, id=member))["member"]["audit"]["nodes"]
    told = [(each["action"], each["by"]["subject"], each["role"], each["reason"], each["about"]) for each in audit]
    assert told == [
        ("REDEMPTION_REFUNDED", "sara", "SUPPORT", "It came broken.", redemption),
        ("REDEMPTION_FULFILLED", "olga", "OPERATOR", None, redemption),
        ("REDEMPTION_CONFIRMED", "sara", "SUPPORT", None, redemption),
    ]
    await proved(world)


async def test_what_staff_did_about_a_redemption_is_on_record_or_the_books_disagree(world: World) -> None:
    """The prover tells both: a step without its record, and a record without its step."""
    await has_points(world, "anna", 500)
    reward = await created(world, stock=3)
    redemption = await redeemed(world, "anna", reward["id"])
    await asks(world, "FulfilRedemption", by=SARA, redemption=redemption, reference="SF-1")
    await proved(world)
    url = world.database.settings.url
    for tampered in (
        "UPDATE audit_entries SET subject = 'somebody' WHERE about_kind = 'REDEMPTION'",
        "UPDATE audit_entries SET about_id = id WHERE about_kind = 'REDEMPTION'",
        "DELETE FROM audit_entries WHERE about_kind = 'REDEMPTION'",
    ):
        await run(url, tampered)
        with pytest.raises(AssertionError, match="audit_entries"):
            await proved(world)


async def test_the_same_wish_takes_back_once(world: World) -> None:
    """R36."""
    await has_points(world, "anna", 500)
    reward = await created(world, stock=3)
    redemption, key = await redeemed(world, "anna", reward["id"]), uuid4()
    answers = [
        await asks(world, "RefundRedemption", by=SARA, key=key, redemption=redemption, **STEPS["RefundRedemption"])
        for _ in range(2)
    ]
    assert [answer["replayed"] for answer in answers] == [False, True]
    assert [answer["member"]["points"]["available"] for answer in answers] == [500, 500]
    await proved(world)


async def test_a_step_that_is_not_possible_is_refused_and_leaves_no_record(world: World) -> None:
    await has_points(world, "anna", 500)
    goods, codes = await created(world, stock=3), await voucher(world, "code-1")
    sent, code = await redeemed(world, "anna", goods["id"]), await redeemed(world, "anna", codes["id"])
    for name, redemption, why in (
        ("ConfirmRedemption", sent, "CONFIRMED_ALREADY"),
        ("FulfilRedemption", code, "FULFILLED_BY_CODE"),
    ):
        answer = await asks(world, name, by=SARA, redemption=redemption, **STEPS[name])
        assert (answer["code"], answer["why"]) == ("REDEMPTION_STEP_NOT_POSSIBLE", why)
    assert await run(world.database.settings.url, "SELECT 1 FROM audit_entries WHERE about_kind = 'REDEMPTION'") == []


async def test_nobody_decides_about_what_they_redeemed_themselves(world: World) -> None:
    """As with points and tiers. Tried: without the look whose it is, it is fulfilled."""
    await has_points(world, "sara", 500)
    reward = await created(world, stock=3, isConfirmedByStaff=True)
    redemption = await redeemed(world, "sara", reward["id"])
    for name, more in STEPS.items():
        answer = await asks(world, name, by=SARA, redemption=redemption, **more)
        assert (answer["__typename"], answer["code"]) == ("OwnRedemption", "OWN_REDEMPTION")
    await asks(world, "ConfirmRedemption", by=OLGA, redemption=redemption)
    assert (await seen_to(world))["nodes"][0]["state"] == "CONFIRMED"


async def test_staff_of_another_program_find_no_redemption(world: World) -> None:
    """R43: told as of one that there is not. Tried: without `member_of_redemption` looking whose it is, it is done."""
    await has_points(world, "anna", 500)
    reward = await created(world, stock=3, isConfirmedByStaff=True)
    redemption = await redeemed(world, "anna", reward["id"])
    nobody = "redemption_" + "A" * 43
    for name, more in STEPS.items():
        for by in (BEN, BOSS):
            for named in (redemption, nobody):
                found = await errors(world, name, by=by, redemption=named, **more)
                assert found == [("BAD_USER_INPUT", "There is no such redemption.")], name
    assert (await errors(world, "FulfilRedemption", by=SARA, redemption=nobody, reference="x")) == [
        ("BAD_USER_INPUT", "There is no such redemption.")
    ]
    assert (await seen_to(world))["nodes"][0]["state"] == "PENDING"
    result = await world.ask(SHOWN["RedemptionsToSeeTo"], by=BEN, program=CLUB)
    assert [(error.extensions or {})["code"] for error in result.errors or ()] == ["BAD_USER_INPUT"]
    assert (await seen_to(world, by=BEN, program=BRAND))["totalCount"] == 0


@pytest.mark.parametrize("reference", ["", "   ", "x" * 101, "SF\n1"])
async def test_a_reference_is_something_that_can_be_read(world: World, reference: str) -> None:
    await has_points(world, "anna", 500)
    redemption = await redeemed(world, "anna", (await created(world))["id"])
    ((code, message),) = await errors(world, "FulfilRedemption", by=SARA, redemption=redemption, reference=reference)
    assert (code, "'reference' must have" in message) == ("BAD_USER_INPUT", True)


async def test_a_reason_is_needed_to_take_something_back(world: World) -> None:
    await has_points(world, "anna", 500)
    redemption = await redeemed(world, "anna", (await created(world))["id"])
    found = await errors(world, "RefundRedemption", by=SARA, redemption=redemption, reason=" ", restock=True)
    assert [code for code, _ in found] == ["BAD_USER_INPUT"]


async def test_staff_find_redemptions_by_what_became_of_them_reward_and_time(world: World) -> None:
    """Half-open: `since` is in it. Tried: each condition left out finds more."""
    for name in ("anna", "bella"):
        await has_points(world, name, 5000)
    await world.joins("dora", program=BRAND)
    await has_points(world, "dora", 500, program=BRAND)
    cup, pot = await created(world, "cup"), await created(world, "pot", isConfirmedByStaff=True)
    theirs = await created(world, "theirs", by=BOSS, program=BRAND)
    await redeems(world, "dora", theirs["id"], program=BRAND)
    made = [await redeemed(world, "anna", cup["id"]), await redeemed(world, "bella", pot["id"])]
    world.now += timedelta(days=1)
    made += [await redeemed(world, "bella", cup["id"]), await redeemed(world, "anna", pot["id"])]
    await asks(world, "FulfilRedemption", by=SARA, redemption=made[0], reference="SF-1")

    async def found(**filters: Any) -> list[int]:
        page = await seen_to(world, filter=filters)
        assert page["totalCount"] == len(page["nodes"])
        return [made.index(each["id"]) for each in page["nodes"]]

    now = world.now.isoformat()
    assert await found() == [0, 1, 2, 3]
    assert await found(states=["PENDING"]) == [1, 3]
    assert await found(states=["CONFIRMED", "FULFILLED"]) == [0, 2]
    assert await found(states=["PENDING", "CONFIRMED"]) == [1, 2, 3]
    assert await found(states=[]) == []
    assert await found(reward=cup["id"]) == [0, 2]
    assert await found(reward=cup["id"], states=["CONFIRMED"]) == [2]
    assert await found(since=now) == [2, 3]
    assert await found(since=(world.now + timedelta(microseconds=1)).isoformat()) == []
    assert await found(since=now, reward=pot["id"], states=["PENDING"]) == [3]
    assert await found(reward=theirs["id"]) == []
    assert (await seen_to(world, by=ADA))["totalCount"] == 4


async def test_the_list_goes_on_after_a_cursor_in_both_orders(world: World) -> None:
    await has_points(world, "anna", 5000)
    reward = await created(world)
    made = [await redeemed(world, "anna", reward["id"]) for _ in range(5)]
    for order, expected in (("ASC", made), ("DESC", made[::-1])):
        document = SHOWN["RedemptionsToSeeTo"].replace("ASC", order)
        after, found = None, list[str]()
        while True:
            page = (await world.data(document, by=SARA, program=CLUB, first=2, after=after))["redemptions"]
            found += [each["id"] for each in page["nodes"]]
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                break
        assert found == expected, order


async def test_the_list_takes_as_many_statements_for_ten_as_for_one(world: World, sql: Statements) -> None:
    await has_points(world, "anna", 5000)
    await has_points(world, "bella", 5000)
    goods, codes = await created(world), await voucher(world, *(f"code-{number}" for number in range(6)))
    counts: list[int] = []
    for number in (1, 5):
        for _ in range(number):
            await redeemed(world, "anna", goods["id"])
            await redeemed(world, "bella", codes["id"])
        with sql:
            assert (await seen_to(world))["totalCount"] in (2, 12)
        counts.append(sql.count)
    assert counts[0] == counts[1] <= 6


async def test_the_member_sees_what_was_sent_but_not_who_of_staff_did_it(world: World) -> None:
    await has_points(world, "anna", 500)
    redemption = await redeemed(world, "anna", (await created(world))["id"])
    await asks(world, "FulfilRedemption", by=SARA, redemption=redemption, reference="SF-1")
    mine = await world.data(SHOWN["MyRedemptions"], by=customer("anna"))
    (node,) = mine["me"]["redemptions"]["nodes"]
    assert (node["state"], node["reference"]) == ("FULFILLED", "SF-1")
    named = "query ($id: ID!) { node(id: $id) { ... on Redemption { history { by { subject } } } } }"
    result = await world.ask(named, by=customer("anna"), id=redemption)
    assert {(error.extensions or {})["code"] for error in result.errors or ()} == {"FORBIDDEN"}
