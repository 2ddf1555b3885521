"""A mutation of many things: each by itself, in order; what could not be done stands as null beside what was."""

from asyncio import gather
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from graphql import ExecutionResult

from app.clock import now
from app.graph import Role
from app.graph.masking import code_of
from app.graph.mutations import MOST_UNAVAILABLE
from tests.databases import run
from tests.facts.activities import RECORD, capped_club, did
from tests.served import issuer_in, served, settings_in
from tests.world import World, service

from .test_keys import elsewhere, impatient

LOCK = "SELECT FROM members WHERE id = $1 FOR UPDATE"
SHOP = service("taobao-club")


async def reported(world: World, *activities: object, compiled: bool = True) -> ExecutionResult:
    run_it = world.execution.execute if compiled else world.execution.uncompiled
    return await run_it(RECORD, {"input": {"activities": activities}}, None, world.context(SHOP))


def places(result: ExecutionResult) -> list[tuple[Any, str]]:
    """Where something went wrong, and what."""
    return [((error.path or [None])[-1], code_of(error)) for error in result.errors or ()]


def replays(result: ExecutionResult) -> list[bool | None]:
    """Of each: was it known; None: it could not be done."""
    assert result.data is not None
    return [each and each["replayed"] for each in result.data["recordActivities"]]


@pytest.mark.parametrize("compiled", [True, False])
async def test_what_could_not_be_done_is_null_and_can_be_sent_again(
    world: World, database_url: str, compiled: bool
) -> None:
    """R24: others are at work on one member; the rest is done all the same, and found done afterwards."""
    anna, sent = await world.joins("anna"), [did("a"), did("b", who="bella"), did("c"), did("d", who="bella")]
    async with impatient(world, database_url):
        async with elsewhere(database_url, LOCK, anna):
            first = await reported(world, *sent, compiled=compiled)
        assert places(first) == [(0, "OVERLOADED"), (2, "OVERLOADED")]
        assert replays(first) == [None, False, None, False]
        again = await reported(world, *sent, compiled=compiled)
    assert not again.errors
    assert replays(again) == [False, True, False, True]


async def test_after_some_that_could_not_be_done_the_rest_is_not_tried(world: World, database_url: str) -> None:
    """So that the client is told in time."""
    anna, bella = await world.joins("anna"), did("z", who="bella")
    locked = [did(f"a-{number}") for number in range(MOST_UNAVAILABLE)]
    async with impatient(world, database_url):
        async with elsewhere(database_url, LOCK, anna):
            first = await reported(world, did("y", who="bella"), *locked, bella)
            assert replays(first) == [False, *[None] * MOST_UNAVAILABLE, None]
            assert len(places(first)) == MOST_UNAVAILABLE + 1
        assert replays(await reported(world, bella)) == [False]


async def test_where_nothing_could_be_done_the_list_is_refused_as_a_whole(world: World, database_url: str) -> None:
    """As any other operation while the database is away."""
    anna = await world.joins("anna")
    async with impatient(world, database_url), elsewhere(database_url, LOCK, anna):
        result = await reported(world, did("a"), did("b"))
    assert places(result) == [("recordActivities", "OVERLOADED")]
    assert result.data == {"recordActivities": None}


@pytest.mark.parametrize("compiled", [True, False])
async def test_a_bug_in_one_is_an_error_at_its_place(world: World, database_url: str, compiled: bool) -> None:
    """What went wrong in it is undone, and nothing else is."""
    await run(database_url, "ALTER TABLE facts ADD CONSTRAINT ck_facts_bug CHECK (external_id <> 'bug')")
    try:
        result = await reported(world, did("a"), did("bug"), did("b"), compiled=compiled)
    finally:
        await run(database_url, "ALTER TABLE facts DROP CONSTRAINT ck_facts_bug")
    assert places(result) == [(1, "INTERNAL")]
    assert replays(result) == [False, None, False]
    assert replays(await reported(world, did("a"), did("bug"), did("b"))) == [True, False, True]


