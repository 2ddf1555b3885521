"""Which services may hold points, whose they may hold, and what their keys stand for."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.errors import BadInput
from app.graph import Role, Viewer
from app.graph.ids import global_id, split
from app.graph.in_flight import KeysInFlight
from app.points.commands import capture_points, release_points
from tests.databases import run
from tests.world import ISSUER, NOON, World, customer, service, staff

from .seller import DAY, MINUTE, SELLING, Seller, given, has_lot, movements, of, placing, points

LATER = NOON + 30 * DAY
CLUB = "taobao-club"
NO_HOLD = ("BAD_USER_INPUT", "There is no such hold.")
WISHES = ("CaptureHold", "ReleaseHold", "GiveBackPoints")


@pytest.fixture
async def seller(world: World) -> Seller:
    """Anna has 100 points; Bella is a member and has none."""
    await has_lot(world, "anna", 100, lapses=LATER)
    await world.joins("bella")
    return Seller(world)


def wish(name: str, hold: str, **more: Any) -> dict[str, Any]:
    """The variables of a wish about a hold."""
    if name == "GiveBackPoints":
        more["cancelledBy"] = "SHOP"
    return {{"CaptureHold": "capture", "ReleaseHold": "release", "GiveBackPoints": "giveBack"}[name]: of(hold, **more)}


async def ids_of(world: World) -> tuple[UUID, UUID]:
    """Of the one hold that there is: whose, and which."""
    ((owner, hold),) = await run(world.database.settings.url, "SELECT member_id, id FROM points_holds")
    return owner, hold


async def number_of(world: World, table: str) -> int:
    ((number,),) = await run(world.database.settings.url, f"SELECT count(*) FROM {table}")
    return number


async def test_it_takes_a_scope_of_its_own(seller: Seller) -> None:
    """Reporting facts and looking at members is not spending what is theirs."""
    hold = await seller.held("anna", 10)
    reporting = Seller(seller.world, service(CLUB, scopes=("facts:write", "members:read")))
    asked = [("PlaceHold", {"place": placing("anna", 10)}), *((name, wish(name, hold)) for name in WISHES)]
    for name, variables in asked:
        assert await reporting.refused(name, **variables) == ("FORBIDDEN", "Your token lacks the scope 'points:hold'.")
    assert await points(seller.world) == (90, 10)


async def test_only_services_hold_points(seller: Seller) -> None:
    """Not the member, and not staff."""
    hold = await seller.held("anna", 10)
    asked = [("PlaceHold", {"place": placing("anna", 10)}), *((name, wish(name, hold)) for name in WISHES)]
    callers: Sequence[tuple[Viewer, str]] = [
        (Viewer(), "UNAUTHENTICATED"),
        (customer("anna"), "FORBIDDEN"),
        (staff(Role.OPERATOR, CLUB), "FORBIDDEN"),
    ]
    for viewer, code in callers:
        for name, variables in asked:
            assert (await Seller(seller.world, viewer).refused(name, **variables))[0] == code
    assert await points(seller.world) == (90, 10)


@pytest.mark.parametrize("name", WISHES)
async def test_a_hold_is_its_sources(seller: Seller, name: str) -> None:
    """Another source's hold is no such hold, also for the service that has both names."""
    both = Seller(seller.world, service(CLUB, sources=("shop", "games"), scopes=("points:hold",)))
    hold = await both.held("anna", 10, source="games")
    assert await seller.refused(name, **wish(name, hold)) == NO_HOLD
    assert await both.refused(name, **wish(name, hold, source="shop")) == NO_HOLD
    assert (await both.refused(name, **wish(name, hold)))[0] == "BAD_USER_INPUT"  # which of its names?
    assert (await both.refused(name, **wish(name, hold, source="market")))[0] == "FORBIDDEN"
    assert await points(seller.world) == (90, 10)
    answer = await both.asks(name, **wish(name, hold, source="games"))
    assert answer["__typename"] == ("HoldNotCaptured" if name == "GiveBackPoints" else f"{name}Success")


