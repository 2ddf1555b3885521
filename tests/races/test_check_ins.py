"""A hundred check-ins and made-up days at once, over HTTP. Each race fails without the lock or key that decides it."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest

from app import clock
from app.checkin.commands import making_up
from app.customers.rules import Identity
from app.members.commands import join_program
from app.tokens import DevelopmentIssuer
from tests.checkin.asking import CHECK_IN, DAY, MAKE_UP, at_noon, program
from tests.served import issuer_in, served, settings_in
from tests.world import LONG_AGO, World

from .racing import (
    CROWD,
    MUTATION,
    Race,
    at_once,
    balanced,
    comes_twice,
    drop_constraint,
    fails,
    rows,
    without_member_lock,
)

NUMBERS = count(1)
CONNECTIONS = 20
CODE = "daily"
START = date(2026, 3, 2)
QUOTA, COST = 3, 5


@dataclass
class Shop(World):
    """A world whose server is asked over HTTP."""

    http: httpx2.AsyncClient | None = None
    issuer: DevelopmentIssuer | None = None

    async def post(self, document: str, headers: dict[str, str], sent: dict[str, Any]) -> Any:
        assert self.http is not None
        body = {"query": document, "variables": {"input": sent}}
        answer = (await self.http.post("/graphql", json=body, headers=headers)).json()
        assert "errors" not in answer, answer["errors"]
        (found,) = answer["data"].values()
        return found


@dataclass
class Anna:
    """A new member at every race."""

    world: Shop
    id: UUID
    headers: dict[str, str]

    async def checks_in(self, key: UUID | None = None) -> Any:
        return await self.world.post(CHECK_IN, self.headers, {"idempotencyKey": str(key or uuid4())})

    async def makes_up(self, day: date, key: UUID | None = None) -> Any:
        sent = {"idempotencyKey": str(key or uuid4()), "day": str(day)}
        return await self.world.post(MAKE_UP, self.headers, sent)

    async def days(self) -> list[Any]:
        return list(await rows(self.world, f"SELECT * FROM check_ins WHERE member_id = '{self.id}' ORDER BY day"))

    async def moved(self, cause: str) -> int:
        sql = f"SELECT coalesce(sum(change), 0)::int AS n FROM points_entries WHERE member_id = '{self.id}'"
        ((found,),) = await rows(self.world, f"{sql} AND cause = '{cause}'")
        return found


@pytest.fixture
async def shop(crowd: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Shop]:
    """The world's server, with as many connections as really make a race."""
    await crowd.publishes(program(quota=QUOTA, cost=COST))
    shop = Shop(crowd.database, crowd.programs, crowd.now)
    shop.now = at_noon(crowd, START)
    monkeypatch.setattr(clock, "now", lambda: shop.now)
    settings = settings_in(tmp_path, crowd.database.settings.url, default_program=CODE, pool_size=CONNECTIONS,
                           pool_wait=60, lock_timeout=60, statement_timeout=60, request_timeout=120)  # fmt: skip
    limits = httpx2.Limits(max_connections=CROWD, max_keepalive_connections=CROWD)
    async with (
        served(settings) as server,
        httpx2.AsyncClient(base_url=server.url, trust_env=False, timeout=120, limits=limits) as http,
    ):
        await http.get("/healthz")
        shop.http, shop.issuer = http, issuer_in(tmp_path)
        yield shop


async def new_member(world: Any, *, days: int = 0) -> Anna:
    """Who checked in on so many of the last days, every other one, ending two days ago."""
    assert isinstance(world, Shop)
    assert world.issuer is not None
    who = f"anna-{next(NUMBERS)}"
    async with world.database.transaction() as tx:
        joined = await join_program(
            tx,
            program=world.programs.current(CODE, world.now),
            identity=Identity(world.issuer.issuer, who),
            now=world.now - LONG_AGO,
        )
    token = world.issuer.token(subject=who, now=world.now - 30 * DAY, lifetime=timedelta(days=60), program=CODE)
    anna = Anna(world, joined.member_id, {"authorization": f"Bearer {token}"})
    now = world.now
    for number in range(days, 0, -1):
        world.now = now - 2 * number * DAY
        await anna.checks_in()
    world.now = now
    return anna


def kinds(answers: list[Any]) -> Counter[str]:
    return Counter(answer["__typename"] for answer in answers)


async def a_day_counts_once(world: World) -> None:
    """R28: a hundred with keys of their own; the others get what came of the first, with its id."""
    anna = await new_member(world)
    answers = await at_once(anna.checks_in() for _ in range(CROWD))
    assert kinds(answers) == {"CheckInSuccess": CROWD}
    assert Counter(answer["alreadyDone"] for answer in answers) == {False: 1, True: CROWD - 1}
    assert len({answer["checkIn"]["id"] for answer in answers}) == 1
    assert len(await anna.days()) == 1
    assert await anna.moved("CHECK_IN") == 5
    await balanced(world)


