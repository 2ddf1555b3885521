"""Programs held in memory: every process knows of a publish before it is in force."""

import asyncio
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app import definition
from app.db import Database
from app.programs.commands import publish
from app.programs.rules import SPREAD, Definition
from app.programs.versions import INTERVAL, HeldPrograms, UnreadableVersion
from app.tiers.section import TiersSection
from tests.databases import run
from tests.forked import PYTHON
from tests.statements import Statements
from tests.telling import capture_logs

from .files import raised

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
MOST_TURNS = 60
"""Of the other process, until a test gives it up."""


async def published(database: Database, *files: Definition) -> None:
    for file in files:
        async with database.transaction() as tx:
            await publish(tx, definition=file, now=NOON, published_by="operator")


async def test_what_is_published_is_held(database: Database) -> None:
    held = HeldPrograms(definition.read, default="one")
    await published(database, raised(600, code="one"), raised(600, code="two"), raised(700, code="one"))
    assert await held.load(database)
    assert list(held.programs.codes) == ["one", "two"]
    assert held.programs.default == "one"
    thresholds = [
        held.programs.at("one", instant).section(TiersSection).ladder[-1].threshold for instant in (NOON, NOON + SPREAD)
    ]
    assert thresholds == [600, 700]


async def test_what_has_not_changed_stays_the_same_object(database: Database) -> None:
    """What held objects look like is kept by their identity."""
    held = HeldPrograms(definition.read)
    await published(database, raised(600, code="one"), raised(600, code="two"))
    await held.load(database)
    before = held.programs
    await published(database, raised(700, code="one"))
    await held.load(database)
    after = held.programs
    assert after.get("two") is before.get("two")
    assert after.get("one") is not before.get("one")
    assert after.version("one", 1) is before.version("one", 1)
    assert after.version("one", 1).section(TiersSection) is before.version("one", 1).section(TiersSection)
    assert sorted(after.by_code["one"].versions) == [1, 2]
    assert sorted(before.by_code["one"].versions) == [1]


async def test_looking_takes_one_statement_and_taking_over_two(database: Database, sql: Statements) -> None:
    held = HeldPrograms(definition.read)
    await published(database, raised(600), raised(700))
    with sql:
        assert await held.load(database)
    assert sql.count == 2
    before = held.programs
    with sql:
        assert not await held.load(database)
    assert sql.count == 1
    assert held.programs is before


class Enough(Exception):
    """Ends a follower after the turns that a test wants to see."""


async def test_a_follower_outlives_what_goes_wrong_in_the_database(database: Database, database_url: str) -> None:
    held = HeldPrograms(definition.read)
    await published(database, raised(600))
    seen: list[int] = []

    async def pause(_: float) -> None:
        seen.append(max(held.programs.by_code["shop"].versions))
        if len(seen) == 1:
            await published(database, raised(700))
            await run(database_url, "ALTER TABLE program_versions RENAME TO gone")
        if len(seen) == 3:
            await run(database_url, "ALTER TABLE gone RENAME TO program_versions")
        if len(seen) == 4:
            raise Enough

    with capture_logs() as logs, pytest.raises(Enough):
        await held.follow(database, pause=pause)
    assert seen == [1, 1, 1, 2]
    assert [(entry["event"], entry["trouble"]) for entry in logs] == [("programs_not_followed", "UndefinedTableError")]


async def test_a_version_that_this_release_cannot_read_is_named_and_what_is_held_stays(
    database: Database, database_url: str
) -> None:
    held = HeldPrograms(definition.read)
    await published(database, raised(600))
    await held.load(database)
    before = held.programs
    await published(database, raised(700))
    await run(database_url, "UPDATE program_versions SET file = file || 'new_key = 1' WHERE number = 2")
    with pytest.raises(UnreadableVersion, match=r"(?s)version 2 of the program 'shop'.*ladder\[2\]\.new_key: unknown"):
        await held.load(database)
    assert held.programs is before


@asynccontextmanager
async def follower(url: str) -> AsyncGenerator[Process]:
    """Another process that follows; it ends when its input does."""
    child = await asyncio.create_subprocess_exec(
        *PYTHON, "-m", "tests.programs.follower", url, cwd=ROOT, stdin=PIPE, stdout=PIPE
    )
    if child.stdin is None:
        raise AssertionError("asked for a pipe")
    try:
        yield child
    finally:
        child.stdin.close()
        await child.wait()


async def lines_until(child: Process, wanted: str) -> int:
    """Reads what the child prints, one line a turn, up to the wanted line; how many lines that were."""
    assert child.stdout is not None
    for number in range(1, MOST_TURNS + 1):
        if (await child.stdout.readline()).decode().strip() == wanted:
            return number
    raise AssertionError(f"the follower did not print {wanted!r} in {MOST_TURNS} turns")


async def test_another_process_holds_a_version_before_it_is_in_force(database: Database, database_url: str) -> None:
    """After a publish, at most the look that was under way misses it: the next one, half a second later, does not."""
    await published(database, raised(600))
    async with follower(database_url) as child:
        await lines_until(child, "holds 1")
        await published(database, raised(700))
        assert child.stdin is not None
        child.stdin.write(b"published\n")
        await lines_until(child, "told")
        assert await lines_until(child, "holds 2") <= 2
    assert child.returncode == 0
    assert SPREAD.total_seconds() >= 3 * INTERVAL
