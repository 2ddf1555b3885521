"""Idempotency keys that requests of this process are at work on: who comes second with one waits (R36)."""

import asyncio
from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import ClassVar
from uuid import UUID

from app.errors import KeyInUse

WAIT = 5.0
"""Seconds that a second request waits for the first with its key, holding no connection."""
IN_USE = "The first request with this key is still running. Ask again with the same key."

Name = tuple[str, UUID]
"""A caller and their key."""


class KeysInFlight:
    """The keys, and for each what tells that its request is done."""

    __held__: ClassVar[bool] = True

    def __init__(self) -> None:
        self.running: dict[Name, asyncio.Event] = {}

    def alone(self, caller: str, key: UUID) -> AbstractAsyncContextManager[None]:
        """Within, no other request of this process has the key. May raise KeyInUse."""
        return _Alone(self.running, (caller, key))


class _Alone(AbstractAsyncContextManager[None]):
    """A class, not a generator: it stands around each mutation."""

    def __init__(self, running: dict[Name, asyncio.Event], name: Name) -> None:
        self._running = running
        self._name = name

    async def __aenter__(self) -> None:
        if self._name in self._running:
            await self._turn()
        self._done = self._running[self._name] = asyncio.Event()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        del self._running[self._name]
        self._done.set()

    async def _turn(self) -> None:
        try:
            async with asyncio.timeout(WAIT):
                while (first := self._running.get(self._name)) is not None:
                    await first.wait()
        except TimeoutError:
            raise KeyInUse(IN_USE) from None
