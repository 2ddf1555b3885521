"""What connections and statements keep: prepared once, and no more of it than they may, whatever is asked."""

import re
from collections.abc import AsyncGenerator
from itertools import combinations
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlmodel import col

from app.clock import new_id
from app.db import Database, Settings, Statement, reading
from app.db.rows import table_of
from app.db.statements import MOST_TEXTS
from app.points.models import EntryRow

ENTRIES = Statement(EntryRow, lambda columns, keys: select(*columns).where(keys.hold(col(EntryRow.member_id))))
COLUMNS = frozenset(table_of(EntryRow).columns.keys()) - {"id"}
PREPARED = """\
SELECT generic_plans, custom_plans, statement FROM pg_prepared_statements WHERE statement LIKE '%points_entries%'"""
OWNER = UUID(int=7)


@pytest.fixture
async def alone(database_url: str) -> AsyncGenerator[Database]:
    """One connection at a time, which nobody else has used."""
    made = Database(Settings(url=database_url, size=1), new_id=new_id)
    yield made
    await made.close()


async def test_a_statement_is_prepared_once_and_planned_once(alone: Database) -> None:
    """Whoever has the connection: as often as it is run, its plan is the one for any values."""
    for _ in range(3):
        connection = await alone.take()
        assert await connection.fetch(ENTRIES, [OWNER], columns=frozenset({"kind"})) == []
        alone.give_back(connection)
    connection = await alone.take()
    assert [tuple(row)[:2] for row in await connection.raw.fetch(PREPARED)] == [(3, 0)]
    alone.give_back(connection)


async def test_of_statements_a_connection_keeps_the_latest_used_prepared(
    alone: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Promise 4: each takes memory of the database, too, which closes what is forgotten when the next is prepared."""
    monkeypatch.setattr(reading, "MOST_PREPARED", 2)
    connection = await alone.take()
    for name in ("kind", "change", "kind", "cause", "kind", "rule", "kind"):
        assert await connection.fetch(ENTRIES, [OWNER], columns=frozenset({name})) == []
    kept = {row["statement"]: row["generic_plans"] for row in await connection.raw.fetch(PREPARED)}
    (often,) = [plans for statement, plans in kept.items() if "points_entries.kind" in statement]
    assert often == 4, "what is used again and again stays"
    assert len(kept) <= 3
    alone.give_back(connection)
    assert await alone.take() is connection


def test_of_however_many_sets_of_columns_the_latest_texts_are_kept() -> None:
    """Promise 4. Clients choose which columns are read: these are read, and no others because of what came before."""
    reads = Statement(
        EntryRow,
        lambda columns, keys: select(*columns).where(keys.hold(col(EntryRow.member_id)), col(EntryRow.change) > 0),
        always=(),
    )
    sets = [frozenset(each) for each in combinations(sorted(COLUMNS - {"member_id", "change"}), 3)]
    assert len(sets) > 2 * MOST_TEXTS
    made = [reads.text(each, single=True) for each in sets]
    for each, text in zip(sets, made, strict=True):
        assert set(re.findall(r"points_entries\.(\w+)", text.sql)) == each | {"member_id", "change"}
    is_kept = [reads.text(each, single=True) is text for each, text in zip(sets[::-1], made[::-1], strict=True)]
    assert is_kept == [True] * MOST_TEXTS + [False] * (len(sets) - MOST_TEXTS)
    assert len(reads.given([OWNER], ())) == 2, "the value in the statement is the same one each time"
