"""What trials of the outbox ask for."""

from collections.abc import AsyncGenerator

import pytest

from .world import Clock, effects_table


@pytest.fixture
async def url(database_url: str) -> AsyncGenerator[str]:
    """The database, with a table for effects."""
    async with effects_table(database_url) as url:
        yield url


@pytest.fixture
def clock() -> Clock:
    return Clock()
