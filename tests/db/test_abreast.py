"""Those who ask for the same at the same time are read for together, and each gets what they would get alone."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import product
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import ARRAY, Integer, String, Uuid, bindparam, func, literal_column, or_, select
from sqlmodel import col

from app.clock import new_id
from app.db import Database, Failed, OneConnection, Settings, Statement, gathering, insert_of, pool, reading
from app.db.gathering import MOST_ABREAST, MOST_KEYS
from app.db.reading import Connection
from app.db.unions import Unions
from app.db.unique_keys import OWNERS, UniqueKeyRow
from app.errors import Overloaded
from app.graph.idempotency import IdempotencyKeyRow
from tests.statements import Statements

NOW = datetime(2026, 3, 1, tzinfo=UTC)
OWNED = [UUID(int=number) for number in range(1, 5)]
"""Each has as many keys as their number says, every other one of another kind; the last have none."""
KINDS = bindparam("kinds", type_=ARRAY(String))
KEYS = Statement(
    IdempotencyKeyRow,
    lambda columns, keys: (
        select(*columns)
        .where(keys.hold(col(IdempotencyKeyRow.owner_id)))
        .where(or_(KINDS.is_(None), col(IdempotencyKeyRow.outcome_kind) == func.any(KINDS)))
        .order_by(col(IdempotencyKeyRow.id).desc())
        .limit(bindparam("limit", type_=Integer))
    ),
    "kinds",
    "limit",
    always=("owner_id", "id"),
)
ALL_KEYS = Statement(
    IdempotencyKeyRow,
    lambda columns, keys: (
        select(*columns)
        .select_from(func.unnest(keys.array).table_valued("id").render_derived(name="k"))
        .join(IdempotencyKeyRow, col(IdempotencyKeyRow.owner_id) == literal_column("k.id", Uuid()))
        if not keys.is_single
        else select(*columns).where(keys.hold(col(IdempotencyKeyRow.owner_id)))
    ),
    always=("owner_id", "id"),
)
"""As often as an owner is asked for."""
DIVIDED = Statement(
    UniqueKeyRow,
    lambda _, __: select((literal_column("60", Integer) // bindparam("by", type_=Integer)).label("number")),
    "by",
)
Told = list[list[tuple[Any, ...]]]


@pytest.fixture(autouse=True)
async def keys_of_some(database: Database) -> None:
    async with database.transaction() as tx:
        for number, owner in enumerate(OWNED):
            await tx.run(insert_of(UniqueKeyRow), digest=bytes([number]), kind="abreast", owner=owner)
            for key in range(number):
                await tx.run(
                    insert_of(IdempotencyKeyRow), owner_id=owner, id=UUID(int=key), input_digest=b"x",
                    outcome_kind="odd" if key % 2 else "even", outcome=None, created_at=NOW,
                )  # fmt: skip


async def found_by(database: Database, *reads: tuple[Any, ...]) -> list[list[Any]]:
    """What a request finds that reads all these side by side: of each the statement, the keys and the arguments."""
    one = OneConnection(database)

    async def read(statement: Statement[Any], keys: Sequence[Any], *given: Any) -> Any:
        return await one.fetch(statement, keys, *given)

    try:
        found = await one.side_by_side(*(read(*each) for each in reads))
    finally:
        one.release()
    for each in found:
        if isinstance(each, Failed):
            raise each.error
    return found


async def asks(
    database: Database, owner: int, *, digest: int | None = None, kinds: Sequence[str] | None = None, limit: int = 9
) -> Told:
    """A request: who owns a name, and the latest keys of an owner."""
    name = owner if digest is None else digest
    own, theirs = await found_by(database, (OWNERS, [bytes([name])]), (KEYS, [OWNED[owner]], kinds, limit))
    return [[(row.owner,) for row in own], [(row.owner_id, row.id, row.outcome_kind) for row in theirs]]


async def divides(database: Database, by: int) -> int:
    """Another request, which can fail."""
    _, found = await found_by(database, (OWNERS, [b"a"]), (DIVIDED, [], by))
    return found[0]["number"]


async def asks_of_many(database: Database, owners: Sequence[int]) -> Told:
    """A list: what many names belong to, and the keys of all owners."""
    names, many = [bytes([owner]) for owner in owners], [OWNED[owner] for owner in owners]
    own, theirs = await found_by(database, (OWNERS, names), (ALL_KEYS, many))
    return [sorted((row.owner,) for row in own), sorted((row.owner_id, row.id, row.outcome_kind) for row in theirs)]


class CountedDatabase(Database):
    taken = 0

    async def take(self, *, is_next: bool = False) -> Connection:
        self.taken += 1
        return await super().take(is_next=is_next)


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    unions = Unions()
    monkeypatch.setattr(reading, "UNIONS", unions)
    monkeypatch.setattr(gathering, "UNIONS", unions)


@pytest.fixture
async def known(database: Database, nothing_known: None) -> None:
    """What is asked for was asked for before."""
    await asks(database, 0)
    await asks_of_many(database, [0, 1])


async def test_who_asks_at_the_same_time_is_read_for_in_one_statement(
    database: Database, known: None, sql: Statements
) -> None:
    alone = [await asks(database, owner) for owner in range(4)]
    assert [len(keys) for _, keys in alone] == [0, 1, 2, 3]
    with sql:
        assert await asyncio.gather(*(asks(database, owner) for owner in range(4))) == alone
    assert sql.count == 1, sql.texts


async def test_no_more_than_a_few_go_together(database: Database, known: None, sql: Statements) -> None:
    """So that the database works for some while the server works for others."""
    alone = await asks(database, 3)
    with sql:
        found = await asyncio.gather(*(asks(database, number % 4) for number in range(2 * MOST_ABREAST + 1)))
    assert sql.count == 3, sql.texts
    assert [each for number, each in enumerate(found) if number % 4 == 3] == [alone] * (MOST_ABREAST // 2)


async def test_each_gets_what_they_would_get_alone_whatever_the_others_ask_for(database: Database, known: None) -> None:
    """Arguments that are the same for all, that are each one's own, that nobody gave, and that are lists."""
    every = list(product(range(4), (0, 3, 77), (None, ["odd"], ["even", "odd"]), (1, 2, 9)))
    alone = [await asks(database, owner, digest=name, kinds=kinds, limit=most) for owner, name, kinds, most in every]
    for step in (1, 5, 7, 29):  # who comes together with whom
        order = [number * step % len(every) for number in range(len(every))]
        asked = [every[number] for number in order]
        found = await asyncio.gather(
            *(asks(database, owner, digest=name, kinds=kinds, limit=most) for owner, name, kinds, most in asked)
        )
        assert found == [alone[number] for number in order]


