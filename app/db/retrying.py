"""Doing a transaction again when the database, not the work, was at fault.

Only for work that may be done twice: it carries an idempotency key or a fact's own id, so that a
COMMIT whose reply was lost is found done.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from prometheus_client import Counter

from .faults import LASTING, PASSING

__all__ = ["PASSING", "retried"]

R = TypeVar("R")

RETRIES = Counter("database_retries", "Transactions that were done again, for the database was at fault.")


async def retried(work: Callable[[], Awaitable[R]], *, attempts: int = 4, wait: float = 0.05) -> R:
    """What `work` gives; it is done anew, at most `attempts` times in all, while the fault is a passing one.

    The waits between are `wait` seconds, twice that, and so on. May raise the last fault.
    """
    for attempt in range(1, attempts):
        try:
            return await work()
        except LASTING:
            raise
        except PASSING:
            RETRIES.inc()
            await asyncio.sleep(wait * attempt)
    return await work()
