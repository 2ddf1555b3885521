"""What a client is told when something breaks: what came of it, or to ask again; and to ask again is safe."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import pytest

from app.clock import new_id, now
from app.db import Database, Settings
from tests.served import issuer_in, served, settings_in
from tests.telling import capture_logs
from tests.world import ISSUER, World

from .asking import asks_in_process
from .operations import PROGRAMS, Operation
from .playing import Answer, History, play
from .proxy import FaultProxy, fault_proxy
from .reports import Fact, Order, Report
from .schedule import Fault, Kind, Schedule
from .trial import wrong_after
from .wishes import JOIN, LEAVE, Wish

CLUB, BRAND = PROGRAMS
JOINING = Wish(JOIN, "customer-0", BRAND, UUID(int=1))
LEAVING = Wish(LEAVE, "customer-0", BRAND, UUID(int=2))
BROKEN = (Kind.CUT_BEFORE_COMMIT, Kind.REPLY_LOST, Kind.BACKEND_TERMINATED)
ME = "{ me { id } }"
EVER = 10**6
AGAIN = {"message": "The server is busy. Try again shortly.", "code": "OVERLOADED"}


def report(world: World) -> Report:
    """Of an order of 123 yuan, paid and completed."""
    paid, completed = world.now - timedelta(days=2), world.now - timedelta(days=1)
    order = Order("order-1", "customer-0", CLUB, paid, completed, (12345,))
    return Report(order, (Fact.PAID, Fact.COMPLETED), ISSUER)


async def told(world: World, *asked: Operation, schedule: Schedule | None = None) -> list[Answer]:
    """What a server tells that meets these faults, asked once for each."""
    async with fault_proxy(world.database.settings.url, schedule) as proxy:
        database = Database(Settings(proxy.url), new_id=new_id)
        ask = asks_in_process(World(database, world.programs))
        answers = [await ask(operation) for operation in asked]
        await database.close()
    return answers


@pytest.mark.parametrize("kind", BROKEN)
async def test_what_breaks_at_commit_is_done_once_and_told_at_the_first_asking(world: World, kind: Kind) -> None:
    """R24, R36."""
    asked = (JOINING, report(world))
    broken = {1: Fault(kind), 3: Fault(kind)}
    answers = await told(world, *asked, schedule=broken)
    assert [answer.kind for answer in answers] == ["JoinProgramSuccess", "RecordOrderSuccess"]

    history = History()
    await play(asked, asks_in_process(world), history)
    by_kind = sorted((answer for _, answer, _ in history.answered), key=lambda answer: answer.kind)
    assert by_kind == answers  # clients ask side by side: which is answered first is chance
    assert await wrong_after(history, world.database, programs=world.programs, now=world.now) == []


async def test_a_wish_to_leave_that_was_refused_stays_refused_after_joining(world: World) -> None:
    """R36: the key belongs to the customer; the membership, which comes between, must not be another owner."""
    answers = await told(world, LEAVING, JOINING, LEAVING)
    assert [answer.kind for answer in answers] == ["NotAMember", "JoinProgramSuccess", "NotAMember"]


async def test_a_key_of_one_program_is_no_key_of_another(world: World) -> None:
    """R36: it is other input, as another wish is."""
    elsewhere, other = replace(LEAVING, program=CLUB), replace(LEAVING, document=JOIN)
    answers = await told(world, JOINING, LEAVING, elsewhere, other)
    assert [answer.kind for answer in answers][1:] == ["LeaveProgramSuccess", *["IDEMPOTENCY_KEY_REUSED"] * 2]


async def test_an_order_that_is_reported_again_after_its_customer_left_is_answered_as_before(world: World) -> None:
    """R24: a reply may be lost, and the customer gone when the shop asks again."""
    reported = report(world)
    first, left, again = await told(world, reported, replace(LEAVING, program=CLUB), reported)
    assert (first.kind, left.kind) == ("RecordOrderSuccess", "LeaveProgramSuccess")
    assert again == first

    (refused,) = await told(world, replace(reported, order=replace(reported.order, id="order-2")))
    assert refused.kind == "NotAMember"


@dataclass(frozen=True)
class Shop:
    """A server that is asked over HTTP by one customer, and the way to its database."""

    http: httpx2.AsyncClient
    proxy: FaultProxy

    async def ask(self, document: str, **variables: Any) -> httpx2.Response:
        return await self.http.post("/graphql", json={"query": document, "variables": variables})


@asynccontextmanager
async def shop(database: str, folder: Path) -> AsyncGenerator[Shop]:
    token = issuer_in(folder).token(subject=JOINING.customer, now=now(), program=BRAND)
    headers = {"authorization": f"Bearer {token}"}
    async with (
        fault_proxy(database) as proxy,
        served(settings_in(folder, proxy.url)) as server,
        httpx2.AsyncClient(base_url=server.url, headers=headers, timeout=60, trust_env=False) as http,
    ):
        yield Shop(http, proxy)


async def test_while_the_database_is_away_clients_are_told_to_ask_again_and_operators_why(
    world: World, tmp_path: Path
) -> None:
    async with shop(world.database.settings.url, tmp_path) as opened:
        assert (await opened.ask(ME)).json() == {"data": {"me": None}}
        opened.proxy.outage(EVER)
        with capture_logs() as logs:
            answers = [await opened.ask(ME), await opened.ask(JOIN, **JOINING.variables)]
        opened.proxy.refusing = 0
        joined, me = await opened.ask(JOIN, **JOINING.variables), await opened.ask(ME)

    for answer in answers:
        (error,) = answer.json()["errors"]
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        assert {"message": error["message"], "code": error["extensions"]["code"]} == AGAIN
        assert "data" not in answer.json()
    noted = [log for log in logs if "trace_id" in log]
    traces = [answer.headers["x-request-id"] for answer in answers]
    assert [(log["event"], log["trace_id"]) for log in noted] == [("database_unavailable", trace) for trace in traces]
    assert all(log["log_level"] == "error" and log["error"] for log in noted)
    assert joined.json()["data"]["joinProgram"]["__typename"] == "JoinProgramSuccess"
    assert me.json()["data"]["me"] is not None


async def test_a_client_does_not_notice_that_idle_connections_broke(world: World, tmp_path: Path) -> None:
    async with shop(world.database.settings.url, tmp_path) as opened:
        for _ in range(3):
            opened.proxy.outage(0)
            assert (await opened.ask(ME)).json() == {"data": {"me": None}}
            opened.proxy.outage(0)
            joined = await opened.ask(JOIN, **replace(JOINING, program=CLUB).variables)
            assert joined.json()["data"]["joinProgram"]["__typename"] == "JoinProgramSuccess"
