"""Reads that several coroutines wait for at once go in one round trip, and each gets what it would get alone."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import Integer, bindparam, literal_column, select
from sqlmodel import col

from app.clock import new_id
from app.db import Database, Failed, OneConnection, Settings, Statement, gathering, insert_of, reading
from app.db.asking import Text
from app.db.reading import Connection
from app.db.unions import Unions, union_of
from app.db.unique_keys import OWNERS, UniqueKeyRow
from app.graph.idempotency import IdempotencyKeyRow
from tests.statements import Statements

NOW = datetime(2026, 3, 1, tzinfo=UTC)
OWNER = UUID(int=7)
NAMES = ("a", "b", "c")
BY_KIND = Statement(
    UniqueKeyRow,
    lambda columns, _: select(*columns).where(col(UniqueKeyRow.kind) == "beside").order_by(col(UniqueKeyRow.digest)),
)
KEYS = Statement(
    IdempotencyKeyRow,
    lambda columns, keys: select(*columns).where(keys.hold(col(IdempotencyKeyRow.owner_id))),
    always=("owner_id", "id"),
)
DIVIDED = Statement(
    UniqueKeyRow,
    lambda _, __: select((literal_column("1", Integer) // bindparam("by", type_=Integer)).label("number")),
    "by",
)


@pytest.fixture
async def one(database: Database) -> AsyncGenerator[OneConnection]:
    """A reader; there are three unique keys, and an idempotency key of their owner."""
    async with database.transaction() as tx:
        for name in NAMES:
            await tx.run(insert_of(UniqueKeyRow), digest=name.encode(), kind="beside", owner=OWNER)
        await tx.run(
            insert_of(IdempotencyKeyRow), owner_id=OWNER, id=UUID(int=1), input_digest=b"x", outcome_kind=None,
            outcome=None, created_at=NOW,
        )  # fmt: skip
    made = OneConnection(database)
    yield made
    made.release()


def forgets(monkeypatch: pytest.MonkeyPatch, *, keeps: int = 10) -> None:
    """Which combinations have come up so far."""
    unions = Unions(most=keeps)
    monkeypatch.setattr(reading, "UNIONS", unions)
    monkeypatch.setattr(gathering, "UNIONS", unions)


async def read(one: OneConnection, statement: Any, *keys: Any) -> Any:
    return await one.fetch(statement, keys)


def values(rows: Any, like: Any) -> Any:
    """Class and columns of rows, as far as these have them."""
    pairs = zip(rows, like, strict=True)
    return [(row.__class__, {name: row[name] for name in known.keys()}) for row, known in pairs]  # noqa: SIM118


async def test_what_is_waited_for_at_once_takes_one_round_trip_and_is_what_it_would_be_alone(
    one: OneConnection, sql: Statements
) -> None:
    async def twice() -> Any:
        return await read(one, OWNERS, b"a"), await read(one, OWNERS, b"nobody")

    alone = [await read(one, OWNERS, b"a"), await read(one, KEYS, OWNER), await read(one, BY_KIND)]
    with sql:
        (first, second), *others = await one.side_by_side(twice(), read(one, KEYS, OWNER), read(one, BY_KIND))
    assert sql.count == 2, sql.texts
    for rows, like in zip([first, *others], alone, strict=True):
        assert values(rows, like) == values(like, like)
    assert (len(first), second) == (1, [])
    assert [row.digest.decode() for row in others[1]] == list(NAMES)


async def test_where_columns_cannot_share_places_rows_are_as_wide_as_all(
    one: OneConnection, database: Database, sql: Statements, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A driver of another version may hide how it names them."""
    forgets(monkeypatch)
    fresh = Database(Settings(database.settings.url, size=1), new_id=new_id)  # no union has been named on
    one = OneConnection(fresh)
    alone = [await read(one, OWNERS, b"a"), await read(one, KEYS, OWNER)]
    counts: list[int] = []

    def named(_: Any, __: str, ___: Mapping[str, int]) -> bool:
        return False

    monkeypatch.setattr(reading, "named", named)
    for _ in range(3):
        with sql:
            found = await one.side_by_side(read(one, OWNERS, b"a"), read(one, KEYS, OWNER))
        counts.append(sql.count)
        for rows, like in zip(found, alone, strict=True):
            assert values(rows, like) == values(like, like)
    assert counts == [3, 1, 1], "found out at the first of them"
    one.release()
    await fresh.close()


