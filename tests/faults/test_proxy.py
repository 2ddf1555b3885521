"""The proxy does to a COMMIT what it says it does, as a connection past it sees."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from random import Random
from typing import Any

import asyncpg
import pytest

from tests.databases import DRIVER

from .conftest import Notes
from .protocol import Framing
from .proxy import FaultProxy, Happened, fault_proxy
from .schedule import Fault, Kind, scheduled

WRITE = "INSERT INTO trials.notes VALUES ($1)"
LOST = (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, OSError)
"""What the driver says when a connection is gone."""


@asynccontextmanager
async def connection_to(url: str) -> AsyncGenerator[Any]:
    """It is not asked whether it is still good at the end."""
    connection = await DRIVER.connect(url, timeout=10)
    try:
        yield connection
    finally:
        connection.terminate()


async def write(proxy: FaultProxy, note: str) -> None:
    async with connection_to(proxy.url) as connection, connection.transaction():
        await connection.execute(WRITE, note)


async def lost(proxy: FaultProxy, note: str) -> None:
    with pytest.raises(LOST):
        await write(proxy, note)


async def test_what_meets_no_fault_passes_and_is_counted(notes: Notes) -> None:
    async with fault_proxy(notes.database) as proxy:
        await write(proxy, "a")
        await write(proxy, "b")
        assert proxy.commits == 2
        assert proxy.happened == []
    assert await notes.written() == ["a", "b"]


async def test_reads_rollbacks_and_savepoints_are_no_commits(notes: Notes) -> None:
    async with fault_proxy(notes.database) as proxy, connection_to(proxy.url) as connection:
        assert await connection.fetchval("SELECT $1::text", "COMMIT") == "COMMIT"
        outer = connection.transaction()
        await outer.start()
        async with connection.transaction():
            await connection.execute(WRITE, "a")
        await outer.rollback()
        assert proxy.commits == 0
    assert await notes.written() == []


@pytest.mark.parametrize("text", ["COMMIT", " commit work ;", "END TRANSACTION;"])
async def test_a_commit_is_known_however_it_is_sent(notes: Notes, text: str) -> None:
    async with fault_proxy(notes.database) as proxy, connection_to(proxy.url) as connection:
        await connection.execute("BEGIN")
        await connection.execute(text)
        assert proxy.commits == 1
        await connection.execute("BEGIN")
        await connection.execute(WRITE, "a")
        prepared = await connection.prepare(text)
        assert proxy.commits == 1
        await prepared.fetch()
        assert proxy.commits == 2
    assert await notes.written() == ["a"]


async def test_cut_before_commit_nothing_is_done(notes: Notes) -> None:
    fault = Fault(Kind.CUT_BEFORE_COMMIT)
    async with fault_proxy(notes.database, {2: fault}) as proxy:
        await write(proxy, "a")
        await lost(proxy, "b")
        await write(proxy, "c")
        assert proxy.happened == [Happened(2, fault)]
    assert await notes.written() == ["a", "c"]


async def test_a_lost_reply_is_of_a_commit_that_was_done(notes: Notes) -> None:
    fault = Fault(Kind.REPLY_LOST)
    async with fault_proxy(notes.database, {1: fault}) as proxy:
        await lost(proxy, "a")
        assert await notes.written() == ["a"]
        assert proxy.happened == [Happened(1, fault, committed=True)]


async def test_a_lost_reply_to_a_prepared_commit_is_of_one_that_was_done(notes: Notes) -> None:
    async with (
        fault_proxy(notes.database, {1: Fault(Kind.REPLY_LOST)}) as proxy,
        connection_to(proxy.url) as connection,
    ):
        await connection.execute("BEGIN")
        await connection.execute(WRITE, "a")
        prepared = await connection.prepare("COMMIT")
        with pytest.raises(LOST):
            await prepared.fetch()
        assert await notes.written() == ["a"]


async def test_a_lost_reply_to_the_commit_of_a_failed_transaction_is_of_one_that_was_not_done(notes: Notes) -> None:
    async with (
        fault_proxy(notes.database, {1: Fault(Kind.REPLY_LOST)}) as proxy,
        connection_to(proxy.url) as connection,
    ):
        await connection.execute("BEGIN")
        await connection.execute(WRITE, "a")
        with pytest.raises(asyncpg.PostgresSyntaxError):
            await connection.execute("nonsense")
        with pytest.raises(LOST):
            await connection.execute("COMMIT")
        assert [happened.committed for happened in proxy.happened] == [False]
    assert await notes.written() == []


async def test_a_terminated_backend_commits_nothing_and_says_why_it_ends(notes: Notes) -> None:
    async with fault_proxy(notes.database, {1: Fault(Kind.BACKEND_TERMINATED)}) as proxy:
        with pytest.raises(asyncpg.ConnectionDoesNotExistError) as told:
            await write(proxy, "a")
        assert isinstance(told.value.__cause__, asyncpg.AdminShutdownError)
        assert [happened.fault.kind for happened in proxy.happened] == [Kind.BACKEND_TERMINATED]
    assert await notes.written() == []


async def test_a_connection_is_cut_at_a_message_to_come(notes: Notes) -> None:
    """The COMMIT at which it is planned is done."""
    fault = Fault(Kind.CUT_LATER, messages=2)
    async with fault_proxy(notes.database, {1: fault}) as proxy, connection_to(proxy.url) as connection:
        await connection.execute("BEGIN")
        await connection.execute(WRITE, "a")
        await connection.execute("COMMIT")
        await connection.execute("BEGIN")
        assert proxy.happened == []
        with pytest.raises(LOST):
            await connection.execute(WRITE, "b")
        assert proxy.happened == [Happened(1, fault)]
    assert await notes.written() == ["a"]


async def test_a_delayed_commit_is_done(notes: Notes) -> None:
    fault = Fault(Kind.DELAYED, seconds=0.01)
    async with fault_proxy(notes.database, {1: fault}) as proxy:
        await write(proxy, "a")
        assert proxy.happened == [Happened(1, fault)]
    assert await notes.written() == ["a"]


async def test_an_outage_cuts_all_connections_and_refuses_so_many_new_ones(notes: Notes) -> None:
    fault = Fault(Kind.OUTAGE, refused=2)
    async with fault_proxy(notes.database, {1: fault}) as proxy, connection_to(proxy.url) as other:
        await lost(proxy, "a")
        with pytest.raises(LOST):
            await other.execute("SELECT 1")
        for _ in range(2):
            with pytest.raises(LOST):
                await write(proxy, "b")
        await write(proxy, "c")
    assert await notes.written() == ["c"]


@pytest.mark.parametrize(
    ("kind", "committed", "done"),
    [(Kind.KILLED_BEFORE_COMMIT, None, []), (Kind.KILLED_AFTER_COMMIT, True, ["a"])],
)
async def test_who_commits_is_killed_before_or_after(
    notes: Notes, kind: Kind, committed: bool | None, done: list[str]
) -> None:
    seen: list[list[str]] = []

    async def kill() -> None:
        seen.append(await notes.written())

    async with fault_proxy(notes.database, {1: Fault(kind)}, kill=kill) as proxy:
        await lost(proxy, "a")
        assert [happened.committed for happened in proxy.happened] == [committed]
    assert seen == [done]
    assert await notes.written() == done


async def test_a_statement_can_be_cancelled_by_way_of_the_proxy(notes: Notes) -> None:
    async with fault_proxy(notes.database) as proxy, connection_to(proxy.url) as connection:
        with pytest.raises(TimeoutError):
            await connection.execute("SELECT pg_sleep(60)", timeout=0.01)
        assert await connection.fetchval("SELECT 1") == 1


async def test_a_server_that_is_not_there_is_not_there_by_way_of_the_proxy() -> None:
    async with fault_proxy("postgresql://postgres:@/nothing?host=/nowhere") as proxy:
        with pytest.raises(LOST):
            await DRIVER.connect(proxy.url, timeout=10)


async def test_at_the_end_nothing_is_left_connected(notes: Notes) -> None:
    async with fault_proxy(notes.database) as proxy:
        connection = await DRIVER.connect(proxy.url, timeout=10)
    with pytest.raises(LOST):
        await connection.execute("SELECT 1")
    others = asyncio.all_tasks() - {asyncio.current_task()}
    assert not [task for task in others if "FaultProxy" in repr(task.get_coro())]


def test_the_same_seed_plans_the_same_faults() -> None:
    def planned(seed: int) -> object:
        return scheduled(Random(seed), faults=20, commits=900)

    assert planned(1) == planned(1)
    assert planned(1) != planned(2)


def test_every_kind_of_fault_comes_equally_often() -> None:
    kinds = [fault.kind for fault in scheduled(Random(1), faults=24, commits=100).values()]
    assert {kind: kinds.count(kind) for kind in Kind} == dict.fromkeys(Kind, 3)


def test_messages_are_whole_however_they_come_in_pieces() -> None:
    startup = b"\0\0\0\x08\x04\xd2\x16\x2f" + b"\0\0\0\x0a\0\3\0\0\0\0"  # asks for encryption, then opens
    stream = startup + b"Q\0\0\0\x0bCOMMIT\0" + b"X\0\0\0\x04"
    framing = Framing(starts=True)
    messages = [message for byte in stream for message in framing.feed(bytes((byte,)))]
    assert [message.kind for message in messages] == [b"", b"", b"Q", b"X"]
    assert b"".join(message.raw for message in messages) == stream
    assert list(Framing(starts=True).feed(stream)) == messages
