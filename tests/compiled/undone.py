"""A database in which everything is undone: two executions, one after the other, find it the same."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from app.clock import NewId
from app.db import Transaction
from app.db.gathering import Gathering
from app.db.reading import Connection
from app.db.unions import Union


def numbered_ids(start: int) -> NewId:
    """Ids that rise, and that are the same each time: UUIDs of version 7 in form."""
    number = start

    def new_id() -> UUID:
        nonlocal number
        number += 1
        return UUID(int=(0x019C_0000_0000_7000 << 64) | (0x8000 << 48) | number)

    return new_id


class Undone:
    """Stands for the pool during one execution: all on one connection, in one transaction that is not committed."""

    def __init__(self, connection: Connection, new_id: NewId) -> None:
        self._connection = connection
        self._new_id = new_id
        self._turn = asyncio.Lock()
        self._over = False
        self.gathering = Gathering(self)

    async def read_abreast(self, union: Union, placed: Sequence[Sequence[Any]], *, is_next: bool = False) -> Any:
        return await self._connection.read_abreast(union, placed)

    async def take(self, *, is_next: bool = False) -> Connection:
        return self._connection

    def give_back(self, connection: Connection) -> None:
        assert connection is self._connection

    async def fetch(self, statement: Any, keys: Sequence[Any] = (), *arguments: Any, columns: Any = None) -> list[Any]:
        async with self._turn:
            if self._over:
                return []
            return await self._connection.fetch(statement, keys, *arguments, columns=columns)

    async def end(self) -> None:
        """Loaders of fields that were given up when another failed may still be at work: they get nothing more."""
        async with self._turn:
            self._over = True

    async def run(self, write: Any, **values: Any) -> list[Any]:
        async with self.transaction() as tx:
            return await tx.run(write, **values)

    @asynccontextmanager
    async def transaction(self, told: Any = None) -> AsyncGenerator[Transaction]:
        async with self._turn, self._connection.raw.transaction():
            yield Transaction(self._connection, self._new_id)


@asynccontextmanager
async def undone(connection: Connection, *, ids_from: int) -> AsyncGenerator[Undone]:
    outer = connection.raw.transaction()
    await outer.start()
    source = Undone(connection, numbered_ids(ids_from))
    try:
        yield source
    finally:
        await source.end()
        await outer.rollback()
