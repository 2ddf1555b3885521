"""Bringing the tables of a database up to date, beside servers that are running. The only user of an engine.

Everything happens in one transaction under one lock, so that processes which migrate at once do it once, and a
migration that fails leaves nothing.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, NullPool
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from .revisions import REVISIONS, MigrationError

FOLDER = REVISIONS.parent
OLDEST = 15
"""The first version of PostgreSQL whose unique constraints can treat nulls as equal."""
LOCK_NOT_AVAILABLE = "55P03"
TURN = 7_235_419_002
"""Any number: the advisory lock under which processes migrate one after another. The domain uses no such locks."""

DRIVER: Any = asyncpg
T = TypeVar("T")

ONE_HERE = asyncio.Lock()
"""Alembic has one context for a whole process; between processes there is TURN."""


async def upgrade(url: str, *, lock_timeout: float = 5.0, attempts: int = 5, pause: float = 1.0) -> None:
    """Bring the tables up to date. Waits at most `lock_timeout` seconds for each lock, so that requests of running
    servers do not queue up behind it; then lets them pass for `pause` seconds and starts anew.

    May raise MigrationError.
    """
    for attempt in range(1, attempts + 1):
        try:
            return await _on(url, lambda c: command.upgrade(_config(connection=c, lock_timeout=lock_timeout), "head"))
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) != LOCK_NOT_AVAILABLE:
                raise
            if attempt == attempts:
                raise MigrationError("The tables were in use all the time: migrate at a quieter hour.") from error
        await asyncio.sleep(pause)
    return None


async def differences(url: str, metadata: MetaData) -> list[Any]:
    """What alembic would change to make the database equal to the models: nothing, if the migrations are whole."""
    return await _on(url, lambda c: list(compare_metadata(_comparing(c), metadata)))


async def write_revision(url: str, metadata: MetaData, message: str) -> Path | None:
    """Write what differs between a database at the head and the models as a new revision; None if nothing does."""
    number = len(list(REVISIONS.glob("*.py"))) + 1

    def write(connection: Connection) -> Any:
        config = _config(connection=connection, metadata=metadata)
        return command.revision(config, message, autogenerate=True, rev_id=f"{number:04}")

    script = await _on(url, write)
    return Path(script.path) if script else None


def _config(**attributes: Any) -> Config:
    config = Config(attributes={"turn": TURN, **attributes})
    options = {
        "script_location": str(FOLDER).replace("%", "%%"),
        "path_separator": "newline",
        "file_template": "%%(rev)s_%%(slug)s",
    }
    for name, value in options.items():
        config.set_main_option(name, value)
    return config


def _comparing(connection: Connection) -> MigrationContext:
    return MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})


async def _on(url: str, work: Callable[[Connection], T]) -> T:
    async with ONE_HERE, _connected(url) as connection:
        return await connection.run_sync(work)


@asynccontextmanager
async def _connected(url: str) -> AsyncGenerator[Any]:
    """May raise MigrationError: the database is too old."""

    async def connect(*_: Any, **__: Any) -> Any:
        raw = await DRIVER.connect(url, statement_cache_size=0, server_settings={"application_name": "migrate"})
        if (version := raw.get_server_version()).major < OLDEST:
            await raw.close()
            raise MigrationError(f"This is PostgreSQL {version.major}; it must be {OLDEST} or later.")
        return raw

    engine = create_async_engine("postgresql+asyncpg://", async_creator=connect, poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            yield connection
    finally:
        await engine.dispose()
