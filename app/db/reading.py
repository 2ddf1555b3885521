"""One connection with its prepared statements."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from itertools import count
from typing import Any, Protocol, TypeVar

import asyncpg

from .abreast import PART, own_of
from .asking import Asked, Text, are_one
from .gathering import Gathering
from .naming import named
from .rows import Row
from .statements import Statement
from .together import TOGETHER
from .transactions import Told, Transaction
from .unions import UNIONS, Union, described
from .writing import Write

R = TypeVar("R")
Columns = frozenset[str] | None
"""Columns that somebody asked for; None is all of them."""

DRIVER: Any = asyncpg
MOST_PREPARED = 500
"""Statements that are kept prepared on one connection: the latest used. Each takes memory of the database, too."""


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
        self._prepared: OrderedDict[tuple[str, type], Any] = OrderedDict()
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
        text: Text = asked.text
        return self._run(text.sql, text.record, asked.placed) if text.columns is not None else self._first_read(asked)

    async def _first_read(self, asked: Asked[R]) -> list[R]:
        if self._prepares:
            await self._describe(asked.text)
        return await self._run(asked.text.sql, asked.text.record, asked.placed)

    async def read_together(self, asked: Sequence[Asked[Any]]) -> list[list[Any]]:
        """Several reads; in one round trip if they go as one statement."""
        union = UNIONS.known(tuple([each.text for each in asked])) or await self._union_of(asked)
        if union is None or not self._prepares:
            return [await self.read(each) for each in asked]
        placed: list[Any] = []
        for each in asked:
            placed += each.placed
        found = await self._found(union, union.sql, placed)
        return [await self.read(each) for each in asked] if found is None else found

    async def read_abreast(self, union: Union, placed: Sequence[Sequence[Any]]) -> list[list[list[Any]]] | None:
        """The same reads for several, in one round trip: what each of them found. None: it is to be done one by one."""
        if not self._prepares:
            return None
        values = list(zip(*placed, strict=True))
        own, abreast = own_of(values), union.abreast
        if abreast is None or not abreast.serves(own):
            abreast = union.widened(own, (await self._ready(union.sql, Row)).get_parameters())
        if abreast is None:
            return None
        found = await self._found(union, abreast.sql, abreast.placed(values), times=len(placed))
        width = len(union.records)
        return found and [found[start : start + width] for start in range(0, len(found), width)]

    async def _found(self, union: Union, sql: str, placed: Sequence[Any], *, times: int = 1) -> list[list[Any]] | None:
        """The rows of each read. None: they cannot be told by their names, here or anywhere."""
        rows = await self._run(sql, Row, placed)
        if union.places and sql not in self._named:
            if not named(self._prepared[sql, Row], PART, union.places):
                UNIONS.share_no_more()
                return None
            self._named.add(sql)
        return union.apart(rows, times=times)

    async def _union_of(self, asked: Sequence[Asked[Any]]) -> Union | None:
        if not self._prepares or not are_one(asked):
            return None
        for each in asked:
            await self._describe(each.text)
        return UNIONS.of(tuple([each.text for each in asked]))

    async def _describe(self, text: Text) -> None:
        """By what the database says of it when it is prepared."""
        if text.columns is None:
            text.columns = described((await self._ready(text.sql, text.record)).get_attributes())

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
        if prepared is None:
            return self._first(sql, record, placed)
        self._prepared.move_to_end((sql, record))
        return prepared.fetch(*placed)

    async def _first(self, sql: str, record: type[Row], placed: Sequence[Any]) -> list[Any]:
        if not self._prepares:  # behind a pooler the next transaction may be on another server connection
            return await self.raw.fetch(sql, *placed, record_class=record)
        return await (await self._ready(sql, record)).fetch(*placed)

    async def _ready(self, sql: str, record: type[Row]) -> Any:
        prepared = self._prepared.get((sql, record))
        if prepared is None:
            prepared = self._prepared[sql, record] = await self._prepare(sql, record)
            if len(self._prepared) > MOST_PREPARED:
                (forgotten, _), _ = self._prepared.popitem(
                    last=False
                )  # with the last who knows it the driver closes it
                self._named.discard(forgotten)
        return prepared

    async def _prepare(self, sql: str, record: type[Row] | None = None) -> Any:
        """Under a name: without one the driver, whose own cache is off, has the server parse the text at each run."""
        return await self.raw.prepare(sql, name=f"s{next(self._names)}", record_class=record)

    @property
    def is_open(self) -> bool:
        return not self.raw.is_closed()

    @property
    def is_usable(self) -> bool:
        """By somebody else: a transaction that nobody could end is not handed on."""
        return not self.raw.is_closed() and not self.raw.is_in_transaction()


class Connections(Protocol):
    """The pool, seen from below it."""

    gathering: Gathering

    async def take(self, *, is_next: bool = False) -> Connection: ...
    def give_back(self, connection: Connection) -> None: ...
    def transaction(self, told: Told | None = None) -> AbstractAsyncContextManager[Transaction]: ...
    def run(self, write: Write[R], **values: Any) -> Awaitable[list[R]]: ...
