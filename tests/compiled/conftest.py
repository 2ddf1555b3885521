"""The odd world, made once."""

from collections.abc import AsyncGenerator

import pytest

from tests.databases import fresh_database

from .odd_world import OddWorld, odd_world


@pytest.fixture(scope="session")
async def odd(server_url: str) -> AsyncGenerator[OddWorld]:
    """A world that no execution changes, in a database of its own."""
    async with fresh_database(server_url, "member_center_odd") as url:
        world = await odd_world(url)
        yield world
        await world.connection.raw.close()
