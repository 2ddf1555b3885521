"""A hundred wishes about points at once, over HTTP. Each race fails without the lock or key that decides it."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.schema import CreateIndex

from app.db.statements import DIALECT
from app.graph.in_flight import KeysInFlight
from app.tables import METADATA
from tests.databases import run
from tests.points.seller import CHECKOUT, Seller, has_lot, of, placing, points
from tests.world import World

from .racing import (
    ATTEMPTS,
    CROWD,
    Mutant,
    Race,
    any_input_is_the_same,
    at_once,
    balanced,
    comes_twice,
    fails,
    idempotency_key_is_looked_up_first,
    rows,
    without_idempotency_key,
    without_member_lock,
)

NUMBERS = count(1)
K = 10
"""For so many holds the points suffice."""


async def new(world: World, *lots: int) -> str:
    """A member that no race before had, with lots that lapse a day after each other."""
    subject = f"anna-{next(NUMBERS)}"
    for number, amount in enumerate(lots):
        await has_lot(world, subject, amount, lapses=world.now + timedelta(days=30 + number))
    return subject


def process(seller: Seller) -> Seller:
    """A server process of its own, as far as keys are concerned: requests of one wait for each other in memory."""
    return Seller(replace(seller.world, keys=KeysInFlight()))


def kinds(answers: list[Any]) -> Counter[str]:
    return Counter(answer["__typename"] for answer in answers)


async def the_last_points_are_held_once(world: World) -> None:
    """R8, R31: of a hundred, as many as there are points for; all others are told that there are none left."""
    seller, subject = Seller(world), await new(world, 30, 50, 50)
    answers = await at_once(seller.place(subject, 13) for _ in range(CROWD))
    assert kinds(answers) == {"PlaceHoldSuccess": K, "NotEnoughPoints": CROWD - K}
    refused = [answer for answer in answers if answer["__typename"] == "NotEnoughPoints"]
    assert {(answer["required"], answer["available"]) for answer in refused} == {(13, 0)}
    assert await points(world, subject) == (0, 130)
    await balanced(world)
    holds = [answer["hold"]["id"] for answer in answers if answer["__typename"] == "PlaceHoldSuccess"]
    await at_once(seller.capture(hold) for hold in holds)
    assert await points(world, subject) == (0, 0)
    await balanced(world)


async def a_hold_ends_once(world: World) -> None:
    """R14: captured and released fifty times each; one of them did it, and all others are told what."""
    seller, subject = Seller(world), await new(world, 30, 50)
    hold = await seller.held(subject, 60)
    answers = await at_once(seller.capture(hold) if number % 2 else seller.release(hold) for number in range(CROWD))
    (winner,) = [answer for answer in answers if answer["__typename"] != "HoldEnded"]
    state = winner["hold"]["state"]
    assert winner["__typename"] == {"CAPTURED": "CaptureHoldSuccess", "RELEASED": "ReleaseHoldSuccess"}[state]
    assert Counter(answer.get("state") for answer in answers) == {None: 1, state: CROWD - 1}
    assert await points(world, subject) == (20 if state == "CAPTURED" else 80, 0)
    await balanced(world)


async def no_more_is_given_back_than_was_spent(world: World) -> None:
    """R7: a hundred want some of it back; it is given back as often as it was spent."""
    seller, subject = Seller(world), await new(world, 30, 50)
    hold = await seller.captured(subject, 60)
    answers = await at_once(seller.give_back(hold, 6) for _ in range(CROWD))
    assert kinds(answers) == {"GiveBackPointsSuccess": K, "MoreThanLeft": CROWD - K}
    assert {answer["left"] for answer in answers if answer["__typename"] == "MoreThanLeft"} == {0}
    assert await points(world, subject) == (80, 0)
    await balanced(world)


async def one_outcome(world: World, sellers: list[Seller]) -> None:
    """R36: each wish asked a hundred times with its key is done once, and all are told the same."""
    subject = await new(world, 30, 50)
    wishes = {"PlaceHold": {"place": placing(subject, 60)}}
    hold = await _asked_at_once(sellers, "PlaceHold", wishes["PlaceHold"])
    assert await points(world, subject) == (20, 60)
    await _asked_at_once(sellers, "CaptureHold", {"capture": of(hold)})
    assert await points(world, subject) == (20, 0)
    await _asked_at_once(sellers, "GiveBackPoints", {"giveBack": of(hold, points=6, cancelledBy="SHOP")})
    assert await points(world, subject) == (26, 0)
    another = await sellers[0].held(subject, 26)
    await _asked_at_once(sellers, "ReleaseHold", {"release": of(another)})
    assert await points(world, subject) == (26, 0)
    await balanced(world)


async def _asked_at_once(sellers: list[Seller], name: str, variables: dict[str, Any]) -> str:
    """The hold that all answers speak of."""
    answers = await at_once(seller.asks(name, **variables) for seller in sellers)
    assert kinds(answers) == {f"{name}Success": CROWD}
    assert Counter(answer["replayed"] for answer in answers) == {False: 1, True: CROWD - 1}
    without_mark: list[Any] = [{**answer, "replayed": None} for answer in answers]
    assert all(answer == without_mark[0] for answer in without_mark)
    return without_mark[0]["hold"]["id"]


async def the_same_key_is_done_once(world: World) -> None:
    """R36: retries that reach one server."""
    await one_outcome(world, [Seller(world)] * CROWD)


async def the_same_key_is_done_once_at_many_servers(world: World) -> None:
    """R36: retries each of which reaches another server: the database decides."""
    await one_outcome(world, [process(Seller(world)) for _ in range(CROWD)])


async def a_refusal_is_one_outcome(world: World) -> None:
    """R36: asked with one key for more than there is, while points come in: all are told the same."""
    seller, subject = Seller(world), await new(world, 10)
    place = placing(subject, 15)

    async def another_lot() -> None:
        await has_lot(world, subject, 10, lapses=world.now + timedelta(days=30))

    asked = [process(seller).asks("PlaceHold", place=place) for _ in range(CROWD - 1)]
    _, *answers = await at_once([another_lot(), *asked])
    without_mark = [{**answer, "replayed": None} for answer in answers]
    assert all(answer == without_mark[0] for answer in without_mark)
    await balanced(world)


async def one_input_has_the_key(world: World) -> None:
    """R36: the same key with two inputs: whichever came first is done, the other is refused."""
    seller, subject, key = Seller(world), await new(world, 30, 50), uuid4()
    inputs = [placing(subject, number, key=key) for number in (10, 11)]

    async def asked(number: int) -> tuple[int, object]:
        place = inputs[number % 2]
        answered = (await process(seller).sends(CHECKOUT, "PlaceHold", place=place)).json
        if "errors" in answered:
            (error,) = answered["errors"]
            return place["points"], error["extensions"]["code"]
        return place["points"], answered["data"]["placeHold"]["hold"]["points"]

    found = Counter(await at_once(asked(number) for number in range(CROWD)))
    _, held = await points(world, subject)
    other = 21 - held
    assert found == {(held, held): CROWD // 2, (other, "IDEMPOTENCY_KEY_REUSED"): CROWD // 2}
    await balanced(world)


RACES: dict[Race, tuple[Mutant, ...]] = {
    the_last_points_are_held_once: (without_member_lock,),
    a_hold_ends_once: (without_member_lock,),
    no_more_is_given_back_than_was_spent: (without_member_lock,),
    the_same_key_is_done_once: (without_idempotency_key,),
    the_same_key_is_done_once_at_many_servers: (without_idempotency_key, idempotency_key_is_looked_up_first),
    a_refusal_is_one_outcome: (without_idempotency_key,),
    one_input_has_the_key: (any_input_is_the_same,),
}
"""Each race, and what it cannot do without."""
LOSSES = [(race, mutant) for race, mutants in RACES.items() for mutant in mutants]


def name_of(function: Any) -> str:
    return function.__name__


@pytest.mark.parametrize("race", RACES, ids=name_of)
async def test_a_hundred_at_once(crowd: World, race: Race) -> None:
    await race(crowd)


@pytest.mark.parametrize(("race", "mutant"), LOSSES, ids=name_of)
async def test_without_its_lock_or_key_it_goes_wrong(
    crowd: World, monkeypatch: pytest.MonkeyPatch, race: Race, mutant: Mutant
) -> None:
    """The races above can fail: each does without what decides it."""
    mutant(monkeypatch)
    assert await fails(race, crowd)


INDEX = "uq_points_entries_hold_ended"
TWICE = """SELECT FROM points_entries WHERE cause = 'HOLD' AND kind IN ('CAPTURED', 'RELEASED')
GROUP BY member_id, cause_id HAVING count(*) > 1"""


async def test_where_the_locks_fail_the_index_lets_a_hold_end_once(
    crowd: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R14: in the database, too. Without the locks somebody is told an error; without the index as well, it ends as
    one and as the other."""
    without_member_lock(monkeypatch)
    for _ in range(ATTEMPTS):
        await ended_somehow(crowd)
    assert not await rows(crowd, TWICE)
    (index,) = [each for each in METADATA.tables["points_entries"].indexes if each.name == INDEX]
    await rows(crowd, f"DROP INDEX {INDEX}")
    try:
        assert await comes_twice(ended_somehow, crowd, TWICE)
    finally:
        await run(
            crowd.database.settings.url,
            "TRUNCATE points_entries CASCADE",
            str(CreateIndex(index).compile(dialect=DIALECT)),
        )


async def ended_somehow(world: World) -> None:
    """Captured and released by a few at once, whatever they are told."""
    seller, subject = Seller(world), await new(world, 30)
    hold = await seller.held(subject, 30)
    wishes = [seller.capture(hold) if number % 2 else seller.release(hold) for number in range(K)]
    await asyncio.gather(*wishes, return_exceptions=True)
