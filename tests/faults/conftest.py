"""What trials of faults ask for."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.db import Database
from tests.databases import run
from tests.world import World, published

HERE = Path(__file__).parent
PROGRAM_FILES = (HERE / "club.toml", HERE / "brand.toml")


@dataclass(frozen=True)
class Notes:
    """A table in which a transaction leaves a trace, seen by a connection that no fault meets."""

    database: str

    async def written(self) -> list[str]:
        return [row["note"] for row in await run(self.database, "SELECT note FROM trials.notes ORDER BY note")]


@pytest.fixture
async def notes(database_url: str) -> AsyncGenerator[Notes]:
    table = "CREATE TABLE trials.notes (note text)"
    await run(database_url, "DROP SCHEMA IF EXISTS trials CASCADE", "CREATE SCHEMA trials", table)
    yield Notes(database_url)
    await run(database_url, "DROP SCHEMA trials CASCADE")


@pytest.fixture
async def world(database: Database) -> World:
    """Programs of our own, so that points and growth are simple to reckon."""
    return World(database, await published(database, *PROGRAM_FILES))