@pytest.mark.parametrize("name", WISHES)
async def test_a_service_of_other_programs_does_not_learn_whether_there_is_such_a_hold(
    seller: Seller, name: str
) -> None:
    """R43: another program's hold, nobody's hold, and another hold of a member are told apart by nothing."""
    hold = await seller.held("anna", 10)
    owner, key = await ids_of(seller.world)
    elsewhere = Seller(seller.world, service("brand-standard", scopes=("points:hold",)))
    assert await elsewhere.refused(name, **wish(name, hold)) == NO_HOLD
    for nobody in (global_id("pointsHold", uuid4(), key), global_id("pointsHold", owner, uuid4())):
        assert await elsewhere.refused(name, **wish(name, nobody)) == NO_HOLD
        assert await seller.refused(name, **wish(name, nobody)) == NO_HOLD
    assert await points(seller.world) == (90, 10)
    assert await number_of(seller.world, "idempotency_keys") == 1


@pytest.mark.parametrize("hold", ["", "pointsHold_", "member_AAAA", "pointsHold_" + "A" * 43, "pointsHold_" + "A" * 22])
async def test_what_is_no_id_of_a_hold_is_bad_input(seller: Seller, hold: str) -> None:
    for name in WISHES:
        assert (await seller.refused(name, **wish(name, hold)))[0] == "BAD_USER_INPUT"


async def test_an_id_of_something_else_is_not_taken_for_a_hold(seller: Seller) -> None:
    """An entry and its hold are of one member, and have ids alike."""
    hold = await seller.held("anna", 10)
    _, keys = split(hold)
    for name in WISHES:
        code, _ = await seller.refused(name, **wish(name, global_id("pointsEntry", *keys)))
        assert code == "BAD_USER_INPUT"
    assert await points(seller.world) == (90, 10)


async def test_who_is_no_member_has_no_points_to_hold_and_does_not_become_one(seller: Seller) -> None:
    """Placing a hold is no fact, also where the first fact makes a member."""
    refused = await seller.place("carla", 1)
    assert (refused["__typename"], refused["code"]) == ("NotAMember", "NOT_A_MEMBER")
    assert await number_of(seller.world, "members") == 2
    assert await number_of(seller.world, "identities") == 2
    refused = await seller.place("anna", 1, program="brand-standard")
    assert refused["__typename"] == "NotAMember"
    assert (await seller.place("bella", 1))["__typename"] == "NotEnoughPoints"


async def test_a_customer_is_named_by_the_issuer_of_the_servers_tokens(seller: Seller) -> None:
    strange = {"customer": {"subject": "anna", "issuer": "https://other.example"}, "points": 1}
    assert (await seller.refused("PlaceHold", place=given(None, **strange)))[0] == "BAD_USER_INPUT"
    usual = {"customer": {"subject": "anna", "issuer": ISSUER}, "points": 1}
    assert (await seller.asks("PlaceHold", place=given(None, **usual)))["__typename"] == "PlaceHoldSuccess"


async def test_of_who_has_left_holds_still_end_and_none_are_placed(seller: Seller) -> None:
    """What was begun is finished: points are kept for a return."""
    captured, released, spent = [await seller.held("anna", 10) for _ in range(3)]
    await seller.capture(spent)
    await seller.world.leaves("anna")
    assert (await seller.place("anna", 1))["__typename"] == "NotAMember"
    assert (await seller.capture(captured))["__typename"] == "CaptureHoldSuccess"
    assert (await seller.release(released))["__typename"] == "ReleaseHoldSuccess"
    assert (await seller.give_back(spent, 4))["__typename"] == "GiveBackPointsSuccess"
    await seller.world.joins("anna")
    assert await points(seller.world) == (84, 0)