async def test_rows_that_come_in_another_order_are_still_those_of_their_read(
    one: OneConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when PostgreSQL has parts of a statement done by several workers."""
    steps = (lambda: read(one, BY_KIND), lambda: read(one, KEYS, OWNER), lambda: read(one, OWNERS, b"a"))
    in_order = await one.side_by_side(*(step() for step in steps))
    run = Connection._run  # pyright: ignore[reportPrivateUsage]

    async def by_workers(*given: Any) -> list[Any]:
        return sorted(await run(*given), key=lambda row: -row[0])

    monkeypatch.setattr(Connection, "_run", by_workers)
    found = await one.side_by_side(*(step() for step in steps))
    for rows, like in zip(found, in_order, strict=True):
        assert values(rows, like) == values(like, like)
    assert [len(rows) for rows in found] == [len(rows) for rows in in_order]


async def test_a_connection_does_not_keep_what_it_knew_of_combinations_that_come_and_go(
    one: OneConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    forgets(monkeypatch, keeps=1)
    known: set[int] = set()
    for _ in range(3):
        await one.side_by_side(read(one, OWNERS, b"a"), read(one, KEYS, OWNER))
        await one.side_by_side(read(one, KEYS, OWNER), read(one, OWNERS, b"a"))
        connection = one._connection  # pyright: ignore[reportPrivateUsage]
        assert connection is not None
        known.add(len(connection._named))  # pyright: ignore[reportPrivateUsage]
    assert len(known) == 1


def text_of(**columns: str) -> Text:
    return Text("SELECT 1", (), list, OWNERS.record, list(columns.items()))


def test_columns_of_one_type_share_a_place_and_those_of_one_name_do_in_all_reads() -> None:
    first = text_of(id="uuid", name="text", place="text", number="int4")
    union = union_of([first, text_of(id="uuid", word="text", other="text"), text_of(text="text", number="int4")])
    assert union is not None
    (part, *_), parts = union.sql.split(" FROM "), union.sql.split(" UNION ALL ")
    assert [name.split(" AS ")[1] for name in part.split(", ")[1:]] == [
        '"id"',
        '"number"',
        '"name"',
        '"place"',
        '"other"',
    ]
    assert union.places == {"word": 3, "text": 3}
    assert 'NULL::text AS "place"' in parts[1], "where a row has no place in an order, nothing must be taken for one"
    assert union_of([text_of(id="uuid"), text_of(id="text")]) is None, "one name, two types"


def test_of_combinations_the_latest_used_are_kept() -> None:
    """However many others come up once, what is asked for again and again stays one statement."""
    unions = Unions(most=2)
    often, *others = [(text_of(id="uuid"), text_of(id="uuid")) for _ in range(4)]
    kept = unions.of(often)
    assert kept is not None
    for other in others:
        assert unions.of(other) is not None
        assert unions.of(often) is kept
    assert unions.of(others[-1]) is unions.of(others[-1])
    assert len(unions) == 2


async def test_of_many_things_each_is_read_by_a_statement_of_its_own(one: OneConnection, sql: Statements) -> None:
    with sql:
        await one.side_by_side(read(one, OWNERS, b"a", b"b"), read(one, KEYS, OWNER))
    assert sql.count == 2, sql.texts


async def test_what_one_reads_wrongly_fails_for_nobody_else(one: OneConnection) -> None:
    async def divided(by: int) -> str:
        try:
            (row,) = await one.fetch(DIVIDED, (), by)
        except asyncpg.DivisionByZeroError:
            return "failed"
        return str(row["number"])  # pyright: ignore[reportIndexIssue, reportUnknownArgumentType]

    assert await one.side_by_side(divided(1), divided(0), divided(1)) == ["1", "failed", "1"]


async def test_who_waits_for_something_else_is_waited_for(one: OneConnection, sql: Statements) -> None:
    async def late() -> Any:
        await asyncio.sleep(0)
        return len(await read(one, OWNERS, b"a"))

    async def never() -> int:
        await asyncio.sleep(0)
        return 5

    with sql:
        assert await one.side_by_side(read(one, OWNERS, b"nobody"), late(), never()) == [[], 1, 5]
    assert sql.count == 1, sql.texts


async def test_what_ends_one_from_outside_ends_all_and_what_fails_fails_alone(one: OneConnection) -> None:
    ended: list[str] = []

    async def waits() -> None:
        try:
            await read(one, OWNERS, b"a")
        finally:
            ended.append("waits")

    async def raises() -> None:
        raise asyncio.CancelledError

    async def fails() -> None:
        raise ValueError

    with pytest.raises(asyncio.CancelledError):
        await one.side_by_side(waits(), raises(), waits())
    assert ended == ["waits"]
    (failed, found) = await one.side_by_side(fails(), read(one, OWNERS, b"a"))
    assert isinstance(failed, Failed)
    assert isinstance(failed.error, ValueError)
    assert len(found) == 1
    assert len(await read(one, OWNERS, b"a")) == 1
