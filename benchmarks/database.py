"""The database of a benchmark: a new one, migrated, on an embedded server or a given one; dropped at the end."""

import asyncio
import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from app.db.embedded import embedded_server
from app.db.migrating import upgrade

DRIVER: Any = asyncpg
MIB = 1024 * 1024
TOLD = (
    "server_version",
    "shared_buffers",
    "synchronous_commit",
    "fsync",
    "full_page_writes",
    "max_wal_size",
    "autovacuum",
)
"""Settings of the server without which a figure says nothing."""


@contextmanager
def benchmark_database(url: str | None, folder: Path | None, *, buffers: int | None = None) -> Generator[str]:
    """The URL of a new database on such a server."""
    with benchmark_server(url, folder, buffers=buffers) as server, database_on(server) as made:
        yield made


@contextmanager
def benchmark_server(url: str | None, folder: Path | None, *, buffers: int | None = None) -> Generator[str]:
    """That of `url`; else an embedded one, as durable as one of production, in the folder, else in a temporary one. The
    embedded one has so many bytes of shared buffers, if that is said."""
    if url is not None:
        yield url
        return
    with TemporaryDirectory(prefix="member-center-") as made:
        kept = folder or Path(made)
        if buffers is not None:
            with embedded_server(kept) as started:
                asyncio.run(run(started, f"ALTER SYSTEM SET shared_buffers = '{buffers // MIB}MB'", "SELECT 1"))
        with embedded_server(kept) as started:
            yield started


@contextmanager
def database_on(server: str, suffix: str = "") -> Generator[str]:
    """The URL of a new database, migrated; dropped at the end."""
    name = f"benchmark_{os.getpid()}{suffix}"
    asyncio.run(run(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}"))
    try:
        made = url_of(server, name)
        asyncio.run(upgrade(made))
        yield made
    finally:
        asyncio.run(run(server, f"DROP DATABASE {name} WITH (FORCE)"))


def url_of(server: str, name: str) -> str:
    """Of another database of the server."""
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


async def run(url: str, *statements: str) -> list[Any]:
    """Run statements on a connection of its own, each by itself; the rows of the last."""
    connection = await DRIVER.connect(url)
    try:
        for statement in statements[:-1]:
            await connection.execute(statement)
        return await connection.fetch(statements[-1])
    finally:
        await connection.close()


async def settle(url: str) -> None:
    """Have planner's figures of what there is, and nothing left to write: so each round begins alike."""
    await run(url, "VACUUM ANALYZE", "SELECT 1")
    try:
        await run(url, "CHECKPOINT", "SELECT 1")
    except asyncpg.InsufficientPrivilegeError:
        return


async def settings_told(url: str) -> Mapping[str, str]:
    """The server's settings that a report states."""
    return dict(await run(url, f"SELECT name, current_setting(name) FROM unnest(ARRAY{list(TOLD)}) AS name"))
