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
def benchmark_database(url: str | None, folder: Path | None) -> Generator[str]:
    """The URL of a new database: beside the one of `url`, else on an embedded server, as durable as one of production,
    in the folder, else in a temporary one."""
    with _server(url, folder) as server:
        name = f"benchmark_{os.getpid()}"
        asyncio.run(run(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}"))
        try:
            made = urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
            asyncio.run(upgrade(made))
            yield made
        finally:
            asyncio.run(run(server, f"DROP DATABASE {name} WITH (FORCE)"))


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


@contextmanager
def _server(url: str | None, folder: Path | None) -> Generator[str]:
    if url is not None:
        yield url
        return
    with TemporaryDirectory(prefix="member-center-") as made, embedded_server(folder or Path(made)) as started:
        yield started
