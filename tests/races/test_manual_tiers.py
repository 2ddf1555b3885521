"""A hundred of staff who set and end a tier at once. Each race fails without the lock or key that decides it."""

from collections import Counter
from dataclasses import replace
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.graph import Role
from app.graph.in_flight import KeysInFlight
from tests.programs.files import shop
from tests.staff.correcting import person
from tests.staff.setting_tiers import SHOP, ends, sets
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


async def new_member(world: World) -> UUID:
    if SHOP not in world.programs.by_code:
        await world.publishes(shop())
    return await world.joins(f"anna-{next(NUMBERS)}", program=SHOP)


def support(number: int) -> Any:
    return person(f"support-{number}", Role.SUPPORT, SHOP)


async def written(world: World, member: UUID) -> Counter[str]:
    """What is written of the tier, and what is on record."""
    changes = await rows(world, f"SELECT kind AS what FROM tier_changes WHERE member_id = '{member}'")
    audit = await rows(world, f"SELECT action AS what FROM audit_entries WHERE owner_id = '{member}'")
    return Counter(row["what"] for row in (*changes, *audit))


async def a_hundred_set_it_and_the_last_one_holds(world: World) -> None:
    """R23: each is written after the one before, and on record."""
    member = await new_member(world)
    await at_once(sets(world, member, "v3" if number % 2 else "v2", by=support(number)) for number in range(CROWD))
    assert await written(world, member) == {"MANUAL": CROWD, "MANUAL_TIER_SET": CROWD}
    changes = f"SELECT manual_tier FROM tier_changes WHERE member_id = '{member}' ORDER BY id DESC LIMIT 1"
    (last,) = await rows(world, changes)
    (now,) = await rows(world, f"SELECT manual_tier FROM members WHERE id = '{member}'")
    assert last["manual_tier"] == now["manual_tier"]
    await balanced(world)


async def a_hundred_end_it_and_it_is_ended_once(world: World) -> None:
    member = await new_member(world)
    await sets(world, member)
    answers = await at_once(ends(world, member, by=support(number)) for number in range(CROWD))
    kinds = Counter(answer["__typename"] for answer in answers)
    assert kinds == {"EndManualTierSuccess": 1, "NoManualTier": CROWD - 1}
    found = await written(world, member)
    assert (found["MANUAL_ENDED"], found["MANUAL_TIER_ENDED"]) == (1, 1)
    await balanced(world)


async def one_sets_it_a_hundred_times_with_one_key(world: World) -> None:
    """R36: each retry reaches another server."""
    member, key = await new_member(world), uuid4()
    answers = await at_once(sets(replace(world, keys=KeysInFlight()), member, key=key) for _ in range(CROWD))
    assert Counter(answer["replayed"] for answer in answers) == {False: 1, True: CROWD - 1}
    assert len({answer["change"]["id"] for answer in answers}) == 1
    assert await written(world, member) == {"MANUAL": 1, "MANUAL_TIER_SET": 1}
    await balanced(world)


RACES: dict[Race, tuple[Mutant, ...]] = {
    a_hundred_set_it_and_the_last_one_holds: (without_member_lock,),
    a_hundred_end_it_and_it_is_ended_once: (without_member_lock,),
    one_sets_it_a_hundred_times_with_one_key: (without_idempotency_key,),
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
