"""Who waits for an idempotency key lets go of what others need."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import pytest

from app.clock import new_id
from app.compiled import CompiledExecution
from app.db import Database, Settings
from app.graph.in_flight import KeysInFlight
from tests.world import World, customer

from .odd_world import OddWorld

ANNA = customer("anna")
TEXT = """mutation ($key: UUID!) {
  touch { points { available } }
  joinProgram(input: {idempotencyKey: $key, program: "brand-standard"}) { __typename }
}"""


class WatchedKeys(KeysInFlight):
    """Says when the second request for a key has come."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0
        self.second = asyncio.Event()

    @asynccontextmanager
    async def alone(self, caller: str, key: UUID) -> AsyncGenerator[None]:
        self.asked += 1
        if self.asked == 2:
            self.second.set()
        async with super().alone(caller, key):
            yield


@pytest.mark.parametrize("compiled", [True, False])
async def test_who_waits_for_a_key_holds_no_connection(
    world: World, odd: OddWorld, database_url: str, compiled: bool
) -> None:
    """Otherwise retries of a few slow requests would stop everybody. The field before it has read something."""
    await world.joins("anna")
    execution, key, keys = CompiledExecution(odd.graph), uuid4(), WatchedKeys()
    run = execution.execute if compiled else execution.uncompiled
    world.keys = keys
    world.database = database = Database(Settings(url=database_url, size=1), new_id=new_id)
    async with keys.alone(ANNA.caller, key):
        waiting = asyncio.create_task(run(TEXT, {"key": str(key)}, None, world.context(ANNA)))
        await keys.second.wait()
        async with asyncio.timeout(5), database.transaction():
            assert not waiting.done()
    result = await waiting
    await database.close()
    assert result.data is not None
    assert result.data["touch"] == {"points": {"available": 0}}
    assert result.data["joinProgram"]["__typename"] == "JoinProgramSuccess"
