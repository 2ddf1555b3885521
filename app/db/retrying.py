"""Doing a transaction again when the database, not the work, was at fault.

Only for work that may be done twice: it carries an idempotency key or a fact's own id, so that a
COMMIT whose reply was lost is found done.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import asyncpg

R = TypeVar("R")

PASSING = (
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
)
"""SQLSTATE 40001, 40P01, 08*, 57P0*, and the driver's own errors."""

LASTING = (asyncpg.QueryCanceledError,)
"""A statement that took too long would take too long again."""


async def retried(work: Callable[[], Awaitable[R]], *, attempts: int = 4, wait: float = 0.05) -> R:
    """What `work` gives; it is done anew, at most `attempts` times in all, while the fault is a passing one."""
    for attempt in range(1, attempts):
        try:
            return await work()
        except LASTING:
            raise
        except PASSING:
            await asyncio.sleep(wait * attempt)
    return await work()
