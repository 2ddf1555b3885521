"""The pool: few connections, warm ones first, broken ones replaced, waiting bounded."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self, TypeVar

import app.settings
from app.clock import NewId
from app.errors import Overloaded

from .faults import UNAVAILABLE, UNSOUND, loss_told
from .gathering import Gathering
from .opened import Opened
from .reading import DRIVER, Columns, Connection
from .statements import Statement
from .transactions import Told, Transaction
from .unions import Union
from .writing import Write

R = TypeVar("R")
T = TypeVar("T")


@dataclass(frozen=True)
class Settings:
    """How to connect. Times in seconds."""

    url: str
    size: int = 8
    wait: float = 5.0
    """How long a request may wait for a free connection, or for a new one, before it is told to come again."""
    statement_timeout: float = 10.0
    lock_timeout: float = 5.0
    idle_in_transaction_timeout: float = 15.0
    behind_pooler: bool = False
    """Behind a transaction-mode pooler: no server-side state is kept between transactions."""
    server_settings: dict[str, str] = field(
        default_factory=lambda: {"jit": "off", "plan_cache_mode": "force_generic_plan", "application_name": "member"}
    )

    @classmethod
    def of(cls, settings: app.settings.Settings, *, size: int | None = None) -> Self:
        """As the operator set it; `size` where a process needs another number of connections."""
        return cls(
            settings.database_url,
            size=size or settings.pool_size,
            wait=settings.pool_wait,
            statement_timeout=settings.statement_timeout,
            lock_timeout=settings.lock_timeout,
            idle_in_transaction_timeout=settings.idle_in_transaction_timeout,
            behind_pooler=settings.behind_pooler,
        )

    @property
    def options(self) -> dict[str, Any]:
        """What asyncpg is told. Statements are prepared and read by an index: replanning is waste."""
        if self.behind_pooler:
            return {"timeout": self.wait, "statement_cache_size": 0, "command_timeout": self.statement_timeout}
        milliseconds = {
            "statement_timeout": self.statement_timeout,
            "lock_timeout": self.lock_timeout,
            "idle_in_transaction_session_timeout": self.idle_in_transaction_timeout,
        }
        limits = {name: str(int(seconds * 1000)) for name, seconds in milliseconds.items()}
        server_settings = {**self.server_settings, **limits}
        return {"timeout": self.wait, "server_settings": server_settings, "statement_cache_size": 0}


class Database:
    """Connections kept last-in, first-out, so that few are warm rather than many lukewarm."""

    connection_class: ClassVar[type[Connection]] = Connection
    """The seam at which tests see each statement that is run, at no cost to anybody else."""

    def __init__(self, settings: Settings, *, new_id: NewId) -> None:
        self.settings = settings
        self._new_id = new_id
        self._free: list[Connection] = []
        self._made = 0
        self._closed = False
        self._waiting: deque[asyncio.Future[None]] = deque()
        self.gathering = Gathering(self)

    async def open(self) -> None:
        """Make one connection, so that a wrong address shows itself at once; others come when needed."""
        self.give_back(await self.take())

    async def close(self) -> None:
        """Close what is free; what is still in use is closed when it is given back."""
        self._closed = True
        while self._free:
            connection = self._free.pop()
            with suppress(*UNAVAILABLE):
                await connection.raw.close(timeout=self.settings.wait)
            self._forget(connection)

    async def take(self, *, is_next: bool = False) -> Connection:
        """A connection for the caller alone. `is_next`: who had one already goes on before others begin, else all who
        wait would wait once for each of their reads. May raise Overloaded: none came free in time."""
        deadline: float | None = None
        while True:
            while self._free:
                connection = self._free.pop()
                if connection.is_open:  # all else was so when it was given back
                    return connection
                self._forget(connection)
            if self._made < self.settings.size:
                return await self._connect()
            deadline = deadline or asyncio.get_running_loop().time() + self.settings.wait
            await self._turn(deadline, is_next=is_next)
            is_next = True

    def give_back(self, connection: Connection) -> None:
        if connection.is_usable and not self._closed:
            self._free.append(connection)
        else:
            self._forget(connection)
        if self._waiting:
            self._wake()

    async def _connect(self) -> Connection:
        self._made += 1
        try:
            raw = await DRIVER.connect(self.settings.url, **self.settings.options)
            return self.connection_class(raw, prepares=not self.settings.behind_pooler)
        except BaseException:
            self._made -= 1
            self._wake()
            raise

    def _forget(self, connection: Connection) -> None:
        self._made -= 1
        if not connection.raw.is_closed():
            connection.raw.terminate()

    async def _turn(self, deadline: float, *, is_next: bool) -> None:
        """Wait to be woken. Who was, and was overtaken by somebody who asked in the meantime, does not begin at the end
        of the line again."""
        turn = asyncio.get_running_loop().create_future()
        if is_next:
            self._waiting.appendleft(turn)
        else:
            self._waiting.append(turn)
        try:
            async with asyncio.timeout_at(deadline):
                await turn
        except TimeoutError:
            if turn.done() and not turn.cancelled():  # given in the very moment: it is the next one's
                self._wake()
            raise Overloaded("The server is busy. Try again shortly.") from None
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._wake()
            raise

    def _wake(self) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return

    async def fetch(
        self, statement: Statement[R], keys: Sequence[Any] = (), *arguments: Any, columns: Columns = None
    ) -> list[R]:
        """Read on whatever connection is free: for readers that run side by side."""
        return await self._lent(lambda connection: connection.fetch(statement, keys, *arguments, columns=columns))

    async def run(self, write: Write[R], **values: Any) -> list[R]:
        """One write that is a transaction by itself: the rows that it returns, if it returns any."""
        return await self._lent(lambda connection: connection.run(write, values))

    async def read_abreast(
        self, union: Union, placed: Sequence[Sequence[Any]], *, is_next: bool = False
    ) -> Sequence[list[list[Any]]] | None:
        """The same reads for several (see `gathering`). None: it is to be done one by one."""
        return await self._lent(lambda connection: connection.read_abreast(union, placed), is_next=is_next)

    async def _lent(self, work: Callable[[Connection], Awaitable[T]], *, is_next: bool = False) -> T:
        connection = await self.take(is_next=is_next)
        try:
            with loss_told(connection.raw):
                return await work(connection)
        except UNSOUND:
            connection.raw.terminate()
            raise
        finally:
            self.give_back(connection)

    def transaction(self, told: Told | None = None) -> AbstractAsyncContextManager[Transaction]:
        """One transaction (READ COMMITTED): committed at the end, undone if what is within raises. `told` is given the
        rows that it inserted to be told of, once it is committed.

        May raise ConnectionLost and the rest of `faults.UNAVAILABLE`. Of a COMMIT it is not known then whether it was
        done.
        """
        return Opened(self, self._new_id, told)
