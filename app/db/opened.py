"""A transaction on a connection of its own: begun, committed or undone, and the connection given back."""

from contextlib import AbstractAsyncContextManager
from types import TracebackType

import asyncpg

from app.clock import NewId

from .faults import UNSOUND, ConnectionLost
from .reading import Connections
from .transactions import Told, Transaction


class Opened(AbstractAsyncContextManager[Transaction]):
    """A transaction on a connection of its own. A class, not a generator: it stands around each mutation."""

    def __init__(self, connections: Connections, new_id: NewId, told: Told | None = None) -> None:
        self._connections = connections
        self._new_id = new_id
        self._told = told

    async def __aenter__(self) -> Transaction:
        self._connection = await self._connections.take()
        self._run = self._connection.raw.execute
        try:
            await self._run("BEGIN")
        except BaseException as error:
            self._end(error)
            raise
        self._transaction = Transaction(self._connection, self._new_id)
        return self._transaction

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                await self._committed()
            else:
                await self._run("ROLLBACK")
        except BaseException as fault:
            self._end(fault)
            raise
        self._end(error)

    async def _committed(self) -> None:
        try:
            await self._transaction.flush()
        except BaseException:
            await self._run("ROLLBACK")
            raise
        await self._run("COMMIT")
        if self._told is not None:
            self._told |= self._transaction.told

    def _end(self, error: BaseException | None) -> None:
        """Give the connection back, unless its state is not known. May raise ConnectionLost."""
        raw = self._connection.raw
        is_lost = isinstance(error, asyncpg.InterfaceError) and raw.is_closed()
        if isinstance(error, UNSOUND):
            raw.terminate()
        self._connections.give_back(self._connection)
        if is_lost:
            raise ConnectionLost from error
