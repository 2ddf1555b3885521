"""Which database a command works on: the one of DATABASE_URL, else the embedded one in a folder."""

import importlib
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from types import ModuleType
from typing import Annotated

import typer

from app.clock import new_id
from app.db import Database, Settings

from .console import fail

DATA = Path(".data")

DatabaseUrl = Annotated[
    str | None, typer.Option(envvar="DATABASE_URL", help="Any PostgreSQL of version 15 or later.", show_envvar=True)
]
Data = Annotated[Path, typer.Option(help="Folder of the embedded database, where no DATABASE_URL is given.")]


@contextmanager
def database_at(url: str | None, data: Path) -> Generator[str]:
    """The URL of the database. An embedded one is started for the while, unless it is running already."""
    if url is not None:
        yield url
        return
    embedded = _embedded()
    running = embedded.running_server(data)
    if running is not None:
        yield running
        return
    with embedded.embedded_server(data) as started:
        yield started


@contextmanager
def database_of_our_own(url: str | None, data: Path) -> Generator[str]:
    """The URL of the database. An embedded one is ours from start to stop: one that is running already is an error."""
    if url is not None:
        yield url
        return
    with _embedded().embedded_server(data) as started:
        yield started


@asynccontextmanager
async def opened(url: str) -> AsyncGenerator[Database]:
    """A database as a command uses it: few connections, long statements."""
    database = Database(Settings(url=url, size=4, statement_timeout=300), new_id=new_id)
    await database.open()
    try:
        yield database
    finally:
        await database.close()


def _embedded() -> ModuleType:
    """The one module that production does without. Loaded by name, for its package may not be installed."""
    try:
        return importlib.import_module("app.db.embedded")
    except ModuleNotFoundError:
        fail("DATABASE_URL is not set, and the embedded database (the extra 'embedded') is not installed.")