WRONG: dict[str, dict[str, Any]] = {
    "no points": {"points": 0},
    "fewer than no points": {"points": -5},
    "a deadline that is now": {"deadline": NOON},
    "a deadline that has passed": {"deadline": NOON - DAY},
    "a deadline too far off": {"deadline": NOON + 7 * DAY + MINUTE},
    "a deadline at the end of time": {"deadline": "9999-12-31T23:59:59-14:00"},
    "a deadline before all time": {"deadline": "0001-01-01T00:00:00+14:00"},
    "a deadline without a zone": {"deadline": "2026-03-01T13:00:00"},
    "an empty reference": {"reference": ""},
    "a long reference": {"reference": "x" * 201},
    "a reference that cannot be seen": {"reference": "a\nb"},
    "a program that there is not": {"program": "nowhere"},
    "a customer without a name": {"customer": {"subject": ""}},
    "more points than there can be": {"points": 2**31},
    "a key that is none": {"idempotencyKey": "again"},
}


@pytest.mark.parametrize("wrong", WRONG)
async def test_what_makes_no_sense_is_bad_input_and_takes_no_key(seller: Seller, wrong: str) -> None:
    place = placing("anna", 10) | {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in WRONG[wrong].items()
    }
    assert (await seller.refused("PlaceHold", place=place))[0] == "BAD_USER_INPUT"
    assert await points(seller.world) == (100, 0)
    assert await number_of(seller.world, "idempotency_keys") == 0


async def test_the_longest_deadline_and_reference_are_fine(seller: Seller) -> None:
    answer = await seller.place("anna", 10, deadline=NOON + 7 * DAY, reference="订" * 200)
    assert answer["hold"]["reference"] == "订" * 200


@pytest.mark.parametrize("number", [0, -1])
async def test_to_give_back_no_points_is_bad_input(seller: Seller, number: int) -> None:
    hold = await seller.captured("anna", 10)
    code, _ = await seller.refused("GiveBackPoints", **wish("GiveBackPoints", hold, points=number))
    assert code == "BAD_USER_INPUT"


async def test_each_wish_is_done_once_however_often_it_is_asked(seller: Seller) -> None:
    """R36: the same key and input, the same outcome, marked; for whatever selection, at whatever server."""
    again = Seller(replace(seller.world, keys=KeysInFlight()))
    place = placing("anna", 40)
    first = await seller.asks("PlaceHold", place=place)
    hold = first["hold"]["id"]
    captured = wish("CaptureHold", hold)
    one, rest = wish("GiveBackPoints", hold, points=15), wish("GiveBackPoints", hold)
    asked = [("PlaceHold", {"place": place}), ("CaptureHold", captured), ("GiveBackPoints", one),
             ("GiveBackPoints", rest)]  # fmt: skip
    for name, variables in asked[1:]:
        assert (await seller.asks(name, **variables))["replayed"] is False
    done = await movements(seller.world)
    for name, variables in asked:
        answer = await again.asks(name, **variables)
        assert (answer["replayed"], answer["hold"]["id"]) == (True, hold)
        assert (answer["hold"]["state"], answer["hold"]["givenBack"]) == ("CAPTURED", 40)  # rendered as it is now
    assert (await again.asks("GiveBackPoints", **one))["giveBack"]["points"] == 15
    assert await movements(seller.world) == done
    assert await points(seller.world) == (100, 0)


async def test_refusals_are_outcomes_too(seller: Seller) -> None:
    """R36: they stay when what spoke against it is gone, and say what was so."""
    too_many, late = placing("anna", 101), wish("CaptureHold", await seller.held("anna", 100))
    first = await seller.asks("PlaceHold", place=too_many)
    seller.world.now += 30 * MINUTE
    ended = await seller.asks("CaptureHold", **late)
    assert (first["available"], ended["state"]) == (0, "TIMED_OUT")
    await has_lot(seller.world, "anna", 100, lapses=LATER)
    assert await seller.asks("PlaceHold", place=too_many) == first
    assert await seller.asks("CaptureHold", **late) == ended
    assert await points(seller.world) == (200, 0)


async def test_a_refusal_of_who_was_no_member_stays_when_they_join(seller: Seller) -> None:
    """R36: the key belongs to the customer."""
    place = placing("carla", 1)
    assert (await seller.asks("PlaceHold", place=place))["__typename"] == "NotAMember"
    await has_lot(seller.world, "carla", 10, lapses=LATER)
    assert (await seller.asks("PlaceHold", place=place))["__typename"] == "NotAMember"
    assert (await seller.place("carla", 1))["__typename"] == "PlaceHoldSuccess"


