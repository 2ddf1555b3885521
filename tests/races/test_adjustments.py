"""A hundred of staff who correct and decide at once. Each race fails without the lock or key that decides it."""

from collections import Counter
from dataclasses import replace
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.errors import Refused
from app.graph import Role
from app.graph.in_flight import KeysInFlight
from app.staff import rules
from app.staff.commands import adjusting
from tests.staff.correcting import LIMIT, adjust, approve, available, person, reject, waiting
from tests.world import World

from .racing import (
    CROWD,
    Mutant,
    Race,
    at_once,
    balanced,
    fails,
    rows,
    without_idempotency_key,
    without_member_lock,
)

NUMBERS = count(1)
MANY = 5000


async def new_member(world: World) -> UUID:
    return await world.joins(f"anna-{next(NUMBERS)}")


def operator(number: int) -> Any:
    return person(f"operator-{number}", Role.OPERATOR)


def kinds(answers: list[Any]) -> Counter[str]:
    return Counter(answer["__typename"] for answer in answers)


async def moved(world: World, member: UUID) -> list[int]:
    """What corrections moved, one by one."""
    found = await rows(world, f"SELECT change FROM points_entries WHERE member_id = '{member}' AND kind = 'ADJUSTED'")
    return [row["change"] for row in found]


async def on_record(world: World, member: UUID) -> Counter[str]:
    return Counter(
        row["action"] for row in await rows(world, f"SELECT * FROM audit_entries WHERE owner_id = '{member}'")
    )


async def a_hundred_agree_and_it_is_applied_once(world: World) -> None:
    """R5, R8."""
    member = await new_member(world)
    asked = await waiting(world, member, MANY)
    answers = await at_once(approve(world, asked, by=operator(number)) for number in range(CROWD))
    assert kinds(answers) == {"ApproveAdjustmentSuccess": 1, "AdjustmentDecided": CROWD - 1}
    assert await moved(world, member) == [MANY]
    assert await on_record(world, member) == {"ADJUSTMENT_ASKED": 1, "ADJUSTMENT_APPROVED": 1}
    assert await available(world, member) == MANY
    await balanced(world)


async def half_agree_and_half_do_not(world: World) -> None:
    """Whoever is first decides for all."""
    member = await new_member(world)
    asked = await waiting(world, member, MANY)
    answers = await at_once(
        (approve if number % 2 else reject)(world, asked, by=operator(number)) for number in range(CROWD)
    )
    found = kinds(answers)
    assert found.pop("AdjustmentDecided") == CROWD - 1
    (first,) = found
    assert await moved(world, member) == ([MANY] if first == "ApproveAdjustmentSuccess" else [])
    assert sum((await on_record(world, member)).values()) == 2
    await balanced(world)


async def one_agrees_a_hundred_times_with_one_key(world: World) -> None:
    """R36: each retry reaches another server."""
    member, key = await new_member(world), uuid4()
    asked = await waiting(world, member, MANY)
    answers = await at_once(approve(replace(world, keys=KeysInFlight()), asked, key=key) for _ in range(CROWD))
    assert kinds(answers) == {"ApproveAdjustmentSuccess": CROWD}
    assert Counter(answer["replayed"] for answer in answers) == {False: 1, True: CROWD - 1}
    assert await moved(world, member) == [MANY]
    await balanced(world)


async def one_corrects_a_hundred_times_with_one_key(world: World) -> None:
    """R36."""
    member, key = await new_member(world), uuid4()
    answers = await at_once(adjust(replace(world, keys=KeysInFlight()), member, 7, key=key) for _ in range(CROWD))
    assert kinds(answers) == {"AdjustPointsSuccess": CROWD}
    assert len({answer["adjustment"]["id"] for answer in answers}) == 1
    assert await moved(world, member) == [7]
    assert await on_record(world, member) == {"POINTS_ADJUSTED": 1}
    await balanced(world)


async def one_moves_no_more_than_the_limit_of_the_day(world: World) -> None:
    """A hundred small corrections by one person: as many as fit are done, the others wait."""
    member = await new_member(world)
    answers = await at_once(adjust(world, member, LIMIT // 5) for _ in range(CROWD))
    assert kinds(answers) == {"AdjustPointsSuccess": 5, "AdjustmentWaiting": CROWD - 5}
    assert await available(world, member) == LIMIT
    await balanced(world)


async def the_last_points_are_taken_once(world: World) -> None:
    """R8: a hundred of staff take what is there for one of them."""
    member = await new_member(world)
    await adjust(world, member, 10)
    answers = await at_once(adjust(world, member, -10, by=person(f"support-{n}")) for n in range(CROWD))
    assert kinds(answers) == {"AdjustPointsSuccess": 1, "NotEnoughPoints": CROWD - 1}
    assert sorted(await moved(world, member)) == [-10, 10]
    assert await available(world, member) == 0
    await balanced(world)


def decided_whatever_it_is(patch: pytest.MonkeyPatch) -> None:
    """Whether it still waits is not looked at."""
    ours = rules.check_decidable

    def check(adjustment: Any, **given: Any) -> None:
        try:
            ours(adjustment, **given)
        except Refused as refused:
            if not isinstance(refused.answer, rules.AdjustmentDecided):
                raise

    patch.setattr(adjusting, "check_decidable", check)


def each_one_by_itself(patch: pytest.MonkeyPatch) -> None:
    """What was done today is not added up."""

    async def nothing(*_: Any, **__: Any) -> int:
        return 0

    patch.setattr(adjusting, "adjusted_alone", nothing)


RACES: dict[Race, tuple[Mutant, ...]] = {
    a_hundred_agree_and_it_is_applied_once: (without_member_lock, decided_whatever_it_is),
    half_agree_and_half_do_not: (without_member_lock, decided_whatever_it_is),
    one_agrees_a_hundred_times_with_one_key: (without_idempotency_key,),
    one_corrects_a_hundred_times_with_one_key: (without_idempotency_key,),
    one_moves_no_more_than_the_limit_of_the_day: (without_member_lock, each_one_by_itself),
    the_last_points_are_taken_once: (without_member_lock,),
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
