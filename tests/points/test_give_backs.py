"""What a captured hold spent, given back over HTTP because the purchase was cancelled (R7)."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from app.prover import prove
from tests.programs.files import shop
from tests.world import NOON, World, service

from .seller import DAY, MINUTE, MOMENT, Seller, balance, has_lot, movements, points

SOON, LATER = NOON + DAY, NOON + 30 * DAY
"""When lots lapse."""
EXTENDING = shop().replace("[points]\n", '[points]\ngive_backs = { policy = "EXTEND", days = 10 }\n')
SHOP = replace(service("shop", scopes=("points:hold",)), program="shop")
OWING = shop().replace("[points]\n", '[points]\nrefunds = { claw_back = "DEBT" }\n')


@pytest.fixture
async def seller(world: World) -> Seller:
    """Anna has 30 points that lapse tomorrow, and 100 that lapse in a month."""
    await has_lot(world, "anna", 100, lapses=LATER)
    await has_lot(world, "anna", 30, lapses=SOON)
    return Seller(world)


async def in_shop(world: World, program: str) -> Seller:
    """A program of which Anna is a member, with the same points."""
    await world.publishes(program)
    await world.joins("anna", program="shop")
    await has_lot(world, "anna", 100, lapses=LATER, program="shop")
    await has_lot(world, "anna", 30, lapses=SOON, program="shop")
    return Seller(world, SHOP)


async def balanced(world: World) -> None:
    proof = await prove(world.database, now=world.now, programs=world.programs)
    assert proof.holds, [str(mismatch) for mismatch in proof.mismatches]


async def newest(world: World, number: int = 1, **more: Any) -> list[Any]:
    return (await balance(world, **more))["pointHistory"]["nodes"][:number]


def uses(node: Any) -> list[tuple[int, datetime, int]]:
    """How many points of lots that lapse when, and what they have left."""
    return [
        (use["amount"], datetime.fromisoformat(use["lot"]["expiresAt"]), use["lot"]["remaining"])
        for use in node["lots"]
    ]


async def test_points_return_to_the_lots_that_paid_with_the_lots_expiry(seller: Seller) -> None:
    """R7: the last that paid first, as if so much less had been spent; the rest in the order back."""
    hold = await seller.captured("anna", 50)
    seller.world.now += MINUTE
    given = await seller.give_back(hold, 25)
    assert (given["giveBack"]["points"], given["giveBack"]["cancelledBy"], given["replayed"]) == (25, "SHOP", False)
    assert datetime.fromisoformat(given["giveBack"]["givenBackAt"]) == seller.world.now
    assert (given["hold"]["state"], given["hold"]["givenBack"]) == ("CAPTURED", 25)
    (entry,) = await newest(seller.world)
    assert (entry["kind"], entry["cause"], entry["change"]) == ("GIVEN_BACK", "GIVE_BACK", 25)
    assert uses(entry) == [(20, LATER, 100), (5, SOON, 5)]
    assert entry["giveBack"]["id"] == given["giveBack"]["id"]
    assert entry["giveBack"]["hold"]["id"] == hold
    assert entry["hold"] is None
    await seller.give_back(hold, 10)
    (entry,) = await newest(seller.world)
    assert uses(entry) == [(10, SOON, 15)]
    seller.world.now = SOON
    assert await points(seller.world) == (100, 0)
    await balanced(seller.world)


async def test_without_a_number_all_that_is_left_is_given_back_and_then_there_is_no_more(seller: Seller) -> None:
    """R7: what is left of it, once."""
    hold = await seller.captured("anna", 50)
    await seller.give_back(hold, 1)
    given = await seller.give_back(hold, by="CUSTOMER")
    assert (given["giveBack"]["points"], given["hold"]["givenBack"]) == (49, 50)
    assert await points(seller.world) == (130, 0)
    for more in (None, 1):
        refused = await seller.give_back(hold, more)
        assert (refused["__typename"], refused["code"], refused["left"]) == ("MoreThanLeft", "MORE_THAN_LEFT", 0)
    assert await points(seller.world) == (130, 0)
    await balanced(seller.world)


async def test_more_than_was_spent_is_not_given_back_and_nothing_of_it_is(seller: Seller) -> None:
    """R7, R8."""
    hold = await seller.captured("anna", 50)
    await seller.give_back(hold, 30)
    before = await movements(seller.world)
    refused = await seller.give_back(hold, 21)
    assert (refused["__typename"], refused["left"]) == ("MoreThanLeft", 20)
    assert "20" in refused["message"]
    assert await movements(seller.world) == before
    assert (await seller.give_back(hold, 20))["__typename"] == "GiveBackPointsSuccess"


@pytest.mark.parametrize("state", ["OPEN", "RELEASED", "TIMED_OUT"])
async def test_only_what_a_captured_hold_spent_is_given_back(seller: Seller, state: str) -> None:
    """R7, R14: what returned already does not return twice."""
    hold = await seller.held("anna", 50)
    if state == "RELEASED":
        await seller.release(hold)
    if state == "TIMED_OUT":
        seller.world.now += 30 * MINUTE
    before = await points(seller.world)
    refused = await seller.give_back(hold, 1)
    assert (refused["__typename"], refused["code"]) == ("HoldNotCaptured", "HOLD_NOT_CAPTURED")
    assert refused["state"] == state
    assert await points(seller.world) == before


@pytest.mark.parametrize("by", ["SHOP", "CUSTOMER"])
async def test_where_points_lapse_those_whose_time_has_passed_lapse_at_once(seller: Seller, by: str) -> None:
    """R7: LAPSE, whoever cancelled; half-open (R2)."""
    hold = await seller.captured("anna", 50)
    seller.world.now = SOON - MOMENT
    await seller.give_back(hold, 21, by=by)
    assert await points(seller.world) == (101, 0)
    seller.world.now = SOON
    await seller.give_back(hold, by=by)
    assert await points(seller.world) == (100, 0)
    assert (await movements(seller.world))[-4:] == [
        ("GIVEN_BACK", 21, 0, 0),
        ("EXPIRED", -1, 0, 0),
        ("GIVEN_BACK", 29, 0, 0),
        ("EXPIRED", -29, 0, 0),
    ]
    await balanced(seller.world)


async def test_where_they_are_extended_the_shops_cancelling_gives_them_some_days_more(world: World) -> None:
    """R7: EXTEND by 10 days from when they return, only for lots whose time has passed; half-open (R2)."""
    seller = await in_shop(world, EXTENDING)
    hold = await seller.captured("anna", 50)
    world.now = SOON + 2 * DAY
    await seller.give_back(hold)
    (entry,) = await newest(world, program="shop")
    extended = world.now + 10 * DAY
    assert uses(entry) == [(20, LATER, 100), (30, extended, 30)]
    world.now = extended - MOMENT
    assert await points(world, program="shop") == (130, 0)
    world.now = extended
    assert await points(world, program="shop") == (100, 0)
    await seller.held("anna", 1)
    _, lapsed = await newest(world, 2, program="shop")
    assert (lapsed["kind"], lapsed["change"], datetime.fromisoformat(lapsed["occurredAt"])) == (
        "EXPIRED",
        -30,
        extended,
    )
    assert lapsed["ruleInWords"] == "1 point for each yuan"
    await balanced(world)


async def test_where_they_are_extended_the_customers_cancelling_extends_nothing(world: World) -> None:
    """R7: only when the shop cancelled."""
    seller = await in_shop(world, EXTENDING)
    hold = await seller.captured("anna", 50)
    world.now = SOON
    await seller.give_back(hold, by="CUSTOMER")
    assert await points(world, program="shop") == (100, 0)
    assert (await movements(world, program="shop"))[-2:] == [("GIVEN_BACK", 50, 0, 0), ("EXPIRED", -30, 0, 0)]
    await balanced(world)


async def test_a_lot_is_extended_once(world: World) -> None:
    """R7: what returns while it is extended has the same time; what returns after that lapses, whoever cancelled."""
    seller = await in_shop(world, EXTENDING)
    hold = await seller.captured("anna", 30)
    world.now = SOON
    await seller.give_back(hold, 10)
    world.now = SOON + 5 * DAY
    await seller.give_back(hold, 10)
    (entry,) = await newest(world, program="shop")
    assert uses(entry) == [(10, SOON + 10 * DAY, 20)]
    world.now = SOON + 10 * DAY - MOMENT
    assert await points(world, program="shop") == (120, 0)
    world.now = SOON + 10 * DAY
    await seller.give_back(hold, 10)
    assert await points(world, program="shop") == (100, 0)
    assert (await movements(world, program="shop"))[-3:] == [
        ("EXPIRED", -20, 0, 0),
        ("GIVEN_BACK", 10, 0, 0),
        ("EXPIRED", -10, 0, 0),
    ]
    await balanced(world)


async def test_a_release_extends_nothing(world: World) -> None:
    """R7, R14: nobody cancelled what they had bought."""
    seller = await in_shop(world, EXTENDING)
    hold = await seller.held("anna", 30, deadline=SOON + DAY)
    world.now = SOON
    await seller.release(hold)
    assert await points(world, program="shop") == (100, 0)


async def test_earn_redeem_refund_cancel_yields_nothing(world: World) -> None:
    """R7, R11: what returns first settles what its lot's refund could not take (WITHIN_BALANCE)."""
    await world.orders("anna", 100, order="o-1", paid=NOON - 20 * DAY, completed=NOON - 10 * DAY)
    seller = Seller(world)
    hold = await seller.captured("anna", 90)
    await world.refunds("anna", "o-1", {1: "100"})
    assert await points(world, "anna", "available", "debt") == (0, 0)
    await seller.give_back(hold)
    assert await points(world, "anna", "available", "debt") == (0, 0)
    assert (await movements(world))[-2:] == [("GIVEN_BACK", 90, 0, 0), ("REVERSED", -90, 0, 0)]
    await balanced(world)


