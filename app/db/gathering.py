"""Requests that are about to read the same of different things, such as several members' pages: gathered, so that what
they read goes to the database as one statement (see `abreast`).

Those go together who ask within one turn of the event loop, or in the turns after it as long as there is somebody in
each: a server that is not busy has nobody, and nobody to wait for. No more than a few go together, so that the server
works for some while the database works for others. If it goes wrong for several, each is to read alone.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

import asyncpg

from app.errors import Overloaded

from .asking import Asked
from .unions import UNIONS, Union

MOST_ABREAST = 8
"""Requests in one statement."""
MOST_KEYS = 200
"""Things that they read about: those that have come go as soon as they are so many, and who reads of so many goes
alone. To read many takes so long that nothing is gained."""

Rows = list[list[Any]]
"""Of each read of a request."""
Turn = asyncio.Future[Rows | Exception | None]
"""What a request finds that goes with others, or fails with. None: it is to read alone."""
WAITED = (Overloaded, TimeoutError, asyncpg.LockNotAvailableError)
"""For a connection, an old one or a new one, or for a table, in vain: who would wait again alone, would wait twice as
long as there is. What a statement takes too long for may be another's fault."""


class Several(Protocol):
    """What reads the same for several at once."""

    async def read_abreast(
        self, union: Union, placed: Sequence[Sequence[Any]], *, is_next: bool
    ) -> Sequence[Rows] | None:
        """What each found. None: each is to read alone."""
        ...


class Waiting(NamedTuple):
    """A request that is about to read."""

    placed: Sequence[Any]
    keys: int
    has_begun: bool
    """Has it read before?"""
    turn: Turn


class Gathering:
    """Of one pool."""

    def __init__(self, database: Several) -> None:
        self._database = database
        self._waiting: dict[Union, list[Waiting]] = {}
        self._under_way: set[asyncio.Task[None]] = set()

    def join(self, asked: Sequence[Asked[Any]], *, has_begun: bool = False) -> Turn | None:
        """For reads that go as one statement, alone or with others. None: they are to be done alone at once, because
        the database has not said yet what comes back, or they are of very many things."""
        union = UNIONS.of(tuple([each.text for each in asked]))
        placed: list[Any] = []
        keys = 0
        for each in asked:
            placed += each.placed
            keys += each.number
        if union is None or keys >= MOST_KEYS:
            return None
        loop = asyncio.get_running_loop()
        mine = Waiting(placed, keys, has_begun, loop.create_future())
        together = self._waiting.get(union)
        if together is None:
            self._waiting[union] = [mine]
            loop.call_soon(self._look, union)
        else:
            together.append(mine)
            if len(together) == MOST_ABREAST or (keys > 1 and sum(each.keys for each in together) >= MOST_KEYS):
                self._go(union)
        return mine.turn

    def _look(self, union: Union, before: int = 0) -> None:
        """In the turns of the loop after the first came: they go if nobody came since the last."""
        number = len(self._waiting.get(union, ()))
        if number > before:
            asyncio.get_running_loop().call_soon(self._look, union, number)
        else:
            self._go(union)

    def _go(self, union: Union) -> None:
        together = [each for each in self._waiting.pop(union, ()) if not each.turn.done()]  # else they have given up
        if len(together) > 1:  # as a task of its own: whoever gives up does so for nobody else
            reading = asyncio.create_task(self._read(union, together))
            self._under_way.add(reading)
            reading.add_done_callback(self._under_way.discard)
        else:
            _hand_out(together, [None])

    async def _read(self, union: Union, together: Sequence[Waiting]) -> None:
        found: Sequence[Rows | Exception | None] | None = None
        try:
            placed, is_next = [each.placed for each in together], any(each.has_begun for each in together)
            found = await self._database.read_abreast(union, placed, is_next=is_next)
        except WAITED as error:
            found = [error] * len(together)
        except Exception:  # noqa: S110  whose fault it was, is found out by each alone
            pass
        finally:
            _hand_out(together, found or [None] * len(together))


def _hand_out(together: Sequence[Waiting], found: Sequence[Rows | Exception | None]) -> None:
    for each, rows in zip(together, found, strict=False):
        if not each.turn.done():  # else they have given up
            each.turn.set_result(rows)
