"""The whole server keeps to its settings, from the socket to the database."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from app.asgi import MemberCenter
from app.clock import now
from app.db import Database
from app.graph import Role
from app.settings import Profile
from tests.served import issuer_in, served, settings_in
from tests.world import new_world

PROGRAM = {"query": "{ program { code } }"}
ME = {"query": "{ me { status } }"}
INTROSPECTION = {"query": "{ __schema { queryType { name } } }"}


@asynccontextmanager
async def asking(
    folder: Path, database_url: str, **settings: Any
) -> AsyncGenerator[tuple[httpx2.AsyncClient, MemberCenter]]:
    """A client of a server with these settings."""
    async with (
        served(settings_in(folder, database_url, **settings)) as server,
        httpx2.AsyncClient(base_url=server.url) as client,
    ):
        await client.get("/healthz")  # it has started
        yield client, server.app


def codes(answer: httpx2.Response) -> list[str]:
    return [error["extensions"]["code"] for error in answer.json().get("errors", ())]


@pytest.mark.parametrize("profile", Profile)
async def test_the_schema_is_shown_in_development_only(profile: Profile, database_url: str, tmp_path: Path) -> None:
    async with asking(tmp_path, database_url, profile=profile) as (client, _):
        answer = await client.post("/graphql", json=INTROSPECTION)

    assert codes(answer) == ([] if profile is Profile.DEVELOPMENT else ["BAD_USER_INPUT"])


@pytest.mark.parametrize("compiled", [True, False])
async def test_the_default_program_is_meant_where_none_is_named_whichever_way_it_is_executed(
    compiled: bool, database: Database, database_url: str, tmp_path: Path
) -> None:
    await new_world(database)
    async with asking(tmp_path, database_url, default_program="brand-standard", compiled=compiled) as (client, app):
        answer = await client.post("/graphql", json=PROGRAM)

    assert answer.json() == {"data": {"program": {"code": "brand-standard"}}}
    assert app.execution.counts["compiled"] == int(compiled)


async def test_without_a_default_a_program_must_be_named(database_url: str, tmp_path: Path) -> None:
    async with asking(tmp_path, database_url) as (client, _):
        assert codes(await client.post("/graphql", json=PROGRAM)) == ["BAD_USER_INPUT"]


async def test_a_token_counts_only_while_it_holds_and_for_whom_it_was_made(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    await new_world(database)
    issuer, at = issuer_in(tmp_path), now()
    good = issuer.token(subject="anna", now=at)
    support = issuer.token(subject="sam", now=at, role=Role.SUPPORT, programs=["taobao-club"])
    past = issuer.token(subject="anna", now=at - timedelta(days=2))
    async with asking(tmp_path, database_url, default_program="taobao-club") as (client, _):

        async def me(token: str | None) -> httpx2.Response:
            return await client.post("/graphql", json=ME, headers={"authorization": f"Bearer {token}"} if token else {})

        assert (await me(good)).json() == {"data": {"me": None}}
        assert [codes(await me(token)) for token in (None, support)] == [["UNAUTHENTICATED"], ["FORBIDDEN"]]
        for token in (past, good[:-4] + "AAAA", "nonsense"):
            answer = await me(token)
            assert (answer.status_code, codes(answer)) == (401, ["UNAUTHENTICATED"])


async def test_a_request_waits_for_a_connection_as_long_as_the_pool_may_and_then_comes_again(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    await new_world(database)
    member = {"authorization": f"Bearer {issuer_in(tmp_path).token(subject='anna', now=now())}"}
    settings: dict[str, Any] = {"default_program": "taobao-club", "pool_size": 1}
    for waits in ({"pool_wait": 0.1}, {"request_timeout": 0.1}):
        async with asking(tmp_path, database_url, **settings, **waits) as (client, app):
            busy = await app.database.take()
            answer = await client.post("/graphql", json=ME, headers=member)
            app.database.give_back(busy)
            after = await client.post("/graphql", json=ME, headers=member)

        assert (answer.status_code, answer.headers["retry-after"], codes(answer)) == (503, "1", ["OVERLOADED"])
        assert after.json() == {"data": {"me": None}}


@pytest.mark.parametrize("compiled", [True, False])
async def test_a_database_that_fails_is_an_internal_error_that_tells_nothing(
    compiled: bool, database: Database, database_url: str, tmp_path: Path
) -> None:
    """R41. What PostgreSQL says has names and values of the inside."""
    await new_world(database)
    member = {"authorization": f"Bearer {issuer_in(tmp_path).token(subject='anna', now=now())}"}
    settings: dict[str, Any] = {"default_program": "taobao-club", "pool_size": 1, "compiled": compiled}
    async with asking(tmp_path, database_url, **settings) as (client, app):
        connection = await app.database.take()
        await connection.raw.execute("SET search_path = nowhere")
        app.database.give_back(connection)
        answer = await client.post("/graphql", json=ME, headers={**member, "x-request-id": "trace-9"})

    (error,) = answer.json()["errors"]
    assert (answer.status_code, answer.json()["data"]) == (200, {"me": None})
    assert (error["message"], error["extensions"]) == (
        "Something went wrong.",
        {"code": "INTERNAL", "traceId": "trace-9"},
    )
