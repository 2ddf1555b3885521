"""Events, reactions and workers for trials of the outbox: effects are counted in a table without any unique key."""

from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, text

from app import outbox
from app.clock import new_id
from app.db import Database, Settings, Transaction, Write
from app.outbox import OutboxEventRow, Post, Reaction, Reactions, Told
from app.outbox.queries import free_events
from tests.databases import run

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
MEMBER = new_id()
LONG = timedelta(hours=2)
"""Longer than any lease and any delay between attempts."""

EFFECT: Write[OutboxEventRow] = Write(
    OutboxEventRow,
    text("INSERT INTO trials.effects (event_id) VALUES (:event_id)").bindparams(bindparam("event_id", type_=Uuid())),
)
DIE: Write[OutboxEventRow] = Write(OutboxEventRow, text("SELECT pg_terminate_backend(pg_backend_pid())"))


@outbox.event("trial.happened")
@dataclass(frozen=True)
class Happened:
    number: int


class Clock:
    """Stands until it is moved."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def goes_on(self, by: timedelta = LONG) -> None:
        self.now += by


async def count_it(tx: Transaction, told: Told[Any], *, now: datetime, held: Any) -> None:
    """The effect of an event."""
    await tx.run(EFFECT, event_id=told.id)


def a_worker(
    database: Database, clock: Clock, *, reaction: Reaction = count_it, reactions: Reactions | None = None
) -> Post:
    chosen = {Happened: reaction} if reactions is None else reactions
    return Post(database, chosen, held=None, clock=clock, worker=new_id(), at_once=8)


async def told(database: Database, *events: object, member_id: UUID = MEMBER, now: datetime = NOW) -> list[UUID]:
    """Tell events of a member in one transaction; their ids."""
    async with database.transaction() as tx:
        return [await outbox.tell(tx, member_id=member_id, event=event, now=now) for event in events]


async def the_free_one(database: Database, *, now: datetime = NOW) -> OutboxEventRow:
    (event,) = await free_events(database, now=now, most=10)
    return event


async def work_off(*workers: Post) -> None:
    """One worker after the other, until each finds nothing to do at this time."""
    for worker in workers:
        while await outbox.deliver_some(worker):
            pass


async def rows_of(url: str) -> list[Any]:
    """The events, in the order of their ids."""
    return await run(url, "SELECT * FROM outbox_events ORDER BY member_id, id")


async def the_row(url: str) -> Any:
    (row,) = await rows_of(url)
    return row


async def effects_of(url: str) -> list[UUID]:
    """Ids of the events whose effect is there, in the order in which the effects came."""
    return [row["event_id"] for row in await run(url, "SELECT event_id FROM trials.effects ORDER BY number")]


async def effects_by_event(url: str) -> Counter[UUID]:
    return Counter(await effects_of(url))


@asynccontextmanager
async def effects_table(url: str) -> AsyncGenerator[str]:
    """Within, the database has a table for effects, in a schema of its own."""
    table = "CREATE TABLE trials.effects (number bigint GENERATED ALWAYS AS IDENTITY, event_id uuid)"
    await run(url, "DROP SCHEMA IF EXISTS trials CASCADE", "CREATE SCHEMA trials", table)
    yield url
    await run(url, "DROP SCHEMA trials CASCADE")


@asynccontextmanager
async def several_databases(url: str, number: int) -> AsyncGenerator[Sequence[Database]]:
    """As many processes would have them: each with connections of its own."""
    opened = [Database(Settings(url=url, size=4), new_id=new_id) for _ in range(number)]
    try:
        yield opened
    finally:
        for database in opened:
            await database.close()
