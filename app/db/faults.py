"""Faults of the database and of the way to it, told from those of the work: what may be tried again, and what later."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import asyncpg


class ConnectionLost(ConnectionError):
    """The connection broke. Whether the server did what was asked last is not known."""


PASSING: tuple[type[Exception], ...] = (
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InvalidCachedStatementError,
    asyncpg.InternalClientError,
    OSError,
)
"""SQLSTATE 40001, 40P01, 08*, 57P0*, 25P03, 53300, statements that a migration made outdated, and what the driver and
the system say of a connection. Not the driver's InterfaceError, which is a bug of ours unless the connection is gone:
then it is told as ConnectionLost."""

LASTING: tuple[type[Exception], ...] = (asyncpg.QueryCanceledError, TimeoutError)
"""What took too long would take too long again, though these are PASSING by their base."""

UNAVAILABLE: tuple[type[Exception], ...] = (
    *PASSING,
    *LASTING,
    asyncpg.LockNotAvailableError,
    asyncpg.InsufficientResourcesError,
)
"""The work and the request may be right: whoever asked may ask the same again later."""

UNSOUND = (asyncio.CancelledError, asyncpg.InternalClientError, asyncpg.InvalidCachedStatementError)
"""After these, what state a connection is in, or the statements prepared on it, is not known: it is of no more use."""


@contextmanager
def loss_told(raw: Any) -> Generator[None]:
    """Within, what the driver says when it is asked to use a closed connection is raised as ConnectionLost."""
    try:
        yield
    except asyncpg.InterfaceError as error:
        if raw.is_closed():
            raise ConnectionLost from error
        raise