async def test_what_returns_pays_a_debt_before_it_can_be_spent(world: World) -> None:
    """R11: each inflow pays first; what is left is there (DEBT)."""
    await world.publishes(OWING)
    await world.joins("anna", program="shop")
    for order, amount in (("o-1", 40), ("o-2", 60)):
        paid, completed = NOON - 20 * DAY, NOON - 10 * DAY
        await world.orders("anna", amount, order=order, program="shop", paid=paid, completed=completed)
    seller = Seller(world, SHOP)
    hold = await seller.captured("anna", 100)
    await world.refunds("anna", "o-1", {1: "40"}, program="shop")
    assert await points(world, "anna", "available", "debt", program="shop") == (-40, 40)
    refused = await seller.place("anna", 1)
    assert (refused["__typename"], refused["available"]) == ("NotEnoughPoints", 0)
    await seller.give_back(hold, 30)
    assert await points(world, "anna", "available", "debt", program="shop") == (-10, 10)
    await seller.give_back(hold)
    assert await points(world, "anna", "available", "debt", program="shop") == (60, 0)
    assert [move for move in await movements(world, program="shop") if move[0] == "DEBT_PAID"] == [
        ("DEBT_PAID", 0, 0, -30),
        ("DEBT_PAID", 0, 0, -10),
    ]
    await balanced(world)
