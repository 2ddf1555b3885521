"""A hundred who join or leave at once, through the graph. Each race fails without the lock or key that decides it."""

from collections import Counter
from dataclasses import replace
from itertools import count
from typing import Any
from uuid import uuid4

import pytest

from app.graph.in_flight import KeysInFlight
from tests.world import World, customer

from .racing import (
    CROWD,
    Mutant,
    Race,
    any_input_is_the_same,
    at_once,
    balanced,
    fails,
    idempotency_key_is_looked_up_first,
    identity_is_looked_up_first,
    membership_is_looked_up_first,
    rows,
    without_idempotency_key,
    without_member_lock,
)

NUMBERS = count(1)
JOIN = """mutation Join($key: UUID!, $program: String, $name: String) {
  joinProgram(input: {idempotencyKey: $key, program: $program, displayName: $name}) {
    __typename
    ... on JoinProgramSuccess { replayed member { id displayName } }
    ... on AlreadyMember { member { id } }
  }
}"""
LEAVE = """mutation Leave($key: UUID!) { leaveProgram(input: {idempotencyKey: $key}) {
  __typename
  ... on LeaveProgramSuccess { replayed member { id } }
} }"""


def new() -> str:
    return f"anna-{next(NUMBERS)}"


def process(world: World) -> World:
    """A server process of its own, as far as keys are concerned: requests of one wait for each other in memory."""
    return replace(world, keys=KeysInFlight())


async def join(world: World, subject: str, key: str, *, name: str = "Anna", program: str | None = None) -> Any:
    return (await world.data(JOIN, by=customer(subject), key=key, name=name, program=program))["joinProgram"]


async def leave(world: World, subject: str, key: str) -> Any:
    return (await world.data(LEAVE, by=customer(subject), key=key))["leaveProgram"]


async def one_outcome(world: World, answers: list[Any]) -> None:
    assert Counter(answer["__typename"] for answer in answers) == {"JoinProgramSuccess": CROWD}
    assert Counter(answer["replayed"] for answer in answers) == {False: 1, True: CROWD - 1}
    assert len({answer["member"]["id"] for answer in answers}) == 1
    await balanced(world)


async def the_same_key_joins_once(world: World) -> None:
    """R36: a hundred retries that reach one server."""
    subject, key = new(), str(uuid4())
    await one_outcome(world, await at_once(join(world, subject, key) for _ in range(CROWD)))


async def the_same_key_joins_once_at_many_servers(world: World) -> None:
    """R36: a hundred retries, each of which reaches another server: the database decides."""
    subject, key = new(), str(uuid4())
    await one_outcome(world, await at_once(join(process(world), subject, key) for _ in range(CROWD)))


async def one_input_has_the_key(world: World) -> None:
    """R36: the same key with two inputs: whichever came first is done, the other is refused."""
    subject, key, names = new(), str(uuid4()), ("Anna", "Bella")

    async def asked(number: int) -> tuple[str, str]:
        given: dict[str, Any] = {"key": key, "name": names[number % 2]}
        result = await process(world).ask(JOIN, by=customer(subject), **given)
        if result.errors:
            return given["name"], str((result.errors[0].extensions or {}).get("code"))
        assert result.data is not None
        return given["name"], result.data["joinProgram"]["member"]["displayName"]

    found = Counter(await at_once(asked(number) for number in range(CROWD)))
    ((first,),) = await rows(
        world,
        f"""SELECT m.display_name FROM members m JOIN identities i USING (customer_id)
        WHERE i.subject = '{subject}'""",
    )
    other = names[1 - names.index(first)]
    assert found == {(first, first): CROWD // 2, (other, "IDEMPOTENCY_KEY_REUSED"): CROWD // 2}


async def many_wishes_make_one_member(world: World) -> None:
    """A hundred keys of one customer: one joins, the others are told so."""
    subject = new()
    answers = await at_once(join(world, subject, str(uuid4())) for _ in range(CROWD))
    kinds = Counter(answer["__typename"] for answer in answers)
    assert kinds == {"JoinProgramSuccess": 1, "AlreadyMember": CROWD - 1}
    assert len({answer["member"]["id"] for answer in answers}) == 1
    await balanced(world)


async def many_wishes_of_a_known_customer_make_one_member(world: World) -> None:
    """The same for one who is a member of another program already."""
    subject = new()
    await world.joins(subject, program="taobao-club")
    answers = await at_once(join(world, subject, str(uuid4()), program="brand-standard") for _ in range(CROWD))
    kinds = Counter(answer["__typename"] for answer in answers)
    assert kinds == {"JoinProgramSuccess": 1, "AlreadyMember": CROWD - 1}
    await balanced(world)


async def one_leaves_once_and_comes_back_once(world: World) -> None:
    """A hundred keys each: one leaves and one comes back."""
    subject = new()
    await world.joins(subject)
    answers = await at_once(leave(world, subject, str(uuid4())) for _ in range(CROWD))
    kinds = Counter(answer["__typename"] for answer in answers)
    assert kinds == {"LeaveProgramSuccess": 1, "NotAMember": CROWD - 1}
    answers = await at_once(join(world, subject, str(uuid4())) for _ in range(CROWD))
    kinds = Counter(answer["__typename"] for answer in answers)
    assert kinds == {"JoinProgramSuccess": 1, "AlreadyMember": CROWD - 1}


RACES: dict[Race, tuple[Mutant, ...]] = {
    the_same_key_joins_once: (without_idempotency_key,),
    the_same_key_joins_once_at_many_servers: (without_idempotency_key, idempotency_key_is_looked_up_first),
    one_input_has_the_key: (any_input_is_the_same,),
    many_wishes_make_one_member: (identity_is_looked_up_first,),
    many_wishes_of_a_known_customer_make_one_member: (membership_is_looked_up_first,),
    one_leaves_once_and_comes_back_once: (without_member_lock,),
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
