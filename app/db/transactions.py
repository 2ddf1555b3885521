"""A transaction as commands see it: they read, write and lock; nobody but its opener commits."""

from collections.abc import Awaitable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Protocol, TypeVar
from uuid import UUID

from app.clock import NewId, id_after

from .rows import table_of
from .statements import Statement
from .together import Waiting
from .writing import Write

R = TypeVar("R")
Told = dict[tuple[type, UUID, UUID], Any]
"""Rows that a transaction inserted and that are told of at once, by their class, member and id."""


class Session(Protocol):
    """The connection, seen from below it."""

    raw: Any

    def fetch(
        self, statement: Statement[R], keys: Sequence[Any] = (), *arguments: Any, columns: frozenset[str] | None = None
    ) -> Awaitable[list[R]]: ...
    def run(self, write: Write[R], values: Mapping[str, Any]) -> Awaitable[list[R]]: ...
    async def run_many(self, write: Write[Any], rows: Sequence[Mapping[str, Any]]) -> None: ...
    async def run_together(self, writes: Sequence[tuple[Write[Any], Mapping[str, Any]]]) -> None: ...


@dataclass
class _Frame:
    """The transaction, or a savepoint in it."""

    waiting: Waiting = field(default_factory=Waiting)
    unread: list[tuple[Write[Any], Mapping[str, Any]]] = field(
        default_factory=list[tuple[Write[Any], Mapping[str, Any]]]
    )
    """What goes with them."""
    is_open: bool = False
    """Does the database know of it? It is told when there is something that might have to be undone."""


class Transaction:
    """An open transaction. Also a `Reader`: queries within it see what it wrote, and what was asked for later."""

    def __init__(self, connection: Session, new_id: NewId) -> None:
        self._connection = connection
        self._frames = [_Frame(is_open=True)]
        self._is_waited_for = False
        """Might something wait? It may have been given up with a savepoint since."""
        self._left = set[int]()
        """Savepoints that were left, by their depth: they end when another of the same depth begins, or all does."""
        self.new_id = new_id
        self.told: Told = {}

    async def fetch(
        self, statement: Statement[R], keys: Sequence[Any] = (), *arguments: Any, columns: frozenset[str] | None = None
    ) -> list[R]:
        if self._is_waited_for:
            await self.flush()
        return await self._connection.fetch(statement, keys, *arguments, columns=columns)

    async def run(self, write: Write[R], **values: Any) -> list[R]:
        """Run a write; the rows that it returns, if it returns any."""
        await self._ready(to_be_undone=write.needs_savepoint)
        return await self._connection.run(write, values)

    async def run_many(self, write: Write[Any], rows: Sequence[Mapping[str, Any]]) -> None:
        """The same write for many rows, in one round trip."""
        if rows:
            await self._ready()
            await self._connection.run_many(write, rows)

    def later(self, write: Write[Any], **values: Any) -> None:
        """Run a write that returns nothing before anything is read, and at the end of the transaction at the latest:
        several go in one round trip. What is wrong with it is raised then."""
        self._frames[-1].waiting.add(write, values)
        self._is_waited_for = True

    def unread(self, write: Write[Any], **values: Any) -> None:
        """The same of what nobody reads within the transaction: nothing that is read waits for it."""
        self._frames[-1].unread.append((write, values))

    async def copy(self, model: Any, rows: Iterable[tuple[Any, ...]]) -> None:
        """Append whole rows to a table by COPY: the quickest way for thousands. Values in the order of its columns."""
        await self._ready()
        table = table_of(model)
        columns = table.columns.keys()
        await self._connection.raw.copy_records_to_table(table.name, columns=columns, records=rows)

    async def analyze(self, model: Any) -> None:
        """Have the planner know a table that was just filled: what is planned before it does is planned for a table
        that is empty, and kept."""
        await self._ready()
        await self._connection.raw.execute(f"ANALYZE {table_of(model).name}")

    def savepoint(self) -> AbstractAsyncContextManager[None]:
        """What is done within is undone if it raises; the transaction goes on. Unless it was the database that said
        that something is wrong: then the transaction can only be given up."""
        return _Savepoint(self)

    def _enter(self) -> None:
        self._frames.append(_Frame())

    async def _leave(self, kind: type[BaseException] | None) -> None:
        frame, depth = self._frames[-1], len(self._frames) - 1
        try:
            if kind is None:
                self._frames[-2].waiting.extend(frame.waiting)
                self._frames[-2].unread += frame.unread
            elif frame.is_open and issubclass(kind, Exception):
                await self._connection.raw.execute(f"ROLLBACK TO SAVEPOINT s{depth}")
                self.told.clear()
        finally:
            self._frames.pop()
            if frame.is_open:
                self._left.add(depth)

    async def flush(self) -> None:
        """Run what waits."""
        self._is_waited_for = False
        for depth, frame in enumerate(self._frames):
            if frame.unread and not self._is_within(depth):
                for write, values in frame.unread:
                    frame.waiting.add(write, values)
                frame.unread = []
            if not frame.waiting:
                continue
            await self._open(depth)
            waiting, frame.waiting = frame.waiting, Waiting()
            for part in waiting.parts:
                await self._connection.run_together(part)
                for write, values in part:
                    if write.written is not None:
                        self.told[write.record, values["member_id"], values["id"]] = write.written(values)

    def _is_within(self, depth: int) -> bool:
        """Has the database gone into a savepoint since, so that what is run now is undone with that?"""
        return any(frame.is_open for frame in self._frames[depth + 1 :])

    async def _ready(self, *, to_be_undone: bool = True) -> None:
        """What waits comes first."""
        if self._is_waited_for:
            await self.flush()
        if to_be_undone:
            await self._open(len(self._frames) - 1)

    async def _open(self, depth: int) -> None:
        """Have the database know of the savepoints so far."""
        for number, frame in enumerate(self._frames[: depth + 1]):
            if frame.is_open:
                continue
            ended = f"RELEASE SAVEPOINT s{number}; " if number in self._left else ""
            await self._connection.raw.execute(f"{ended}SAVEPOINT s{number}")
            self._left = {depth for depth in self._left if depth < number}
            frame.is_open = True

    def id_after(self, last: UUID | None) -> UUID:
        """A new id that comes after `last` (see `clock.id_after`)."""
        return id_after(last, self.new_id)


class _Savepoint(AbstractAsyncContextManager[None]):
    """A class, not a generator: one stands around the work of each mutation."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def __aenter__(self) -> None:
        self._transaction._enter()  # pyright: ignore[reportPrivateUsage]

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._transaction._leave(kind)  # pyright: ignore[reportPrivateUsage]
