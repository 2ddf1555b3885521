"""A hundred reports of activities at once. Each race fails without the lock or key that decides it (R24, R27)."""

from asyncio import gather
from collections import Counter
from collections.abc import AsyncGenerator
from itertools import count
from pathlib import Path
from typing import Any

import httpx2
import pytest

from app import clock
from app.graph import Role
from tests.facts.activities import DAY, RECORD, capped_club, did, recorded
from tests.served import issuer_in, served, settings_in
from tests.world import World

from .racing import (
    CROWD,
    Mutant,
    Race,
    at_once,
    balanced,
    fails,
    order_key_is_looked_up_first,
    rows,
    without_member_lock,
    without_order_key,
)

NUMBERS = count(1)
REVIEWS = 'code = "reviews-a-day"\nperiod = "DAY"\npoints = 130\nrules = ["review"]'
THRICE = 'code = "thrice-a-day"\nperiod = "DAY"\ntimes = 3\nrules = ["share", "order"]'


def new(name: str) -> str:
    """A name that no race before had."""
    return f"{name}-{next(NUMBERS)}"


async def capped(world: World) -> None:
    """A program with caps, from the first race on."""
    if not any(version.number > 1 for version in world.programs.by_code["taobao-club"].in_force):
        await world.publishes(capped_club(REVIEWS, THRICE), effective_from=world.now)
    world.now = max(world.now, world.programs.current("taobao-club", world.now + DAY).effective_from + DAY)


async def earned(world: World, subject: str) -> Counter[str]:
    """Points of a customer by rule; their lots are counted under `lots`."""
    found = await rows(
        world,
        f"""SELECT rule, earned FROM points_lots JOIN members ON members.id = member_id
        JOIN identities USING (customer_id) WHERE subject = '{subject}'""",
    )
    return sum((Counter({row["rule"]: row["earned"], "lots": 1}) for row in found), Counter[str]())


async def one(world: World, activity: dict[str, object]) -> Any:
    (answer,) = await recorded(world, activity)
    return answer


async def a_cap_for_the_day_holds(world: World) -> None:
    """R27: a hundred reviews, 20 points each; six are rewarded in full and the seventh with what is left."""
    await capped(world)
    subject = new("anna")
    await one(world, did(new("login"), "LOGIN", who=subject))
    answers = await at_once(one(world, did(new("r"), who=subject, at=world.now)) for _ in range(CROWD))
    assert Counter(answer["points"] for answer in answers) == {20: 6, 10: 1, 0: CROWD - 7}
    assert await earned(world, subject) == {"review": 130, "lots": 7}
    await balanced(world)


async def orders_and_shares_fill_a_cap_together(world: World) -> None:
    """R27: three of a hundred, whichever come first."""
    await capped(world)
    subject = new("anna")
    await one(world, did(new("login"), "LOGIN", who=subject))
    shares = [one(world, did(new("s"), "SHARE", who=subject, at=world.now)) for _ in range(CROWD // 2)]
    orders = [world.orders(subject, "10", order=new("o"), paid=world.now) for _ in range(CROWD // 2)]
    await at_once(each for pair in zip(shares, orders, strict=True) for each in pair)
    assert (await earned(world, subject))["lots"] == 3
    await balanced(world)


async def the_same_activity_earns_once(world: World) -> None:
    """R24: all are answered with the same; one of them did it."""
    subject, activity = new("anna"), new("r")
    answers = await at_once(one(world, did(activity, who=subject)) for _ in range(CROWD))
    assert Counter(answer["replayed"] for answer in answers) == {False: 1, True: CROWD - 1}
    assert {answer["points"] for answer in answers} == {20}
    assert await earned(world, subject) == {"review": 20, "lots": 1}
    await balanced(world)


async def an_activity_is_never_of_two(world: World) -> None:
    """R24: reported for two customers, it earns for one; the other is no member because of it."""
    subjects, activity = [new("anna"), new("bella")], new("r")
    answers = await at_once(one(world, did(activity, who=subjects[number % 2])) for number in range(CROWD))
    assert Counter(answer["__typename"] for answer in answers) == {
        "RecordActivitySuccess": CROWD // 2,
        "FactConflict": CROWD // 2,
    }
    found = [await earned(world, subject) for subject in subjects]
    assert sorted(each["review"] for each in found) == [0, 20]
    await balanced(world)


RACES: dict[Race, tuple[Mutant, ...]] = {
    a_cap_for_the_day_holds: (without_member_lock,),
    orders_and_shares_fill_a_cap_together: (without_member_lock,),
    the_same_activity_earns_once: (without_order_key,),
    an_activity_is_never_of_two: (order_key_is_looked_up_first, without_order_key),
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


@pytest.fixture
async def order_system(crowd: World, tmp_path: Path) -> AsyncGenerator[httpx2.AsyncClient]:
    """A service that asks a server over HTTP."""
    token = issuer_in(tmp_path).token(
        subject="orders",
        now=clock.now(),
        role=Role.SERVICE,
        programs=["taobao-club"],
        sources=["shop"],
        scopes=["facts:write", "members:read"],
        program="taobao-club",
    )
    patient = {"pool_size": 20, "pool_wait": 60, "lock_timeout": 60, "statement_timeout": 60, "request_timeout": 120}
    settings = settings_in(tmp_path, crowd.database.settings.url, **patient)
    headers = {"authorization": f"Bearer {token}"}
    async with (
        served(settings) as server,
        httpx2.AsyncClient(base_url=server.url, headers=headers, timeout=120, trust_env=False) as http,
    ):
        yield http


async def day_over_http(http: httpx2.AsyncClient) -> Counter[int]:
    """What a hundred reviews of one day earn, each reported by a request of its own."""
    subject, at = new("carla"), clock.now()

    async def report() -> int:
        activity = did(new("r"), who=subject, at=at)
        sent = {"query": RECORD, "variables": {"input": {"activities": [activity]}}}
        (result,) = (await http.post("/graphql", json=sent)).json()["data"]["recordActivities"]
        return result["points"]

    await report()
    return Counter(await gather(*(report() for _ in range(CROWD - 1))))


async def test_over_http_a_cap_for_the_day_holds(order_system: httpx2.AsyncClient) -> None:
    """R27: the club rewards five reviews a day; the first was reported before the others."""
    assert await day_over_http(order_system) == {20: 4, 0: CROWD - 5}


async def test_over_http_it_does_not_hold_without_the_lock(
    order_system: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R27"""
    without_member_lock(monkeypatch)
    for _ in range(20):
        if (await day_over_http(order_system))[20] > 4:
            return
    pytest.fail("the lock is of no use")
