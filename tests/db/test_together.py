"""Writes that go together in one round trip do what they would do one after the other."""

from contextlib import suppress
from datetime import UTC, datetime
from uuid import UUID, uuid4

import asyncpg
from sqlalchemy import LargeBinary, String, bindparam, delete, insert, update
from sqlmodel import col

from app.db import Database, Transaction, Write, insert_of
from app.db.together import MOST_TOGETHER, joined
from app.db.unique_keys import UniqueKeyRow, owners_of
from app.errors import Refused
from app.graph.idempotency import IdempotencyKeyRow
from tests.statements import Statements

INSERT = insert_of(UniqueKeyRow)
KEY = insert_of(IdempotencyKeyRow)
SURELY: Write[UniqueKeyRow] = Write(
    UniqueKeyRow,
    insert(UniqueKeyRow).values(digest=bindparam("digest"), kind=bindparam("kind"), owner=bindparam("owner")),
    surely=True,
)
RENAME: Write[UniqueKeyRow] = Write(
    UniqueKeyRow,
    update(UniqueKeyRow)
    .where(col(UniqueKeyRow.digest) == bindparam("of", type_=LargeBinary()))
    .values(kind=bindparam("new", type_=String())),
)
FORGET: Write[UniqueKeyRow] = Write(
    UniqueKeyRow, delete(UniqueKeyRow).where(col(UniqueKeyRow.digest) == bindparam("of", type_=LargeBinary()))
)
NOW = datetime(2026, 3, 1, tzinfo=UTC)
OWNER = UUID(int=7)


def later(tx: Transaction, name: str) -> None:
    tx.later(INSERT, digest=name.encode(), kind="test", owner=OWNER)


def key_of(number: int) -> dict[str, object]:
    return {"owner_id": OWNER, "id": UUID(int=number), "input_digest": b"", "outcome_kind": None, "outcome": None,
            "created_at": NOW}  # fmt: skip


async def owners(database: Database, *names: str) -> list[UUID | None]:
    return await owners_of(database, [name.encode() for name in names])


async def kind_of(database: Database, name: str) -> str:
    async with database.transaction() as tx:
        (row,) = await tx.run(READ, of=name.encode())
    return row.kind


READ: Write[UniqueKeyRow] = Write(
    UniqueKeyRow,
    update(UniqueKeyRow)
    .where(col(UniqueKeyRow.digest) == bindparam("of", type_=LargeBinary()))
    .values(kind=col(UniqueKeyRow.kind))
    .returning(*UniqueKeyRow.__table__.columns),  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownArgumentType]
)


async def test_what_is_for_later_goes_in_one_round_trip(database: Database, sql: Statements) -> None:
    with sql:
        async with database.transaction() as tx:
            for name in ("a", "b", "c"):
                later(tx, name)
            tx.later(KEY, **key_of(1))
    assert sql.count == 1
    assert await owners(database, "a", "b", "c") == [OWNER] * 3


async def test_what_is_read_within_sees_what_was_for_later(database: Database) -> None:
    async with database.transaction() as tx:
        later(tx, "a")
        assert await owners_of(tx, [b"a"]) == [OWNER]


async def test_changes_of_one_table_follow_one_another(database: Database, sql: Statements) -> None:
    """Tried: without the tables that were changed in mind, only one change of a row counts, and none of a row that was
    added in the same statement."""
    with sql:
        async with database.transaction() as tx:
            later(tx, "a")
            tx.later(RENAME, of=b"a", new="first")
            tx.later(KEY, **key_of(2))
            tx.later(RENAME, of=b"a", new="second")
            later(tx, "b")
            tx.later(FORGET, of=b"b")
    assert await kind_of(database, "a") == "second"
    assert await owners(database, "b") == [None]
    assert sql.count == 5


async def test_what_is_many_goes_in_several(database: Database, sql: Statements) -> None:
    names = [f"n{number}" for number in range(2 * MOST_TOGETHER + 1)]
    with sql:
        async with database.transaction() as tx:
            for name in names:
                later(tx, name)
    assert sql.count == 3
    assert await owners(database, *names) == [OWNER] * len(names)


async def test_what_is_wrong_undoes_all(database: Database) -> None:
    with suppress(asyncpg.UniqueViolationError):
        async with database.transaction() as tx:
            later(tx, "a")
            later(tx, "a")
    assert await owners(database, "a") == [None]


