"""Many connections, so that many requests are really under way at once."""

from collections.abc import AsyncGenerator

import pytest

from app.clock import new_id
from app.db import Database, Settings
from tests.world import World, new_world

CONNECTIONS = 30
"""A server takes 100 in all, ours and others'."""


@pytest.fixture(scope="session")
async def many_connections(database_url: str) -> AsyncGenerator[Database]:
    """Nobody waits in vain: it is not the time-outs that are tried here."""
    patient = Settings(url=database_url, size=CONNECTIONS, wait=60, statement_timeout=60, lock_timeout=60)
    opened = Database(patient, new_id=new_id)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
async def crowd(many_connections: Database, monkeypatch: pytest.MonkeyPatch) -> World:
    """A world in which a hundred can do something at once, however long that takes."""
    monkeypatch.setattr("app.graph.in_flight.WAIT", 60.0)
    return await new_world(many_connections)
