"""What operators made is held beside the versions of files: known to every process, at no cost to who reads it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app import definition
from app.db import Database, Reader, Statement
from app.programs import queries
from app.programs.commands import publish
from app.programs.extras import Extra
from app.programs.made import MadeKind
from app.programs.models import ProgramRow
from app.programs.versions import HeldPrograms, UnreadableVersion
from tests.databases import run
from tests.statements import Statements

from .files import raised

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ROWS = Statement(ProgramRow, lambda columns, _: select(*columns))
RETIRED: MadeKind[tuple[str, ...]] = MadeKind("retired", ())
"""A stand-in for what a domain above declares, over a table that there is: programs that were retired."""


async def _look(db: Reader) -> object:
    rows = await db.fetch(ROWS)
    return len(rows), sum(row.retired_at is not None for row in rows)


async def _read(db: Reader, before: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
    rows = [row for row in await db.fetch(ROWS) if row.retired_at is not None]
    return {row.code: before.get(row.code, (row.code,)) for row in rows}


EXTRA: Extra[Any] = Extra(RETIRED, _look, _read)


async def held_with(database: Database, *codes: str, extra: Extra[Any] = EXTRA) -> HeldPrograms:
    for code in codes:
        async with database.transaction() as tx:
            await publish(tx, definition=raised(600, code=code), now=NOON, published_by="tests")
    held = HeldPrograms(definition.read, extras=(extra,))
    await held.load(database)
    return held


async def retire(url: str, code: str) -> None:
    await run(url, f"UPDATE programs SET retired_at = created_at WHERE code = '{code}'")


async def test_what_operators_made_is_read_by_program_without_a_statement(
    database: Database, database_url: str, sql: Statements
) -> None:
    held = await held_with(database, "one", "two")
    await retire(database_url, "two")
    assert await held.load(database)
    with sql:
        found = [held.programs.extra(RETIRED, code) for code in ("one", "two", "three")]
    assert found == [(), ("two",), ()]
    assert sql.count == 0


async def test_a_look_that_finds_nothing_new_changes_nothing_and_takes_one_statement_more(
    database: Database, database_url: str, sql: Statements
) -> None:
    held = await held_with(database, "one")
    await retire(database_url, "one")
    await held.load(database)
    before = held.programs
    with sql:
        assert not await held.load(database)
    assert held.programs is before
    assert sql.count == 2


async def test_what_is_made_and_what_is_published_are_taken_over_by_themselves(
    database: Database, database_url: str
) -> None:
    """And what has not changed stays the same object, on either side; whoever began with the earlier keeps it."""
    held = await held_with(database, "one", "two")
    await retire(database_url, "one")
    await held.load(database)
    first = held.programs
    await retire(database_url, "two")
    await held.load(database)
    second = held.programs
    assert second.get("one") is first.get("one")
    assert second.extra(RETIRED, "one") is first.extra(RETIRED, "one")
    assert first.extra(RETIRED, "two") == ()
    async with database.transaction() as tx:
        await publish(tx, definition=raised(700, code="one"), now=NOON, published_by="tests")
    await held.load(database)
    assert sorted(held.programs.by_code["one"].versions) == [1, 2]
    assert held.programs.extra(RETIRED, "two") is second.extra(RETIRED, "two")


async def test_what_cannot_be_read_leaves_what_is_held_and_is_tried_again(
    database: Database, database_url: str
) -> None:
    failing = [True]

    async def read(db: Reader, before: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
        if failing and before:
            raise ConnectionError("away")
        return await _read(db, before)

    held = await held_with(database, "one", "two", extra=Extra(RETIRED, _look, read))
    await retire(database_url, "one")
    await held.load(database)
    before = held.programs
    await retire(database_url, "two")
    with pytest.raises(ConnectionError):
        await held.load(database)
    assert held.programs is before
    failing.clear()
    assert await held.load(database)
    assert held.programs.extra(RETIRED, "two") == ("two",)


def test_every_process_holds_the_extras_that_are_registered() -> None:
    """In one place: a process that made its own would know nothing of what operators made."""
    held = definition.programs_to_hold()
    assert held._extras._extras == definition.EXTRAS  # pyright: ignore[reportPrivateUsage]
    app = Path(definition.__file__).parent
    makers = [file.name for file in app.rglob("*.py") if "HeldPrograms(" in file.read_text("utf-8")]
    assert makers == ["definition.py"]


class Broken(Exception):
    """The database does not answer."""


class FailsAt(Reader):
    """Reads, but for the statements of one table."""

    def __init__(self, db: Reader, statement: Any) -> None:
        self._db = db
        self._statement = statement

    async def fetch(self, statement: Any, keys: Any = (), *arguments: Any, columns: Any = None) -> list[Any]:
        if statement is self._statement:
            raise Broken
        return await self._db.fetch(statement, keys, *arguments, columns=columns)


async def test_what_was_read_before_a_look_failed_is_taken_over_all_the_same(
    database: Database, database_url: str
) -> None:
    """R25: or what was made by then would stay unknown until the next change. Tried: it does, if it is taken over only
    when all was read."""
    held = await held_with(database, "one")
    await retire(database_url, "one")
    with pytest.raises(Broken):
        await held.load(FailsAt(database, queries.NEWEST))
    await held.load(database)
    assert held.programs.extra(RETIRED, "one") == ("one",)


async def test_what_operators_made_is_known_though_a_file_is_for_another_release(
    database: Database, database_url: str
) -> None:
    held = await held_with(database, "one")
    await retire(database_url, "one")
    await run(
        database_url,
        f"""INSERT INTO program_versions SELECT (copied).* FROM (
            SELECT jsonb_populate_record(v, '{{"number": 2, "file": "?", "digest": "{"0" * 64}"}}') AS copied
            FROM program_versions v WHERE program = 'one') AS newer""",
    )
    with pytest.raises(UnreadableVersion):
        await held.load(database)
    assert held.programs.extra(RETIRED, "one") == ("one",)