async def test_what_was_for_later_is_undone_to_the_savepoint(database: Database, sql: Statements) -> None:
    with sql:
        async with database.transaction() as tx:
            later(tx, "before")
            with suppress(LookupError):
                async with tx.savepoint():
                    later(tx, "within")
                    raise LookupError
            later(tx, "after")
    assert sql.count == 1
    assert await owners(database, "before", "within", "after") == [OWNER, None, OWNER]


async def test_what_was_written_is_undone_to_the_savepoint(database: Database) -> None:
    """Tried: without what waits before a savepoint being written before it begins, that is undone as well."""
    async with database.transaction() as tx:
        later(tx, "before")
        for _ in range(3):
            with suppress(LookupError):
                async with tx.savepoint():
                    await tx.run(INSERT, digest=b"within", kind="test", owner=OWNER)
                    later(tx, "within too")
                    raise LookupError
        async with tx.savepoint():
            await tx.run(INSERT, digest=b"kept", kind="test", owner=OWNER)
    assert await owners(database, "before", "within", "within too", "kept") == [OWNER, None, None, OWNER]


async def test_nothing_waits_for_what_nobody_reads(database: Database, sql: Statements) -> None:
    with sql:
        async with database.transaction() as tx:
            tx.unread(INSERT, digest=b"unread", kind="test", owner=OWNER)
            assert await owners_of(tx, [b"unread"]) == [None]
            later(tx, "after")
    assert sql.count == 2
    assert await owners(database, "unread", "after") == [OWNER, OWNER]


async def test_what_nobody_reads_is_not_undone_with_a_savepoint_that_began_after_it(database: Database) -> None:
    """Tried: it is, if it goes with what is written within."""
    async with database.transaction() as tx:
        tx.unread(INSERT, digest=b"unread", kind="test", owner=OWNER)
        with suppress(LookupError):
            async with tx.savepoint():
                await tx.run(INSERT, digest=b"within", kind="test", owner=OWNER)
                later(tx, "within too")
                assert await owners_of(tx, [b"within too"]) == [OWNER]
                raise LookupError
    assert await owners(database, "unread", "within", "within too") == [OWNER, None, None]


async def test_what_is_done_surely_opens_no_savepoint_and_goes_with_the_whole_transaction(database: Database) -> None:
    """Tried: without `surely` it is undone to the savepoint, which was opened for it."""
    with suppress(LookupError):
        async with database.transaction() as tx:
            with suppress(Refused):
                async with tx.savepoint():
                    await tx.run(SURELY, digest=b"surely", kind="test", owner=OWNER)
                    raise Refused(None)
            assert await owners_of(tx, [b"surely"]) == [OWNER]
            raise LookupError
    assert await owners(database, "surely") == [None]


async def test_savepoints_within_savepoints(database: Database) -> None:
    async with database.transaction() as tx:
        async with tx.savepoint():
            later(tx, "outer")
            with suppress(LookupError):
                async with tx.savepoint():
                    await tx.run(INSERT, digest=b"inner", kind="test", owner=OWNER)
                    raise LookupError
            async with tx.savepoint():
                await tx.run(INSERT, digest=b"second", kind="test", owner=OWNER)
        with suppress(LookupError):
            async with tx.savepoint():
                async with tx.savepoint():
                    await tx.run(INSERT, digest=b"gone", kind="test", owner=OWNER)
                raise LookupError
    assert await owners(database, "outer", "inner", "second", "gone") == [OWNER, None, OWNER, None]


async def test_a_write_of_its_own_is_committed(database: Database) -> None:
    await database.run(INSERT, digest=b"alone", kind="test", owner=uuid4())
    assert (await owners(database, "alone"))[0] is not None


def test_places_follow_those_of_the_texts_before() -> None:
    texts = ["INSERT INTO a VALUES ($1, $2, $1)", "DELETE FROM b", "UPDATE c SET d = $2 WHERE e = $1"]
    assert joined(texts) == (
        "WITH w0 AS (INSERT INTO a VALUES ($1, $2, $1)), w1 AS (DELETE FROM b) UPDATE c SET d = $4 WHERE e = $3"
    )
