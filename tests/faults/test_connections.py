"""The pool hands on nothing broken, and what is tried again is what may be."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest
from sqlalchemy import bindparam, text

from app.clock import new_id
from app.db import Database, OneConnection, Settings, Write
from app.db.faults import PASSING, ConnectionLost
from app.db.retrying import retried
from app.db.unique_keys import OWNERS, UniqueKeyRow
from tests.databases import DRIVER, run

from .conftest import Notes
from .proxy import fault_proxy

NOTE: Write[UniqueKeyRow] = Write(
    UniqueKeyRow, text("INSERT INTO trials.notes VALUES (:note)").bindparams(bindparam("note"))
)
ALL_NOTES: Write[UniqueKeyRow] = Write(UniqueKeyRow, text("SELECT note FROM trials.notes"))
TERMINATE_ALL = """SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'trial'"""
WAITING = """SELECT 1 FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'trial' AND wait_event_type = 'Lock'"""
NOBODY = b"nobody"


def of_one_connection(url: str, *, wait: float = 5) -> Database:
    """Whoever comes next gets the connection of who went before."""
    return Database(Settings(url, size=1, wait=wait, server_settings={"application_name": "trial"}), new_id=new_id)


@pytest.fixture
async def alone(notes: Notes) -> AsyncGenerator[Database]:
    database = of_one_connection(notes.database)
    await database.open()
    yield database
    await database.close()


@asynccontextmanager
async def locked(notes: Notes) -> AsyncGenerator[None]:
    """Within, nobody can write notes."""
    connection = await DRIVER.connect(notes.database, timeout=10)
    try:
        async with connection.transaction():
            await connection.execute("LOCK TABLE trials.notes")
            yield
    finally:
        await connection.close()


async def waiting_for_lock(notes: Notes) -> None:
    """Returns when somebody waits for a lock."""
    while not await run(notes.database, WAITING):
        pass


async def write(database: Database, note: str) -> None:
    async with database.transaction() as tx:
        await tx.run(NOTE, note=note)


async def test_who_is_cancelled_again_while_it_undoes_its_work_leaves_no_open_transaction(
    alone: Database, notes: Notes
) -> None:
    async with locked(notes):
        task = asyncio.create_task(write(alone, "a"))
        await waiting_for_lock(notes)
        task.cancel()
        await asyncio.sleep(0)  # now it waits until the server gives up the statement, to send ROLLBACK then
        task.cancel()
        await asyncio.wait([task])

    await write(alone, "b")
    assert await notes.written() == ["b"]


async def test_a_connection_that_is_given_back_in_a_transaction_is_not_handed_on(alone: Database, notes: Notes) -> None:
    connection = await alone.take()
    await connection.raw.execute("BEGIN")
    alone.give_back(connection)

    await write(alone, "b")
    assert await notes.written() == ["b"]


async def test_who_is_cancelled_while_it_begins_leaves_no_transaction_that_others_are_nested_in(
    alone: Database, notes: Notes
) -> None:
    task = asyncio.create_task(write(alone, "a"))
    await asyncio.sleep(0)  # now it waits for BEGIN
    task.cancel()
    await asyncio.wait([task])

    await write(alone, "b")
    assert await notes.written() == ["b"]


async def test_a_statement_is_parsed_once_on_a_connection(alone: Database) -> None:
    reader = OneConnection(alone)
    for _ in range(5):
        await reader.fetch(OWNERS, [NOBODY])
    reader.release()
    connection = await alone.take()
    runs = await connection.raw.fetch("SELECT generic_plans + custom_plans AS number FROM pg_prepared_statements")
    alone.give_back(connection)
    assert [row["number"] for row in runs] == [5]


async def test_a_read_whose_connection_broke_is_done_on_another(alone: Database) -> None:
    reader = OneConnection(alone)
    assert await reader.fetch(OWNERS, [NOBODY]) == []
    assert len(await run(alone.settings.url, TERMINATE_ALL)) == 1
    assert await reader.fetch(OWNERS, [NOBODY]) == []
    reader.release()


async def test_a_transaction_whose_connection_broke_says_so_and_the_next_has_another(
    alone: Database, notes: Notes
) -> None:
    async def broken() -> None:
        async with alone.transaction() as tx:
            await tx.run(NOTE, note="a")
            await run(alone.settings.url, TERMINATE_ALL)
            await tx.run(NOTE, note="a")

    with pytest.raises(ConnectionLost):
        await broken()
    await write(alone, "b")
    assert await notes.written() == ["b"]


async def test_a_transaction_whose_statements_a_migration_made_outdated_is_done_again(
    alone: Database, notes: Notes
) -> None:
    async def read() -> list[str]:
        async with alone.transaction() as tx:
            rows: list[Any] = await tx.run(ALL_NOTES)
            return [row["note"] for row in rows]

    await write(alone, "7")
    assert await read() == ["7"]
    await run(notes.database, "ALTER TABLE trials.notes ALTER note TYPE varchar(10)")
    assert await retried(read, wait=0) == ["7"]


async def test_two_statements_at_once_are_a_bug_and_not_a_lost_connection(alone: Database) -> None:
    with pytest.raises(asyncpg.InterfaceError, match="another operation"):
        async with alone.transaction() as tx:
            await asyncio.gather(tx.run(ALL_NOTES), tx.run(ALL_NOTES))
    assert not issubclass(asyncpg.InterfaceError, PASSING)


async def test_connections_that_broke_are_no_trouble_at_the_end(notes: Notes) -> None:
    async with fault_proxy(notes.database) as proxy:
        database = of_one_connection(proxy.url)
        await database.open()
    await database.close()


async def test_a_server_that_takes_connections_and_says_nothing_is_not_waited_for() -> None:
    said_nothing = asyncio.Event()

    async def say_nothing(_: StreamReader, writer: StreamWriter) -> None:
        await said_nothing.wait()
        writer.close()

    listening = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    host, port = listening.sockets[0].getsockname()
    try:
        async with asyncio.timeout(30):
            with pytest.raises(TimeoutError):
                await of_one_connection(f"postgresql://nobody@{host}:{port}/nothing", wait=0.05).open()
    finally:
        said_nothing.set()
        listening.close()
        await listening.wait_closed()


AGAIN = (
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.ConnectionDoesNotExistError,
    asyncpg.AdminShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.InternalClientError,
    ConnectionResetError,
    ConnectionRefusedError,
    ConnectionLost,
)
NEVER = (
    asyncpg.QueryCanceledError,
    asyncpg.LockNotAvailableError,
    asyncpg.UniqueViolationError,
    asyncpg.DataError,
    asyncpg.InterfaceError,
    TimeoutError,
    ValueError,
)


@pytest.mark.parametrize(("kind", "times"), [*((kind, 3) for kind in AGAIN), *((kind, 1) for kind in NEVER)])
async def test_what_passes_is_tried_again_and_what_lasts_is_not(kind: type[Exception], times: int) -> None:
    tried: list[int] = []

    async def fail() -> None:
        tried.append(1)
        raise kind("trial")

    with pytest.raises(kind):
        await retried(fail, attempts=3, wait=0)
    assert len(tried) == times


async def test_who_was_overtaken_is_the_next(alone: Database) -> None:
    """Who gives a connection back and asks again at once, as a request does that needs one several times, is quicker
    than who was woken for it. Tried: at the end of the line again, those who came later are served first."""
    served = list[str]()

    async def waits(name: str) -> None:
        connection = await alone.take()
        served.append(name)
        alone.give_back(connection)

    connection = await alone.take()
    async with asyncio.TaskGroup() as tasks:
        for name in ("first", "second", "third"):
            tasks.create_task(waits(name))
            await asyncio.sleep(0)
        for _ in range(3):
            alone.give_back(connection)
            connection = await alone.take()
            await asyncio.sleep(0)
        assert served == []
        alone.give_back(connection)
    assert served == ["first", "second", "third"]
