"""A mutation of many things: each is one transaction and has one outcome, in order, not all or nothing."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

import asyncpg
import strawberry

from app.db.faults import UNAVAILABLE
from app.db.retrying import retried
from app.errors import Overloaded

from .context import Context, Info
from .mutation import BUSY, InTransaction
from .seeing import Roles, SeenBy, denied

Work = Callable[[], Awaitable[Any]]
"""One of the things to be done. It may be done again after a fault of the database, so it must carry an id of its own
by which it is found done (R24)."""
MOST_UNAVAILABLE = 3
"""So many that the database could not do, after all retries, and the rest is not tried: clients wait for an answer."""


class OneByOne(InTransaction):
    """Does one thing after the other, each in a transaction of its own, with no connection in hand between them."""

    async def resolve_async(self, next_: Callable[..., Awaitable[Any]], source: Any, info: Info, **kwargs: Any) -> Any:
        context = info.context
        if context.viewer.role not in self.roles:
            raise denied(context.viewer)
        works: Sequence[Work] = await next_(source, info, **kwargs)
        try:
            return await self._all(context, works)
        finally:
            context.transaction = None
            context.forget_read()

    async def _all(self, context: Context, works: Iterable[Work]) -> list[Any]:
        """Outcomes, each at its place; what failed is an exception there, which is answered as null with an error.

        May raise what the database raises: nothing could be done at all.
        """
        outcomes: list[Any] = []
        unavailable: list[Exception] = []
        for work in works:
            is_tried = len(unavailable) < MOST_UNAVAILABLE
            outcome = await self._one(context, work) if is_tried else Overloaded(BUSY)
            if isinstance(outcome, (Overloaded, *UNAVAILABLE)):
                unavailable.append(outcome)
            outcomes.append(outcome)
            await asyncio.sleep(0)  # who waits for a connection has it next, not this list again
        if unavailable and len(unavailable) == len(outcomes):
            raise unavailable[0]
        return outcomes

    async def _one(self, context: Context, work: Work) -> Any:
        try:
            return await retried(lambda: self._once(context, work))
        except asyncpg.LockNotAvailableError:  # others are at work on the same member
            return Overloaded(BUSY)
        except Exception as error:
            return error


def mutations(*, description: str, seen_by: Roles) -> Callable[[Callable[..., Any]], Any]:
    """A field of Mutation for a list. Its resolver gives the works, without a transaction, and what it raises is of
    the list as a whole; its type is a list of the results that may be null."""
    extension = OneByOne(seen_by, None)
    return strawberry.mutation(description=description, extensions=[extension], directives=[SeenBy.by(seen_by)])


def does_many(field: Any) -> bool:
    """Is it a mutation of many things?"""
    return any(isinstance(extension, OneByOne) for extension in getattr(field, "extensions", ()))
