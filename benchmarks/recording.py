"""What one request sends to the database: the very texts, in order, with what was given and what came back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from app.db import Settings


@dataclass(frozen=True)
class Sent:
    """One round trip."""

    sql: str
    arguments: Sequence[Sequence[Any]]
    """Of each time that the statement was run in it: usually once."""
    rows: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class RecordedSettings(Settings):
    """Connections that note in `sent` whatever passes over them. Preparing a statement, which happens once on a
    connection, is not noted."""

    size: int = 1
    sent: list[Sent] = field(default_factory=list[Sent])

    @property
    def options(self) -> dict[str, Any]:
        return super().options | {"connection_class": _noting_in(self.sent)}


def _noting_in(sent: list[Sent]) -> type[Any]:
    driver: Any = asyncpg

    class Statement:
        """A prepared statement."""

        def __init__(self, sql: str, prepared: Any) -> None:
            self._sql = sql
            self._prepared = prepared

        async def fetch(self, *given: Any) -> list[Any]:
            rows = await self._prepared.fetch(*given)
            sent.append(Sent(self._sql, [given], [dict(row) for row in rows]))
            return rows

        async def executemany(self, given: Iterable[Sequence[Any]]) -> None:
            rows = list(given)
            await self._prepared.executemany(rows)
            sent.append(Sent(self._sql, rows))

    class Connection(driver.Connection):
        """Knows the two ways in which `app.db` sends: transactions' own words, and prepared statements."""

        async def execute(self, query: str, *given: Any, **options: Any) -> str:
            status: Any = await driver.Connection.execute(self, query, *given, **options)
            sent.append(Sent(query, [given]))
            return status

        async def prepare(self, query: str, **options: Any) -> Any:
            return Statement(query, await super().prepare(query, **options))

    return Connection
