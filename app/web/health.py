"""Is this process fit to be sent requests? And why not."""

import asyncio
from collections.abc import Awaitable, Callable

from app.db import Database
from app.db.revisions import current, head
from app.failures import kind_of
from app.logs import Log

LOG = Log(__name__)
PATIENCE = 2.0
"""Seconds that the database has for an answer."""


class Health:
    """What `/readyz` tells. `programs_loaded` and `draining` are set by the process as it starts and stops."""

    def __init__(self, database: Database) -> None:
        self.programs_loaded = False
        self.draining = False
        self._database = database
        self._migrated = False

    def drain(self) -> None:
        """From now on no new requests are wanted; those that come are answered all the same."""
        self.draining = True

    async def findings(self) -> dict[str, str]:
        """What is looked at, each `ok` or what is wrong with it, in words that tell nothing of the inside."""
        return {
            "process": "draining" if self.draining else "ok",
            "database": await _found(self._reached, "does not answer"),
            "migrations": "ok" if self._migrated else await _found(self._is_migrated, "not applied"),
            "programs": "ok" if self.programs_loaded else "not loaded",
        }

    async def _reached(self) -> bool:
        connection = await self._database.take()
        try:
            return await connection.raw.fetchval("SELECT 1") == 1
        finally:
            self._database.give_back(connection)

    async def _is_migrated(self) -> bool:
        """At this release's revision, or past it: migrations run while servers of the release before still answer."""
        at, needed = await current(self._database.settings.url), head()
        self._migrated = at is not None and needed is not None and at >= needed  # numbers of four digits
        return self._migrated


async def _found(check: Callable[[], Awaitable[bool]], wrong: str) -> str:
    try:
        async with asyncio.timeout(PATIENCE):
            return "ok" if await check() else wrong
    except Exception as error:
        LOG.warning("not_ready", error=kind_of(error))
        return wrong
