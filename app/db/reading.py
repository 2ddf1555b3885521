"""One connection with its prepared statements, and a reader that holds one for as long as a request reads."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from itertools import count
from typing import Any, Protocol, TypeVar, cast

import asyncpg

from .faults import UNSOUND, loss_told
from .rows import Row
from .statements import Statement
from .together import TOGETHER
from .transactions import Told, Transaction
from .writing import Write

R = TypeVar("R")
Columns = frozenset[str] | None
"""Columns that somebody asked for; None is all of them."""

DRIVER: Any = asyncpg
MOST_PREPARED = 500
"""Statements kept prepared on one connection; the pool closes a connection that has more."""

Fetch = Callable[..., Awaitable[list[Any]]]


class Reader(Protocol):
    """What a batch function may do with the database."""

    def fetch(
        self, statement: Statement[R], keys: Sequence[Any] = (), *arguments: Any, columns: Columns = None
    ) -> Awaitable[list[R]]: ...


class Connection:
    """One connection with its prepared statements by SQL text."""

    def __init__(self, raw: Any, *, prepares: bool = True) -> None:
        self.raw = raw
        self._prepares = prepares
        self._prepared: dict[tuple[str, type], Fetch] = {}
        self._prepared_many: dict[str, Callable[..., Awaitable[None]]] = {}
        """For many rows at once: as many as there are such writes in the source."""
        self._names = count()

    def fetch(
        self, statement: Statement[R], keys: Sequence[Any] = (), *arguments: Any, columns: Columns = None
    ) -> Awaitable[list[R]]:
        sql, order = statement.text(columns, single=len(keys) == 1)
        given = statement.given(keys, arguments)
        return self._run(sql, statement.record, [given[place] for place in order])

    def run(self, write: Write[R], values: Mapping[str, Any]) -> Awaitable[list[R]]:
        return self._run(write.sql, write.record, write.placed(values))

    async def run_together(self, writes: Sequence[tuple[Write[Any], Mapping[str, Any]]]) -> list[Any]:
        """Writes in one round trip: the rows of those that are told, one of them at most."""
        told = next((write for write, _ in writes if write.is_told), None)
        text = TOGETHER.text(tuple([write for write, _ in writes])) if len(writes) > 1 else None
        if text is not None:
            placed: list[Any] = []
            for write, values in writes:
                placed += write.placed(values)
            rows = await self._run(text, Row if told is None else told.record, placed)
            return [] if told is None else rows
        rows: list[Any] = []
        for write, values in writes:
            found = await self.run(write, values)
            if write is told:
                rows += found
        return rows

    async def run_many(self, write: Write[Any], rows: Sequence[Mapping[str, Any]]) -> None:
        """The same write for many rows, in one round trip; what it returns is not read."""
        placed = [write.placed(row) for row in rows]
        if not self._prepares:
            await self.raw.executemany(write.sql, placed)
            return
        run = self._prepared_many.get(write.sql)
        if run is None:
            run = self._prepared_many[write.sql] = (await self._prepare(write.sql)).executemany
        await run(placed)

    def _run(self, sql: str, record: type[Row], placed: Sequence[Any]) -> Awaitable[list[Any]]:
        run = self._prepared.get((sql, record))
        return run(*placed) if run is not None else self._first(sql, record, placed)

    async def _first(self, sql: str, record: type[Row], placed: Sequence[Any]) -> list[Any]:
        if not self._prepares:  # behind a pooler the next transaction may be on another server connection
            return await self.raw.fetch(sql, *placed, record_class=record)
        prepared = await self._prepare(sql, record)
        self._prepared[sql, record] = prepared.fetch
        return await prepared.fetch(*placed)

    async def _prepare(self, sql: str, record: type[Row] | None = None) -> Any:
        """Under a name: without one the driver, whose own cache is off, has the server parse the text at each run."""
        return await self.raw.prepare(sql, name=f"s{next(self._names)}", record_class=record)

    @property
    def is_usable(self) -> bool:
        """By somebody else: a transaction that nobody could end is not handed on."""
        raw = self.raw
        return not raw.is_closed() and not raw.is_in_transaction() and len(self._prepared) <= MOST_PREPARED


class Connections(Protocol):
    """The pool, seen from below it."""

    async def take(self) -> Connection: ...
    def give_back(self, connection: Connection) -> None: ...
    def transaction(self, told: Told | None = None) -> AbstractAsyncContextManager[Transaction]: ...
    def run(self, write: Write[R], **values: Any) -> Awaitable[list[R]]: ...


class OneConnection:
    """Holds one connection from the first statement to `release`. Not for use side by side.

    Outside a transaction, reading is harmless to repeat: a read whose connection turns out to be broken is done once
    more on another.
    """

    def __init__(self, database: Connections) -> None:
        self._database = database
        self._connection: Connection | None = None
        self._told: Told = {}

    async def fetch(
        self, statement: Statement[R], keys: Sequence[Any] = (), *arguments: Any, columns: Columns = None
    ) -> list[R]:
        if self._told and statement.pairs:
            rows = [self._told.get((statement.record, *key)) for key in keys]
            if None not in rows:
                return cast("list[R]", rows)
        connection = self._connection or await self._taken()
        try:
            return await connection.fetch(statement, keys, *arguments, columns=columns)
        except UNSOUND as error:
            connection.raw.terminate()
            if isinstance(error, asyncio.CancelledError):
                raise
        except (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, OSError):
            if not connection.raw.is_closed():
                raise
        self.release()
        connection = await self._taken()
        with loss_told(connection.raw):
            return await connection.fetch(statement, keys, *arguments, columns=columns)

    async def _taken(self) -> Connection:
        self._connection = await self._database.take()
        return self._connection

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
