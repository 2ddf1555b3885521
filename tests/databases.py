"""A server and fresh databases for tests: the one that TEST_DATABASE_URL names, or an embedded one."""

import os
import tempfile
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from app.db.embedded import embedded_server
from app.db.migrating import upgrade
from app.tables import METADATA

DRIVER: Any = asyncpg
TABLES = [table.name for table in reversed(METADATA.sorted_tables)]
"""What refers to others comes before them."""
MOST_DELETED = 2_000
"""Rows of one table that are deleted; more are truncated, which takes a hundred times as long for empty tables."""
DEADLOCK_AFTER = 50
"""Milliseconds after which a server looks whether who waits would wait for ever. Nobody does, but where a test takes
away the lock that sees to it: there one second after the other would pass."""
MANY = " UNION ALL ".join(f"SELECT 1 FROM (SELECT FROM {name} OFFSET {MOST_DELETED} LIMIT 1) m" for name in TABLES)
SWEEPER = f"""CREATE FUNCTION pg_temp.sweep() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN
IF EXISTS ({MANY}) THEN RETURN false; END IF;
{"; ".join(f"DELETE FROM {name}" for name in TABLES)};
RETURN true; END $$"""
"""Deletes all rows, unless there are many of one table. A function's plans are made once: each time that would take
longer than to delete."""
SWEEPING: dict[str, Any] = {}
"""Connections that empty databases, by URL."""


@contextmanager
def server() -> Generator[str]:
    """The URL of a database on a server where databases may be made."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    with (
        tempfile.TemporaryDirectory(prefix="member-center-") as folder,
        embedded_server(Path(folder), durable=False) as url,
    ):
        yield url


@asynccontextmanager
async def fresh_database(server_url: str, name: str, *, migrated: bool = True) -> AsyncGenerator[str]:
    """The URL of a new database beside that of `server_url`; it is dropped at the end, whoever is connected."""
    name = f"{name}_{os.getpid()}"
    url = urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))
    await run(server_url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}"')
    with suppress(asyncpg.InsufficientPrivilegeError):  # then it only takes longer
        await run(server_url, f'ALTER DATABASE "{name}" SET deadlock_timeout = {DEADLOCK_AFTER}')
    try:
        if migrated:
            await upgrade(url)
        yield url
    finally:
        await run(server_url, f'DROP DATABASE "{name}" WITH (FORCE)')


async def run(url: str, *statements: str) -> list[Any]:
    """Run statements on a connection of its own, each by itself; the rows of the last."""
    connection = await DRIVER.connect(url, timeout=10, server_settings={"lock_timeout": "10s"})
    try:
        for statement in statements[:-1]:
            await connection.execute(statement)
        return await connection.fetch(statements[-1])
    finally:
        await connection.close()


@asynccontextmanager
async def swept(url: str) -> AsyncGenerator[None]:
    """A connection by which to `sweep` a database again and again."""
    SWEEPING[url] = await DRIVER.connect(url, timeout=10, server_settings={"lock_timeout": "10s"})
    await SWEEPING[url].execute(SWEEPER)
    try:
        yield
    finally:
        await SWEEPING.pop(url).close()


async def sweep(url: str) -> None:
    """Leave no row in any table."""
    if not await SWEEPING[url].fetchval("SELECT pg_temp.sweep()"):
        await SWEEPING[url].execute(f"TRUNCATE {', '.join(TABLES)}")