async def test_what_is_asked_of_many_things_goes_together_too(database: Database, known: None, sql: Statements) -> None:
    """As lists are read: each gets those of their own things, in whichever order, of some twice and of some none."""
    many = [[1, 2], [3, 0, 1], [2], [0, 0], [3, 3, 2], []]
    alone = [await asks_of_many(database, owners) for owners in many]
    assert [len(keys) for _, keys in alone] == [3, 4, 2, 0, 8, 0]
    for together in (many, many[::-1], many[1:4], many * 2):
        with sql:
            found = await asyncio.gather(*(asks_of_many(database, owners) for owners in together))
        assert found == [alone[many.index(owners)] for owners in together]
        assert sql.count < 2 * len(together)


async def test_very_many_things_are_read_of_by_each_alone(database: Database, known: None, sql: Statements) -> None:
    """It takes so long that nothing is gained: at most a hundred together."""
    for size, statements in ((MOST_KEYS // 2, 4), (MOST_KEYS, 8)):
        await asks_of_many(database, [1] * size)
        with sql:
            found = await asyncio.gather(*(asks_of_many(database, [number] * size) for number in range(4)))
        assert sql.count == statements, sql.texts
        assert [len({key for _, key, _ in keys}) for _, keys in found] == [0, 1, 2, 3]


async def test_who_asks_for_the_very_same_is_told_the_same(database: Database, known: None) -> None:
    """Whether anybody asked for anything else before or not."""
    for _ in range(2):
        first, *others = await asyncio.gather(*(asks(database, 2) for _ in range(3)))
        assert others == [first, first]
        await asyncio.gather(asks(database, 2), asks(database, 3))


async def test_of_ways_in_which_a_read_goes_together_the_widest_is_kept(database: Database, sql: Statements) -> None:
    """What differs between those who ask is up to them, and does not make texts: they are as many as arguments."""
    await asks(database, 0)
    texts: set[str] = set()
    for _ in range(2):
        for owner, name, most, odd in product((0, 1), repeat=4):
            other = asks(database, 3 - owner, digest=3 - name, limit=9 - most, kinds=["odd"] if odd else None)
            with sql:
                await asyncio.gather(asks(database, 3, digest=3), other)
            texts |= {text for text in sql.texts if "LATERAL" in text}
    assert 1 < len(texts) <= 4
    with sql:
        await asyncio.gather(asks(database, 2, digest=1), asks(database, 1, digest=1))
    assert sql.texts == [max(texts, key=lambda text: text.count("own_"))], "it serves who has more in common, too"


async def test_who_gives_up_does_so_for_nobody_else(database: Database, known: None) -> None:
    """Before they are sent, and while they are read."""
    alone = await asks(database, 3)
    for turns in range(6):
        first, *others = [asyncio.create_task(asks(database, number)) for number in (1, 2, 3)]
        for _ in range(turns):
            await asyncio.sleep(0)
        first.cancel()
        assert (await asyncio.gather(*others))[1] == alone
        with pytest.raises(asyncio.CancelledError):
            await first


async def test_what_one_reads_wrongly_fails_for_them_alone(database: Database) -> None:
    await divides(database, 1)
    found = await asyncio.gather(*(divides(database, by) for by in (1, 0, 3)), return_exceptions=True)
    assert [type(each).__name__ for each in found] == ["int", "DivisionByZeroError", "int"]
    assert found[::2] == [60, 20]


async def test_where_no_connection_comes_free_all_are_told_after_waiting_once(database: Database, known: None) -> None:
    """In bounded time (promise 4): nobody waits once with the others and then again alone."""
    busy = CountedDatabase(Settings(database.settings.url, size=1, wait=0.1), new_id=new_id)
    connection = await busy.take()
    found = await asyncio.gather(*(asks(busy, owner) for owner in range(3)), return_exceptions=True)
    assert [type(each) for each in found] == [Overloaded] * 3
    assert busy.taken == 1 + 1
    busy.give_back(connection)
    assert [len(keys) for _, keys in await asyncio.gather(*(asks(busy, owner) for owner in range(3)))] == [0, 1, 2]
    await busy.close()


async def test_what_all_wait_for_in_vain_they_wait_for_once(
    database: Database, known: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In bounded time (promise 4), here a table that somebody alters, and a database that does not answer."""
    few = CountedDatabase(Settings(database.settings.url, wait=0.1, lock_timeout=0.1), new_id=new_id)
    await asyncio.gather(*(asks(few, owner) for owner in range(3)))
    locked = await database.take()
    await locked.raw.execute("BEGIN; LOCK TABLE unique_keys")
    few.taken = 0
    found = await asyncio.gather(*(asks(few, owner) for owner in range(3)), return_exceptions=True)
    await locked.raw.execute("ROLLBACK")
    database.give_back(locked)
    assert ([type(each) for each in found], few.taken) == ([asyncpg.LockNotAvailableError] * 3, 1)
    assert [len(keys) for _, keys in await asyncio.gather(*(asks(few, owner) for owner in range(3)))] == [0, 1, 2]
    await few.close()

    async def connect(_: str, **__: Any) -> Any:
        raise TimeoutError

    monkeypatch.setattr(pool.DRIVER, "connect", connect)
    few = CountedDatabase(few.settings, new_id=new_id)
    found = await asyncio.gather(*(asks(few, owner) for owner in range(3)), return_exceptions=True)
    assert ([type(each) for each in found], few.taken) == ([TimeoutError] * 3, 1)


async def test_behind_a_pooler_nobody_goes_together(database: Database, known: None, sql: Statements) -> None:
    """Also if others of the process, which are not behind one, have found out what comes back: nothing is prepared."""
    pooled = Database(Settings(database.settings.url, behind_pooler=True), new_id=new_id)
    with sql:
        found = await asyncio.gather(*(asks(pooled, owner) for owner in range(3)))
    assert [len(keys) for _, keys in found] == [0, 1, 2]
    assert sql.count == 3 * 2, "each for themselves"
    await pooled.close()


async def test_for_who_gave_up_before_it_was_sent_nothing_is_read(
    database: Database, known: None, sql: Statements
) -> None:
    with sql:
        first, second = [asyncio.create_task(asks(database, number)) for number in (1, 2)]
        asyncio.get_running_loop().call_soon(first.cancel)  # they have joined by then, and not gone
        assert len((await second)[1]) == 2
    assert ["LATERAL" in text for text in sql.texts] == [False]
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_who_has_begun_goes_on_before_others_begin(database: Database, known: None) -> None:
    """In bounded time (promise 4): who reads several times waits no longer than who reads once, alone or with others,
    however many come meanwhile."""
    busy = Database(Settings(database.settings.url, size=1, wait=0.5), new_id=new_id)
    requests = [OneConnection(busy), OneConnection(busy)]
    order: list[str] = []

    async def read(one: OneConnection) -> Any:
        return await one.fetch(KEYS, [OWNED[1 + requests.index(one)]], None, 9)

    async def level(one: OneConnection) -> int:
        (found,) = await one.side_by_side(read(one))
        one.release()
        order.append("goes on")
        return len(found)

    async def comes() -> None:
        busy.give_back(await busy.take())
        order.append("begins")

    for together in (requests[:1], requests):
        alone = [await level(one) for one in together]
        assert alone == [1, 2][: len(together)]
        order.clear()
        taken = await busy.take()
        others = [asyncio.create_task(comes()) for _ in range(3)]
        await asyncio.sleep(0)
        going_on = [asyncio.create_task(level(one)) for one in together]
        for _ in range(4):
            await asyncio.sleep(0)
        busy.give_back(taken)
        assert await asyncio.gather(*going_on) == alone
        await asyncio.gather(*others)
        assert order.index("goes on") <= 1, "the connection is given back before those who read together hear of it"
    await busy.close()
