"""A reader that holds one connection for as long as a request reads."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeVar, cast

import asyncpg

from app.errors import Overloaded

from .asking import Asked, Text, are_one
from .beside import Failed, Found, Step, side_by_side
from .faults import UNAVAILABLE, UNSOUND, loss_told
from .gathering import Turn
from .reading import Columns, Connection, Connections
from .statements import Statement
from .transactions import Told, Transaction
from .writing import Write

R = TypeVar("R")
T = TypeVar("T")
A = TypeVar("A")


class OneConnection:
    """Holds one connection, or none: it is let go of while others are waited for, and by `release`. Not for use by
    several tasks.

    Outside a transaction, reading is harmless to repeat: a read whose connection turns out to be broken is done once
    more on another.
    """

    def __init__(self, database: Connections) -> None:
        self._database = database
        self._connection: Connection | None = None
        self._told: Told = {}
        self._is_gathering = False
        self._has_begun = False
        """Has it read? Then it goes on before others begin."""

    def fetch(
        self, statement: Statement[R], keys: Sequence[Any] = (), *arguments: Any, columns: Columns = None
    ) -> Awaitable[list[R]]:
        if self._told and statement.pairs:
            rows = [self._told.get((statement.record, *key)) for key in keys]
            if None not in rows:
                return _at_once(cast("list[R]", rows))
        asked = statement.asked(keys, arguments, columns)
        return asked if self._is_gathering else self._done(Connection.read, asked)

    async def side_by_side(self, *steps: Step) -> list[Any]:
        """What each of the coroutines returns, or `Failed`. They read nowhere but here: what they wait for at the same
        time is read in one round trip, where that pays."""
        self._is_gathering = True
        try:
            return await side_by_side(self._send, steps)
        finally:
            self._is_gathering = False

    async def _send(self, asked: Sequence[Asked[Any]]) -> Sequence[Found]:
        """For each what it found, or failed with. Whoever asks the same at this moment is read for together: not what
        one request asks for twice, for a list is to take as many statements whether it is short or long."""
        gathering = self._database.gathering
        if are_one(asked):
            return await self._sent(asked, gathering.join(asked, has_begun=self._has_begun))
        turns: dict[Text, Turn | None] = {}
        for each in asked:
            if each.text not in turns:
                turns[each.text] = gathering.join([each], has_begun=self._has_begun)
        return [(await self._sent([each], turns.pop(each.text, None)))[0] for each in asked]

    async def _sent(self, asked: Sequence[Asked[Any]], turn: Turn | None) -> Sequence[Found]:
        """With others, or alone. What goes wrong with several reads is tried one by one, unless it is nothing of their
        own."""
        if turn is not None:
            self.release()  # who waited with a connection in hand might wait for one
            rows = await turn
            if isinstance(rows, Exception):
                return [Failed(rows)] * len(asked)
            if rows is not None:
                self._has_begun = True
                return rows
        if len(asked) > 1:
            try:
                return await self._done(Connection.read_together, asked)
            except (Overloaded, *UNAVAILABLE) as error:
                return [Failed(error)] * len(asked)
            except Exception:  # noqa: S110  whose fault it was, is found out now
                pass
        return [await self._found(each) for each in asked]

    async def _found(self, asked: Asked[Any]) -> Found:
        try:
            return await self._done(Connection.read, asked)
        except Exception as error:
            return Failed(error)

    async def _done(self, read: Callable[[Connection, A], Awaitable[T]], asked: A) -> T:
        connection = self._connection or await self._take()
        try:
            return await read(connection, asked)
        except UNSOUND as error:
            connection.raw.terminate()
            if isinstance(error, asyncio.CancelledError):
                raise
        except (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, OSError):
            if not connection.raw.is_closed():
                raise
        self.release()
        connection = await self._take()
        with loss_told(connection.raw):
            return await read(connection, asked)

    async def _take(self) -> Connection:
        connection = self._connection = await self._database.take(is_next=self._has_begun)
        self._has_begun = True
        return connection

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """A transaction on a connection of the pool; what was read before is let go of. Rows that it inserts to be told
        of are not read again, until the next one."""
        self.release()
        self._told = {}
        return self._database.transaction(self._told)

    def run(self, write: Write[R], **values: Any) -> Awaitable[list[R]]:
        """A write that is a transaction by itself."""
        self.release()
        return self._database.run(write, **values)

    def release(self) -> None:
        if self._connection is not None:
            self._database.give_back(self._connection)
            self._connection = None


async def _at_once(rows: list[R]) -> list[R]:
    return rows
