"""A day that was just written is told without reading it again, and only as far as it was committed."""

from contextlib import suppress
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from app.checkin.commands.entering import INSERT
from app.checkin.queries import check_ins_by_id
from app.db import OneConnection, Transaction
from tests.databases import run
from tests.statements import Statements
from tests.world import COMPILED, World, customer

SHOWN = "{ id day kind streak points cost checkedInAt bonuses { rule points } }"
CHECK_IN = f"""mutation ($input: CheckInInput!) {{
  checkIn(input: $input) {{ ... on CheckInSuccess {{ checkIn {SHOWN} }} }} }}"""
NODE = f"query ($id: ID!) {{ node(id: $id) {{ ... on CheckIn {SHOWN} }} }}"
DAY = date(2026, 3, 1)


async def test_what_is_told_is_what_is_written_and_costs_no_read(world: World, sql: Statements) -> None:
    """Performance: the lock with the key, days with points, and all that is written. The compiled way has what was
    told; the other reads it again."""
    await member_of(world)
    await world.data(CHECK_IN, by=customer("anna"), input={"idempotencyKey": str(uuid4())})
    world.now += timedelta(days=1)
    with sql:
        answer: Any = await world.data(CHECK_IN, by=customer("anna"), input={"idempotencyKey": str(uuid4())})
    assert sql.count == (3 if COMPILED else 4), sql.texts
    told = answer["checkIn"]["checkIn"]
    assert told["streak"] == 2
    assert await world.data(NODE, by=customer("anna"), id=told["id"]) == {"node": told}


async def member_of(world: World) -> UUID:
    await world.joins("anna")
    ((member_id,),) = await run(world.database.settings.url, "SELECT id FROM members")
    return member_id


def write(tx: Transaction, member_id: UUID, row_id: UUID, *, now: Any) -> None:
    tx.later(INSERT, member_id=member_id, id=row_id, day=DAY, kind="DAILY", streak=1, longest=1, points=0, bonuses="[]",
             cost=0, program_version=1, checked_in_at=now)  # fmt: skip


async def found(db: Any, member_id: UUID, row_id: UUID) -> bool:
    return await check_ins_by_id(db, [(member_id, row_id)]) != [None]


async def test_what_was_undone_is_not_told(world: World) -> None:
    """Tried: it is told if rows are kept before COMMIT, or are not forgotten with the savepoint."""
    member_id, row_id, one = await member_of(world), uuid4(), OneConnection(world.database)
    with suppress(LookupError):
        async with one.transaction() as tx:
            write(tx, member_id, row_id, now=world.now)
            await tx.flush()
            raise LookupError
    assert not await found(one, member_id, row_id)
    async with one.transaction() as tx:
        with suppress(LookupError):
            async with tx.savepoint():
                write(tx, member_id, row_id, now=world.now)
                await tx.flush()
                raise LookupError
    assert not await found(one, member_id, row_id)
    one.release()


async def test_the_next_transaction_reads_what_is_there_now(world: World) -> None:
    """Tried: without forgetting at its begin, a row that another request changed is told as it was."""
    member_id, row_id, one = await member_of(world), uuid4(), OneConnection(world.database)
    async with one.transaction() as tx:
        write(tx, member_id, row_id, now=world.now)
    await run(world.database.settings.url, "UPDATE check_ins SET points = 9")
    (told,) = await check_ins_by_id(one, [(member_id, row_id)])
    assert told is not None
    assert told.points == 0
    async with one.transaction():
        pass
    (told,) = await check_ins_by_id(one, [(member_id, row_id)])
    assert told is not None
    assert told.points == 9
    one.release()