async def a_key_checks_in_once(world: World) -> None:
    """R28, R36: a hundred with one key are one request."""
    anna, key = await new_member(world), uuid4()
    answers = await at_once(anna.checks_in(key) for _ in range(CROWD))
    assert Counter((answer["alreadyDone"], answer["replayed"]) for answer in answers) == {
        (False, False): 1,
        (False, True): CROWD - 1,
    }
    assert len(await anna.days()) == 1
    assert await anna.moved("CHECK_IN") == 5
    await balanced(world)


async def a_key_makes_up_once(world: World) -> None:
    """R30, R36: paid once, too."""
    anna, key = await new_member(world, days=1), uuid4()
    day = START - DAY
    answers = await at_once(anna.makes_up(day, key) for _ in range(CROWD))
    assert kinds(answers) == {"MakeUpCheckInSuccess": CROWD}
    assert Counter(answer["replayed"] for answer in answers) == {False: 1, True: CROWD - 1}
    assert await anna.moved("MAKE_UP") == -COST
    await balanced(world)


async def make_ups_are_no_more_than_the_quota(world: World) -> None:
    """R30, R31: four missed days, and three may be made up; there are points for all."""
    anna = await new_member(world, days=4)
    missed = [START - n * DAY for n in (1, 3, 5, 7)]
    answers = await at_once(anna.makes_up(missed[number % 4]) for number in range(CROWD))
    found = kinds(answers)
    assert found["MakeUpCheckInSuccess"] == QUOTA
    assert found.keys() <= {"MakeUpCheckInSuccess", "AlreadyCheckedIn", "NoMakeUpsLeft"}
    assert Counter(row["kind"] for row in await anna.days()) == {"DAILY": 4, "MADE_UP": QUOTA}
    assert await anna.moved("MAKE_UP") == -QUOTA * COST
    await balanced(world)


async def make_ups_spend_no_more_than_there_is(world: World) -> None:
    """R8, R30: ten points are for two days of three."""
    anna = await new_member(world, days=2)
    missed = [START - n * DAY for n in (1, 3, 5)]
    answers = await at_once(anna.makes_up(missed[number % 3]) for number in range(CROWD))
    spent = await anna.moved("MAKE_UP")
    gained = await anna.moved("CHECK_IN")
    made_up = kinds(answers)["MakeUpCheckInSuccess"]
    assert spent == -COST * made_up
    assert gained + spent >= 0
    assert made_up == (2 if gained < 3 * COST else 3)  # a bonus that two of them reach pays for the third
    await balanced(world)


async def all_days_come_to_one_row(world: World) -> None:
    """R28-R30: today's check-in and the days before it, at once and in whatever order."""
    anna = await new_member(world, days=3)
    missed = [START - n * DAY for n in (1, 3, 5)]
    works = [anna.checks_in() if number % 4 == 3 else anna.makes_up(missed[number % 4]) for number in range(CROWD)]
    await at_once(works)
    found = await anna.days()
    assert [row["streak"] for row in found] == list(range(1, 8))
    assert await anna.moved("CHECK_IN") == sum(row["points"] for row in found)
    await balanced(world)


RACES = (
    a_day_counts_once,
    a_key_checks_in_once,
    a_key_makes_up_once,
    make_ups_are_no_more_than_the_quota,
    make_ups_spend_no_more_than_there_is,
    all_days_come_to_one_row,
)
OF_KEYS = (a_key_checks_in_once, a_key_makes_up_once)


def does_nothing(*_: Any, **__: Any) -> None:
    """In place of what makes it safe."""


def name_of(function: Any) -> str:
    return function.__name__


@pytest.mark.parametrize("race", RACES, ids=name_of)
async def test_a_hundred_at_once(shop: Shop, race: Race) -> None:
    await race(shop)


@pytest.mark.parametrize("race", [race for race in RACES if race not in OF_KEYS], ids=name_of)
async def test_without_the_lock_it_goes_wrong(shop: Shop, monkeypatch: pytest.MonkeyPatch, race: Race) -> None:
    without_member_lock(monkeypatch)
    assert await fails(race, shop)


@pytest.mark.parametrize("race", OF_KEYS, ids=name_of)
async def test_without_the_key_it_goes_wrong(shop: Shop, monkeypatch: pytest.MonkeyPatch, race: Race) -> None:
    """R36: nobody looks for it, and it is not kept."""

    async def nothing(*_: Any) -> None:
        await asyncio.sleep(0)

    monkeypatch.setattr(MUTATION, "recall", nothing)
    monkeypatch.setattr(MUTATION, "keep", does_nothing)
    assert await fails(race, shop)


async def test_without_the_quota_it_goes_wrong(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making_up, "check_quota", does_nothing)
    assert await fails(make_ups_are_no_more_than_the_quota, shop)


async def test_where_nobody_waits_the_constraint_lets_a_day_count_once(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R28: in the database too. Without it, a day counts again and again."""
    without_member_lock(monkeypatch)
    assert await fails(a_day_counts_once, shop)
    assert not await rows(shop, TWICE)
    put_back = await drop_constraint(shop.database, "check_ins", "uq_check_ins_day")
    try:
        assert await comes_twice(a_day_counts_once, shop, TWICE)
    finally:
        await put_back()


TWICE = "SELECT FROM check_ins GROUP BY member_id, day HAVING count(*) > 1"
