"""What connections and statements keep: prepared once, and no more of it than they may, whatever is asked."""

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
SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE '%points_entries%'"""
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
    assert [tuple(row) for row in await connection.raw.fetch(PREPARED)] == [(3, 0)]
    alone.give_back(connection)


async def test_a_connection_that_has_more_statements_than_it_may_is_closed(
    alone: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Promise 4: each takes memory of the database."""
    monkeypatch.setattr(reading, "MOST_PREPARED", 2)
    seen: list[int] = []
    for name in ("kind", "change", "cause"):
        connection = await alone.take()
        await connection.fetch(ENTRIES, [OWNER], columns=frozenset({name}))
        seen.append(connection.raw.get_server_pid())
        alone.give_back(connection)
    connection = await alone.take()
    assert len(set(seen)) == 1
    assert connection.raw.get_server_pid() not in seen
    alone.give_back(connection)


def test_of_however_many_sets_of_columns_so_many_texts_are_kept() -> None:
    """Clients choose which columns are read; whatever they choose, what they asked for is read."""
    reads = Statement(EntryRow, lambda columns, keys: select(*columns).where(keys.hold(col(EntryRow.member_id))))
    sets = [frozenset(each) for each in combinations(sorted(COLUMNS), 3)]
    assert len(sets) > 3 * MOST_TEXTS
    texts = {reads.text(each, single=True).sql for each in sets}
    assert len(texts) <= MOST_TEXTS + 1
    for wanted in (sets[0], sets[-1]):
        sql = reads.text(wanted, single=True).sql
        assert all(f"points_entries.{name}" in sql for name in wanted)