async def test_a_key_with_other_input_is_refused(seller: Seller) -> None:
    """R36: anything else about it, or the key of another kind of wish of that member."""
    key = uuid4()
    hold = (await seller.place("anna", 10, key=key))["hold"]["id"]
    for other in (placing("anna", 11), placing("anna", 10, reference="x"), placing("anna", 10, deadline=NOON + DAY)):
        code, _ = await seller.refused("PlaceHold", place=other | {"idempotencyKey": str(key)})
        assert code == "IDEMPOTENCY_KEY_REUSED"
    await seller.capture(hold, key=key)  # placing has the customer's keys, what happens to a hold the member's
    for name in ("ReleaseHold", "GiveBackPoints"):
        assert (await seller.refused(name, **wish(name, hold, key=key)))[0] == "IDEMPOTENCY_KEY_REUSED"
    assert await points(seller.world) == (90, 0)


async def test_another_service_has_keys_of_its_own(seller: Seller) -> None:
    """R36: keys belong to (member, caller)."""
    key, other = uuid4(), Seller(seller.world, replace(SELLING, subject="another"))
    first = await seller.place("anna", 10, key=key)
    second = await other.place("anna", 10, key=key)
    assert (first["replayed"], second["replayed"]) == (False, False)
    assert await points(seller.world) == (80, 20)


async def test_for_another_member_a_key_is_another(seller: Seller) -> None:
    """R36: keys belong to (member, caller)."""
    key = uuid4()
    await has_lot(seller.world, "bella", 10, lapses=LATER)
    answers = [await seller.place(subject, 10, key=key) for subject in ("anna", "bella")]
    assert [answer["replayed"] for answer in answers] == [False, False]
    holds = [answer["hold"]["id"] for answer in answers]
    assert [(await seller.capture(hold, key=key))["replayed"] for hold in holds] == [False, False]


async def test_in_another_program_a_key_is_another(seller: Seller) -> None:
    """R36: also if only the token says which program it is."""
    key, world = uuid4(), seller.world
    await world.joins("anna", program="brand-standard")
    first = await Seller(world, replace(SELLING, program="taobao-club")).place("anna", 10, key=key)
    second = await Seller(world, replace(SELLING, program="brand-standard")).place("anna", 10, key=key)
    assert (first["replayed"], second["__typename"]) == (False, "NotEnoughPoints")


@pytest.mark.parametrize(
    "less",
    [
        {"scopes": frozenset[str]()},
        {"programs": frozenset(("brand-standard",))},
        {"sources": frozenset(("games",))},
    ],
)
async def test_a_token_that_lost_a_right_is_not_shown_what_its_keys_did(seller: Seller, less: dict[str, Any]) -> None:
    """What is asked again is answered to who may ask it."""
    place = placing("anna", 40, source="shop", program=CLUB)
    hold = (await seller.asks("PlaceHold", place=place))["hold"]["id"]
    captured = wish("CaptureHold", hold, source="shop")
    await seller.asks("CaptureHold", **captured)
    lesser = Seller(seller.world, replace(SELLING, **less))
    for name, variables in (("PlaceHold", {"place": place}), ("CaptureHold", captured)):
        code, _ = await lesser.refused(name, **variables)
        assert code in ("FORBIDDEN", "BAD_USER_INPUT")


async def test_a_command_looks_at_the_program_itself(seller: Seller) -> None:
    """R43: whoever calls it, and though the key was given to the member."""
    await seller.held("anna", 10)
    hold = await ids_of(seller.world)
    for command in (capture_points, release_points):
        with pytest.raises(BadInput, match="no such hold"):
            async with seller.world.database.transaction() as tx:
                await command(tx, hold=hold, source="shop", programs=["brand-standard"], now=NOON)
    assert await points(seller.world) == (90, 10)
