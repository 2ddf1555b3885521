"""A table for effects, in a schema of its own, that is gone after the test."""

from collections.abc import AsyncGenerator

import pytest

from tests.databases import run

from .world import EFFECTS, Clock


@pytest.fixture
async def url(database_url: str) -> AsyncGenerator[str]:
    """The database, with the table of effects."""
    await run(database_url, *EFFECTS)
    yield database_url
    await run(database_url, "DROP SCHEMA trials CASCADE")


@pytest.fixture
def clock() -> Clock:
    return Clock()
