"""A customer joins while a hundred facts of theirs arrive: each counts once. Without the lock, some would be lost."""

from asyncio import create_task, sleep
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from itertools import count
from random import Random
from typing import Any

import pytest

from app.customers.rules import Identity
from app.facts.commands import record_order
from app.facts.rules import FactKept, OrderRecorded
from tests.facts.reacting import react
from tests.facts.refunding import BOTH, file
from tests.world import ISSUER, World

from .racing import CROWD, Mutant, Race, at_once, balanced, fails, rows, without_customer_lock, without_member_lock

NUMBERS = count(1)
WAITING = """SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"""
FACTS = CROWD - 4


def new() -> str:
    return f"anna-{next(NUMBERS)}"


async def club(world: World) -> None:
    """A program that keeps what customers do who have not joined it, from the first race on."""
    if world.programs.get("shop") is None:
        await world.publishes(f"[facts]\nkept_days = 90\n{file()}")


async def meet(world: World, subject: str, *others: Callable[[], Awaitable[Any]]) -> Counter[type]:
    """Orders of a yuan each, some reported twice, and whatever else happens meanwhile; what came of the orders."""
    orders = [replace(BOTH, external_id=f"{subject}-{number}") for number in range(FACTS // 2)]
    works = [lambda order=order: world.reports_of(subject, order, program="shop") for order in orders * 2]
    Random(7).shuffle(works)
    places = Random(5).sample(range(10, FACTS), len(others))
    for place, other in zip(places, others, strict=True):
        works.insert(place, other)  # pyright: ignore[reportArgumentType]
    found = await at_once(work() for work in works)
    kinds: list[type] = [type(each) for each in found if each is not None]
    return Counter(kinds)


async def counted(world: World, subject: str) -> tuple[int, int, int]:
    """Facts that are kept, orders, and growth, which is that of the orders."""
    ((found),) = await rows(
        world,
        f"""SELECT (SELECT count(*) FROM kept_facts k WHERE k.customer_id = m.customer_id) AS kept,
            (SELECT count(*) FROM orders o WHERE o.member_id = m.id) AS orders, m.growth
        FROM members m JOIN identities i USING (customer_id) WHERE i.subject = '{subject}' AND m.program = 'shop'""",
    )
    return tuple(found)


async def facts_meet_joining(world: World) -> None:
    """Whoever saw no member keeps the fact before they join, or records it after: nothing is lost, nothing doubled."""
    await club(world)
    subject = new()
    await world.joins(subject, program="taobao-club")  # the customer is known, so that facts need not wait to be first
    kinds = await meet(world, subject, lambda: _joins(world, subject))
    assert kinds.keys() <= {FactKept, OrderRecorded}
    assert await counted(world, subject) == (0, FACTS // 2, 1100 * (FACTS // 2))
    await balanced(world)


async def facts_of_a_stranger_meet_joining(world: World) -> None:
    """The same for a customer whom nobody knew."""
    await club(world)
    subject = new()
    await meet(world, subject, lambda: _joins(world, subject))
    assert await counted(world, subject) == (0, FACTS // 2, 1100 * (FACTS // 2))
    await balanced(world)


async def facts_meet_joining_again(world: World) -> None:
    """The same for one who left, and comes back."""
    await club(world)
    subject = new()
    await world.joins(subject, program="shop", at=world.now)
    await world.leaves(subject, program="shop")
    await react(world)
    await meet(world, subject, lambda: _joins(world, subject))
    assert await counted(world, subject) == (0, FACTS // 2, 1100 * (FACTS // 2))
    await balanced(world)


async def reactions_meet_facts(world: World) -> None:
    """Several workers react while more facts come: what was kept is credited once."""
    await club(world)
    subject = new()
    for number in range(10):
        await world.reports_of(subject, replace(BOTH, external_id=f"{subject}-{number}"), program="shop")
    await world.joins(subject, program="shop", at=world.now)

    async def reacts() -> None:
        await sleep(0)
        await react(world)

    await meet(world, subject, *[reacts] * 4)
    assert await counted(world, subject) == (0, FACTS // 2, 1100 * (FACTS // 2))
    await balanced(world)


async def who_joins_waits_for_a_fact_that_is_being_kept(world: World) -> None:
    """However long that takes: or what is kept would come too late for who looks what is to be credited."""
    await club(world)
    subject = new()
    await world.joins(subject, program="taobao-club")
    async with world.database.transaction() as tx:
        order = replace(BOTH, external_id=subject)
        kept = await record_order(tx, programs=world.programs, program="shop", identity=Identity(ISSUER, subject),
                                  order=order, now=world.now)  # fmt: skip
        assert isinstance(kept, FactKept)
        joining = create_task(_joins(world, subject))
        while not joining.done() and not await rows(world, WAITING):
            pass
    await joining
    assert await counted(world, subject) == (0, 1, 1100)


async def _joins(world: World, subject: str) -> None:
    await world.joins(subject, program="shop", at=world.now)
    await react(world)


RACES: dict[Race, tuple[Mutant, ...]] = {
    who_joins_waits_for_a_fact_that_is_being_kept: (without_customer_lock,),
    facts_meet_joining: (),
    facts_of_a_stranger_meet_joining: (),
    facts_meet_joining_again: (),
    reactions_meet_facts: (without_member_lock,),
}
"""Each race, and what it cannot do without."""
LOSSES = [(race, mutant) for race, mutants in RACES.items() for mutant in mutants]


def name_of(function: Any) -> str:
    return function.__name__


@pytest.mark.parametrize("race", RACES, ids=name_of)
async def test_a_hundred_at_once(crowd: World, race: Race) -> None:
    await race(crowd)


@pytest.mark.parametrize(("race", "mutant"), LOSSES, ids=name_of)
async def test_without_its_lock_it_goes_wrong(
    crowd: World, monkeypatch: pytest.MonkeyPatch, race: Race, mutant: Mutant
) -> None:
    """The races above can fail: each does without what decides it."""
    mutant(monkeypatch)
    assert await fails(race, crowd)
