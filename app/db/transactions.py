"""A transaction as commands see it: they read, write and lock; nobody but its opener commits."""

from collections.abc import AsyncGenerator, Awaitable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Protocol, TypeVar
from uuid import UUID

from app.clock import NewId, id_after

from .rows import table_of
from .statements import Statement
from .writing import Write

R = TypeVar("R")


class Session(Protocol):
    """The connection, seen from below it."""

    raw: Any

    def fetch(
        self, statement: Statement[R], keys: Sequence[Any] = (), *arguments: Any, columns: frozenset[str] | None = None
    ) -> Awaitable[list[R]]: ...
    def run(self, write: Write[R], values: Mapping[str, Any]) -> Awaitable[list[R]]: ...
    async def run_many(self, write: Write[Any], rows: Sequence[Mapping[str, Any]]) -> None: ...


class Transaction:
    """An open transaction. Also a `Reader`: queries within it see what it wrote."""

    def __init__(self, connection: Session, new_id: NewId) -> None:
        self._connection = connection
        self.new_id = new_id

    def fetch(
        self, statement: Statement[R], keys: Sequence[Any] = (), *arguments: Any, columns: frozenset[str] | None = None
    ) -> Awaitable[list[R]]:
        return self._connection.fetch(statement, keys, *arguments, columns=columns)

    def run(self, write: Write[R], **values: Any) -> Awaitable[list[R]]:
        """Run a write; the rows that it returns, if it returns any."""
        return self._connection.run(write, values)

    async def run_many(self, write: Write[Any], rows: Sequence[Mapping[str, Any]]) -> None:
        """The same write for many rows, in one round trip."""
        if rows:
            await self._connection.run_many(write, rows)

    async def copy(self, model: Any, rows: Iterable[tuple[Any, ...]]) -> None:
        """Append whole rows to a table by COPY: the quickest way for thousands. Values in the order of its columns."""
        table = table_of(model)
        columns = table.columns.keys()
        await self._connection.raw.copy_records_to_table(table.name, columns=columns, records=rows)

    @asynccontextmanager
    async def savepoint(self) -> AsyncGenerator[None]:
        """What is done within is undone if it raises; the transaction goes on."""
        async with self._connection.raw.transaction():
            yield

    def id_after(self, last: UUID | None) -> UUID:
        """A new id that comes after `last` (see `clock.id_after`)."""
        return id_after(last, self.new_id)
