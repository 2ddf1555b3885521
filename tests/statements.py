"""Every SQL statement that the product runs, as tests see it."""

import re
from collections import Counter
from collections.abc import Awaitable, Mapping, Sequence
from types import TracebackType
from typing import Any, ClassVar, Self

from app.compiled import ahead
from app.db.abreast import PART
from app.db.reading import Connection
from app.db.rows import Row
from app.db.writing import Write

NEXT_PART = re.compile(rf" UNION ALL (?=\(SELECT [^,]*\d+ AS {PART}\b)")


class Statements:
    """What was run since the test began; with `with`, what was run within, by those who ask for the first time: nothing
    is remembered of what to read ahead. With `with sql.asked_again():` it is.

    Transactions' own BEGIN, COMMIT and savepoints are not among them.
    """

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.found: list[tuple[str, int]] = []
        """How many rows came back, by the statement, or by the read of several in one."""
        self._listening = True
        self._forgets = True

    def asked_again(self) -> Self:
        self._forgets = False
        return self

    @property
    def count(self) -> int:
        return len(self.texts)

    def rows_of(self, table: str) -> int:
        """How many rows reads of a table gave; of several reads in one statement each gave its own."""
        return sum(number for sql, number in self.found if re.search(rf"\bFROM {table}\b", sql))

    def note(self, sql: str) -> None:
        if self._listening:
            self.texts.append(sql)

    def note_rows(self, sql: str, number: int) -> None:
        if self._listening:
            self.found.append((sql, number))

    def __enter__(self) -> Self:
        if self._forgets:
            ahead.REMEMBERED = ahead.Remembered()
        self._forgets = True
        self.texts.clear()
        self.found.clear()
        self._listening = True
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._listening = False


class WatchedConnection(Connection):
    """Stands in `Database.connection_class` while tests run."""

    watching: ClassVar[list[Statements]] = []

    def _run(self, sql: str, record: type[Row], placed: Sequence[Any]) -> Awaitable[list[Any]]:
        self._tell(sql)
        return self._counted(sql, super()._run(sql, record, placed))

    async def _counted(self, sql: str, running: Awaitable[list[Any]]) -> list[Any]:
        found = await running
        parts = NEXT_PART.split(sql)
        numbers = Counter(row[0] % len(parts) for row in found) if len(parts) > 1 else {0: len(found)}
        for statements in self.watching:
            for number, part in enumerate(parts):
                statements.note_rows(part, numbers.get(number, 0))
        return found

    async def run_many(self, write: Write[Any], rows: Sequence[Mapping[str, Any]]) -> None:
        self._tell(write.sql)
        await super().run_many(write, rows)

    def _tell(self, sql: str) -> None:
        for statements in self.watching:
            statements.note(sql)
