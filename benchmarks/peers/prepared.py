"""Connections on which the statements of the hand-written handler are prepared."""

import asyncio
from collections.abc import Mapping
from typing import Any

import asyncpg

from app import db
from app.settings import Settings

from .statements import EVERY

DRIVER: Any = asyncpg


class Pool:
    """Connections with every statement prepared."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._free: asyncio.LifoQueue[Mapping[str, Any]] = asyncio.LifoQueue()

    async def open(self) -> None:
        options = db.Settings.of(self._settings).options
        for _ in range(self._settings.pool_size):
            raw = await DRIVER.connect(self._settings.database_url, **options)
            named = enumerate(EVERY)
            self._free.put_nowait({sql: (await raw.prepare(sql, name=f"s{place}")).fetch for place, sql in named})

    async def take(self) -> Mapping[str, Any]:
        """By text, what runs a statement."""
        return await self._free.get()

    def give_back(self, connection: Mapping[str, Any]) -> None:
        self._free.put_nowait(connection)
