"""What trials of faults ask for."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

import pytest

from tests.databases import run


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
