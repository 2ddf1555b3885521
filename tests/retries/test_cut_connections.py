"""A connection that is cut after the server has committed: the same request with the same key is told what was done,
and nothing is done twice. Every mutation with a key, over HTTP.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx2
import pytest

from app import clock
from tests.databases import DRIVER, TABLES, run
from tests.served import issuer_in, served, settings_in
from tests.world import ISSUER, World

from .asking import KEY, KEYED, document, token_of
from .cutting import WORST, Cutting, Fate, cutting
from .keyed import REQUESTS, Request, key

KEPT_FOR_THE_WORKER = {"touches"}
"""Who was locked: noted also of who was told what was done before."""
EVERYTHING = " UNION ALL ".join(
    f"SELECT '{name}', t::text FROM {name} t" for name in TABLES if name not in KEPT_FOR_THE_WORKER
)


WAITING = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@dataclass
class App:
    """Somebody's app, which sends one request by a bad network."""

    http: httpx2.AsyncClient
    network: Cutting
    database: str

    async def sends(self, body: Any, token: str, *, by_network: bool = True) -> Any:
        """The answer; None: the app had none that it could read."""
        url = self.network.url if by_network else self.network.server
        try:
            response = await self.http.post(f"{url}/graphql", json=body, headers={"authorization": f"Bearer {token}"})
        except httpx2.TransportError:
            return None
        return response.json() if "json" in response.headers["content-type"] else None

    async def contents(self) -> list[tuple[str, str]]:
        """All rows of all tables, each with the table's name."""
        return sorted((table, row) for table, row in await run(self.database, EVERYTHING))


@asynccontextmanager
async def app(world: World, folder: Path, *plan: Fate) -> AsyncGenerator[App]:
    """What happens to each request is planned."""
    url = world.database.settings.url
    settings = settings_in(folder, url, token_issuer=ISSUER, default_program="taobao-club")
    async with (
        served(settings) as server,
        cutting(server.url, plan) as network,
        httpx2.AsyncClient(trust_env=False, timeout=60) as http,
    ):
        yield App(http, network, url)


async def prepared(world: World, mutation: str, folder: Path) -> tuple[Any, str, str]:
    """The body of a request, its key and its token."""
    world.now = clock.now()
    request: Request = await REQUESTS[mutation](world, "anna")
    of = key()
    issuer = replace(issuer_in(folder), issuer=ISSUER)
    body = {"query": document(mutation, request.by.role), "variables": {"input": {**request.input, KEY: of}}}
    return body, of, token_of(request.by, issuer, world)


def test_every_mutation_with_a_key_is_tried() -> None:
    """A new mutation needs a request in tests/retries/keyed that moves something."""
    assert sorted(REQUESTS) == sorted(KEYED)
    assert len(KEYED) > 20


@pytest.mark.parametrize("mutation", sorted(REQUESTS))
async def test_what_was_done_before_the_connection_was_cut_is_told_and_not_done_again(
    world: World, tmp_path: Path, mutation: str
) -> None:
    """R36. The request is lost, then the answer, then half of it, then a gateway gives up; then it is answered.

    Tried: the key has another id each time; `replayed` is left as it was; the key is not kept."""
    body, of, token = await prepared(world, mutation, tmp_path)
    async with app(world, tmp_path, *WORST) as phone:
        before = await phone.contents()
        told = [await phone.sends(body, token)]
        assert await phone.contents() == before, "it never arrived"
        told.append(await phone.sends(body, token))
        done = await phone.contents()
        told += [await phone.sends(body, token) for _ in range(len(WORST) - 1)]
        assert await phone.contents() == done

    answers = [attempt.answer for attempt in phone.network.attempts[of]]
    assert [attempt.fate for attempt in phone.network.attempts[of]] == [*WORST, Fate.PASSES]
    assert told[:-1] == [None] * len(WORST), "the app knew nothing"
    first, *later = answers[1:]
    assert "errors" not in first, first
    assert first["data"][mutation]["replayed"] is False
    assert {table for table, _ in set(done) - set(before)} > {"idempotency_keys"}, "something was done"
    for answer in later:
        assert answer == {"data": {mutation: {**first["data"][mutation], "replayed": True}}}
    assert told[-1] == answers[-1]


async def test_without_the_same_key_it_would_be_done_twice(world: World, tmp_path: Path) -> None:
    """That this is seen: a new key for each attempt pays twice."""
    body, _, token = await prepared(world, "redeemReward", tmp_path)
    async with app(world, tmp_path, Fate.ANSWER_LOST) as phone:
        paid: list[int] = []
        for _ in range(2):
            body["variables"]["input"][KEY] = key()
            assert await phone.sends(body, token) is None
            paid.append([table for table, _ in await phone.contents()].count("redemptions"))
    assert paid == [1, 2]


async def test_who_asks_again_while_the_first_request_still_runs_gets_its_outcome(world: World, tmp_path: Path) -> None:
    """R36. The app has gone before anything was done; the server goes on, and does it once.

    Tried: the key has another id each time.
    """
    body, _, token = await prepared(world, "redeemReward", tmp_path)
    async with app(world, tmp_path) as phone:
        async with locked_members(phone.database):
            first = asyncio.create_task(phone.sends(body, token, by_network=False))
            await somebody_waits(phone.database)
            first.cancel()
            second = asyncio.create_task(phone.sends(body, token))
        answer = (await second)["data"]["redeemReward"]
        redemptions = [table for table, _ in await phone.contents()].count("redemptions")
    assert (answer["__typename"], answer["replayed"], redemptions) == ("RedeemRewardSuccess", True, 1)


@asynccontextmanager
async def locked_members(database: str) -> AsyncGenerator[None]:
    """Another process is at work on all members."""
    connection = await DRIVER.connect(database)
    try:
        async with connection.transaction():
            await connection.execute("SELECT FROM members FOR UPDATE")
            yield
    finally:
        await connection.close()


async def somebody_waits(database: str) -> None:
    """Returns when somebody waits for a lock."""
    while not await run(database, WAITING):
        pass
