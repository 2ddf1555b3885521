"""GraphiQL: in development, from this server itself, with the saved operations and identities to ask as."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette

from app.settings import Profile
from app.web.graphiql import NEEDED, PAGE, Identity, nobody, page_routes
from tests.served import issuer_in, served, settings_in

BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def identities(now: datetime) -> Sequence[Identity]:
    return [Identity("Anna", "a member", f"token of {now.isoformat()}")]


def browsing(folder: Path) -> httpx2.AsyncClient:
    """A browser before a server whose fetched files and saved operations are in the folder."""
    routes = page_routes(
        "/graphql", identities=identities, clock=lambda: NOON, static=folder / "static", operations=folder
    )
    transport = httpx2.ASGITransport(app=Starlette(routes=routes))
    return httpx2.AsyncClient(transport=transport, base_url="http://here", headers=BROWSER)


async def test_the_page_loads_only_from_this_server(tmp_path: Path) -> None:
    (tmp_path / "static").mkdir()
    for name in NEEDED:
        (tmp_path / "static" / name).write_text("here")
    async with browsing(tmp_path) as browser:
        page = await browser.get("/graphql")
        loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)
        loaded.remove("data:,")
        statuses = {address: (await browser.get(address)).status_code for address in loaded}

    assert len(loaded) == len(NEEDED) + 2
    assert set(statuses.values()) == {200}, statuses
    assert "script-src 'self';" in page.headers["content-security-policy"]
    assert "default-src 'none';" in page.headers["content-security-policy"]


@pytest.mark.parametrize("file", ["graphiql.html", "page.js", "page.css"])
def test_no_file_of_the_page_names_another_server(file: str) -> None:
    assert re.findall(r"https?:|//[a-z]+\.", (PAGE / file).read_text("utf-8")) == []


async def test_without_its_files_the_page_says_how_to_fetch_them_and_offers_another(tmp_path: Path) -> None:
    async with browsing(tmp_path) as browser:
        page = await browser.get("/graphql")
        other = await browser.get("/graphql?ide=cdn")

    assert "npm run fetch" in page.text
    assert 'href="/graphql?ide=cdn"' in page.text
    assert "unpkg.com/graphiql" in other.text
    assert "content-security-policy" not in other.headers


async def test_identities_come_with_tokens_of_now(tmp_path: Path) -> None:
    async with browsing(tmp_path) as browser:
        answer = await browser.get("/graphiql/identities.json")

    assert answer.json() == [{"name": "Anna", "about": "a member", "token": f"token of {NOON.isoformat()}"}]
    assert answer.headers["cache-control"] == "no-store"


async def test_saved_operations_come_with_their_variables(tmp_path: Path) -> None:
    (tmp_path / "home.graphql").write_text("query Home { me { id } }")
    (tmp_path / "check-in.graphql").write_text("mutation CheckIn { checkIn { day } }")
    (tmp_path / "home.json").write_text('{"first": 5}')
    async with browsing(tmp_path) as browser:
        answer = await browser.get("/graphiql/operations.json")

    assert answer.json() == [
        {"name": "check-in", "query": "mutation CheckIn { checkIn { day } }", "variables": ""},
        {"name": "home", "query": "query Home { me { id } }", "variables": '{"first": 5}'},
    ]


async def test_a_browser_gets_the_page_and_a_client_the_graph(database_url: str, tmp_path: Path) -> None:
    async with served(settings_in(tmp_path, database_url)) as server, httpx2.AsyncClient(base_url=server.url) as client:
        page = await client.get("/graphql", headers=BROWSER)
        answer = await client.get("/graphql", params={"query": "{ __typename }"})

    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert answer.json() == {"data": {"__typename": "Query"}}


async def test_production_has_no_page_and_gives_out_no_tokens(database_url: str, tmp_path: Path) -> None:
    settings = settings_in(tmp_path, database_url, profile=Profile.PRODUCTION)
    async with (
        served(settings, identities=identities) as server,
        httpx2.AsyncClient(base_url=server.url) as client,
    ):
        assert (await client.get("/graphql", headers=BROWSER)).status_code == 405
        for name in ("identities.json", "operations.json", "page/page.js", "static/graphiql.min.js"):
            assert (await client.get(f"/graphiql/{name}")).status_code == 404


async def test_who_is_picked_is_who_asks(database_url: str, tmp_path: Path) -> None:
    def anna(now: datetime) -> Sequence[Identity]:
        return [Identity("Anna", "a member", issuer_in(tmp_path).token(subject="anna", now=now))]

    async with (
        served(settings_in(tmp_path, database_url), identities=anna) as server,
        httpx2.AsyncClient(base_url=server.url) as client,
    ):
        (identity,) = (await client.get("/graphiql/identities.json")).json()
        answer = await client.post(
            "/graphql",
            json={"query": '{ me(program: "nowhere") { id } }'},
            headers={"authorization": f"Bearer {identity['token']}"},
        )
    assert answer.status_code == 200
    assert [error["extensions"]["code"] for error in answer.json()["errors"]] == ["BAD_USER_INPUT"]


def test_by_default_there_is_nobody_to_ask_as() -> None:
    assert nobody(NOON) == ()