async def test_the_callers_mistake_in_one_is_told_at_its_place(world: World) -> None:
    """A member can have so many points and no more."""
    most = capped_club().replace("points = 20\n", f"points = {2**31 - 1}\n", 1)
    await world.publishes(most, effective_from=world.now)
    await reported(world, did("login", "LOGIN"))
    at = world.now
    result = await reported(world, did("a", at=at), did("b", at=at), did("c", "SHARE", who="bella", at=at))
    assert places(result) == [(1, "BAD_USER_INPUT")]
    assert replays(result) == [False, None, False]


async def test_no_connection_is_held_between_two(world: World, database_url: str) -> None:
    """Ten lists are done side by side with a single connection, none of which waits for the whole of another."""
    async with impatient(world, database_url, size=1):
        lists = [[did(f"{number}-{each}", "LOGIN", who=f"c{number}") for each in range(10)] for number in range(10)]
        results = await gather(*(reported(world, *each) for each in lists))
        assert [replays(result) for result in results] == [[False] * 10] * 10
        order = await run(database_url, "SELECT external_id FROM facts ORDER BY id")
    begun = [row["external_id"].partition("-")[0] for row in order]
    assert len({*begun[:20]}) > 5


@asynccontextmanager
async def order_system(folder: Path, database_url: str) -> AsyncGenerator[httpx2.AsyncClient]:
    """A service that asks a server over HTTP, whose connections soon give up waiting for a lock."""
    token = issuer_in(folder).token(
        subject="orders",
        now=now(),
        role=Role.SERVICE,
        programs=["taobao-club"],
        sources=["shop"],
        scopes=["facts:write", "members:read"],
        program="taobao-club",
    )
    settings = settings_in(folder, database_url, lock_timeout=0.1)
    headers = {"authorization": f"Bearer {token}"}
    async with (
        served(settings) as server,
        httpx2.AsyncClient(base_url=server.url, headers=headers, timeout=60, trust_env=False) as http,
    ):
        yield http


async def sent(http: httpx2.AsyncClient, activities: Sequence[object]) -> httpx2.Response:
    return await http.post("/graphql", json={"query": RECORD, "variables": {"input": {"activities": activities}}})


async def test_over_http_a_list_that_was_done_in_part_is_an_answer(
    world: World, database_url: str, tmp_path: Path
) -> None:
    """Not a 503, which would hide what was done; that is for a list of which nothing could be."""
    assert world.programs
    async with order_system(tmp_path, database_url) as http:
        await sent(http, [did("first", "LOGIN")])
        ((anna,),) = await run(database_url, "SELECT id FROM members")
        async with elsewhere(database_url, LOCK, anna):
            part = await sent(http, [did("a"), did("b", who="bella")])
            none = await sent(http, [did("a")])
        whole = await sent(http, [did("a"), did("b", who="bella")])
    assert (part.status_code, none.status_code, whole.status_code) == (200, 503, 200)
    (error,) = part.json()["errors"]
    assert (error["path"], error["extensions"]["code"]) == (["recordActivities", 0], "OVERLOADED")
    assert [each and each["__typename"] for each in part.json()["data"]["recordActivities"]] == [
        None,
        "RecordActivitySuccess",
    ]
    assert "data" not in none.json()
    assert [each["replayed"] for each in whole.json()["data"]["recordActivities"]] == [False, True]


async def test_over_http_five_hundred_are_one_request(world: World, database_url: str, tmp_path: Path) -> None:
    """More than the 64 KiB of other callers, less than the 1 MiB of services; in the order in which they were sent."""
    assert world.programs
    activities = [did(f"{number:05}-{'x' * 190}", "SHARE", who=f"c{number % 50}") for number in range(500)]
    async with order_system(tmp_path, database_url) as http:
        answer = await sent(http, activities)
        again = await sent(http, activities)
    assert len(answer.request.content) > 2 * 64 * 1024
    results = answer.json()["data"]["recordActivities"]
    assert [each["activity"]["externalId"] for each in results] == [each["id"] for each in activities]
    assert [each["points"] for each in results] == [5] * 150 + [0] * 350
    assert [{**each, "replayed": True} for each in results] == again.json()["data"]["recordActivities"]
