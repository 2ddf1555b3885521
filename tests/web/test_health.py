"""Whether a process is fit to be sent requests, as load balancers ask it."""

import asyncio
from pathlib import Path
from typing import Any

import httpx2

from app.db.migrating import upgrade
from tests.databases import fresh_database, run
from tests.served import served, settings_in

READY = {"process": "ok", "database": "ok", "migrations": "ok", "programs": "ok"}
MUCH = 20.0


async def until(client: httpx2.AsyncClient, status: int) -> dict[str, Any]:
    """What /readyz says when it answers with a status."""
    async with asyncio.timeout(MUCH):
        while (answer := await client.get("/readyz")).status_code != status:
            pass
    return answer.json()


async def test_a_server_that_has_all_it_needs_is_ready(database_url: str, tmp_path: Path) -> None:
    async with served(settings_in(tmp_path, database_url)) as server, httpx2.AsyncClient(base_url=server.url) as client:
        alive, ready = await client.get("/healthz"), await client.get("/readyz")

    assert (alive.status_code, alive.text) == (200, "ok")
    assert (ready.status_code, ready.json()) == (200, READY)


async def test_a_server_that_is_to_stop_is_not_ready_but_still_answers(database_url: str, tmp_path: Path) -> None:
    async with served(settings_in(tmp_path, database_url)) as server, httpx2.AsyncClient(base_url=server.url) as client:
        server.app.health.drain()
        ready = await client.get("/readyz")
        answer = await client.post("/graphql", json={"query": "{ __typename }"})

    assert (ready.status_code, ready.json()) == (503, READY | {"process": "draining"})
    assert answer.json() == {"data": {"__typename": "Query"}}


async def test_a_server_is_ready_once_its_database_is_migrated(server_url: str, tmp_path: Path) -> None:
    async with (
        fresh_database(server_url, "member_center_health", migrated=False) as url,
        served(settings_in(tmp_path, url)) as server,
        httpx2.AsyncClient(base_url=server.url) as client,
    ):
        before = await client.get("/readyz")
        await upgrade(url)
        after = await until(client, 200)

    assert (before.status_code, before.json()) == (
        503,
        READY | {"migrations": "not applied", "programs": "not loaded"},
    )
    assert after == READY


async def test_a_database_that_a_later_release_migrated_does_not_make_this_one_unready(
    server_url: str, tmp_path: Path
) -> None:
    async with fresh_database(server_url, "member_center_health") as url:
        await run(url, "UPDATE alembic_version SET version_num = '9999'")
        async with served(settings_in(tmp_path, url)) as server, httpx2.AsyncClient(base_url=server.url) as client:
            assert (await client.get("/readyz")).json() == READY


async def test_a_server_whose_database_went_away_is_not_ready_and_tells_nothing_more(
    server_url: str, tmp_path: Path
) -> None:
    async with (
        fresh_database(server_url, "member_center_health") as url,
        served(settings_in(tmp_path, url)) as server,
        httpx2.AsyncClient(base_url=server.url) as client,
    ):
        await until(client, 200)
        name = url.partition("?")[0].rpartition("/")[2]
        await run(
            server_url,
            f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false',
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'",
        )
        gone = await until(client, 503)
        alive = await client.get("/healthz")

    assert gone == READY | {"database": "does not answer"}
    assert alive.status_code == 200
