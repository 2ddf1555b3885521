"""One connection with its prepared statements."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from itertools import count
from typing import Any, Protocol, TypeVar

import asyncpg

from .asking import Asked, Text
from .naming import named
from .rows import Row
from .statements import Statement
from .together import TOGETHER
from .transactions import Told, Transaction
from .unions import MOST_JOINED, PART, UNIONS, Union, described
from .writing import Write

R = TypeVar("R")
Columns = frozenset[str] | None
"""Columns that somebody asked for; None is all of them."""

DRIVER: Any = asyncpg
MOST_PREPARED = 500
"""Statements kept prepared on one connection; the pool closes a connection that has more."""


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
        self._prepared: dict[tuple[str, type], Any] = {}
        self._prepared_many: dict[str, Callable[..., Awaitable[None]]] = {}
        """For many rows at once: as many as there are such writes in the source."""
        self._named: set[str] = set()
        """Unions whose rows have their names, by the text: as many as are prepared."""
        self._names = count()

    def fetch(
        self, statement: Statement[R], keys: Sequence[Any] = (), *arguments: Any, columns: Columns = None
    ) -> Awaitable[list[R]]:
        return self.read(statement.asked(keys, arguments, columns))

    def read(self, asked: Asked[R]) -> Awaitable[list[R]]:
        return self._run(asked.text.sql, asked.text.record, asked.placed)

    async def read_together(self, asked: Sequence[Asked[Any]]) -> list[list[Any]]:
        """Several reads; in one round trip if each is of one thing's. Of many, to make each row as wide as those of all
        takes longer than a round trip, and a list is to take as many statements whether it is short or long."""
        union = UNIONS.known(tuple([each.text for each in asked])) or await self._union_of(asked)
        if union is None or not self._prepares:
            return [await self.read(each) for each in asked]
        placed: list[Any] = []
        for each in asked:
            placed += each.placed
        rows = await self._run(union.sql, Row, placed)
        if union.places and union.sql not in self._named:
            if not named(self._prepared[union.sql, Row], PART, union.places):
                UNIONS.share_no_more()
                return [await self.read(each) for each in asked]
            self._named.add(union.sql)
        return union.apart(rows)

    async def _union_of(self, asked: Sequence[Asked[Any]]) -> Union | None:
        if not self._prepares or len(asked) > MOST_JOINED:
            return None
        for each in asked:
            if each.number > 1:
                return None
        texts = tuple([each.text for each in asked])
        known = UNIONS.of(texts)
        if known is None and any(text.columns is None for text in texts):
            for text in texts:
                await self._describe(text)
            return UNIONS.of(texts)
        return known

    async def _describe(self, text: Text) -> None:
        """By what the database says of it when it is prepared."""
        if text.columns is None:
            prepared = self._prepared.get((text.sql, text.record)) or await self._prepare(text.sql, text.record)
            self._prepared[text.sql, text.record] = prepared
            text.columns = described(prepared.get_attributes())

    def run(self, write: Write[R], values: Mapping[str, Any]) -> Awaitable[list[R]]:
        return self._run(write.sql, write.record, write.placed(values))

    async def run_together(self, writes: Sequence[tuple[Write[Any], Mapping[str, Any]]]) -> None:
        """Writes in one round trip; what they return is not read."""
        text = TOGETHER.text(tuple([write for write, _ in writes])) if len(writes) > 1 else None
        if text is None:
            for write, values in writes:
                await self.run(write, values)
            return
        placed: list[Any] = []
        for write, values in writes:
            placed += write.placed(values)
        await self._run(text, Row, placed)

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
        prepared = self._prepared.get((sql, record))
        return prepared.fetch(*placed) if prepared is not None else self._first(sql, record, placed)

    async def _first(self, sql: str, record: type[Row], placed: Sequence[Any]) -> list[Any]:
        if not self._prepares:  # behind a pooler the next transaction may be on another server connection
            return await self.raw.fetch(sql, *placed, record_class=record)
        prepared = self._prepared[sql, record] = await self._prepare(sql, record)
        return await prepared.fetch(*placed)

    async def _prepare(self, sql: str, record: type[Row] | None = None) -> Any:
        """Under a name: without one the driver, whose own cache is off, has the server parse the text at each run."""
        return await self.raw.prepare(sql, name=f"s{next(self._names)}", record_class=record)

    @property
    def is_open(self) -> bool:
        return not self.raw.is_closed()

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
