"""Whatever is killed, and when: the effect of an event comes once."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Any

import pytest

from app import outbox
from app.clock import new_id
from app.db import Database, Settings, Transaction
from app.outbox import Reaction, Told, commands
from tests.databases import run

from .world import DIE, NOW, Clock, Happened, a_worker, count_it, effects_of, the_free_one, the_row, told, work_off

KILLED_AT_COMMIT = (
    """CREATE FUNCTION trials.die() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(60); RETURN NULL; END'""",
    """CREATE CONSTRAINT TRIGGER die AFTER INSERT ON trials.effects DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION trials.die()""",
)


async def killed_before(tx: Transaction, told: Told[Any], *, now: datetime, held: Any) -> None:
    await tx.run(DIE)
    await count_it(tx, told, now=now, held=held)


async def killed_after(tx: Transaction, told: Told[Any], *, now: datetime, held: Any) -> None:
    await count_it(tx, told, now=now, held=held)
    await tx.run(DIE)


class LosesReply(Database):
    """Loses the reply to one COMMIT: the transaction is committed, and who waited for it is told of a failure."""

    def __init__(self, url: str, *, which: int) -> None:
        super().__init__(Settings(url=url), new_id=new_id)
        self._until = which

    @asynccontextmanager
    async def transaction(self, told: Any = None) -> AsyncGenerator[Transaction]:
        async with super().transaction(told) as tx:
            yield tx
        self._until -= 1
        if self._until == 0:
            raise ConnectionResetError


@pytest.mark.parametrize("reaction", [killed_before, killed_after])
async def test_a_backend_killed_within_a_reaction_loses_and_doubles_nothing(
    reaction: Reaction, database: Database, clock: Clock, url: str
) -> None:
    (event_id,) = await told(database, Happened(1))
    await work_off(a_worker(database, clock, reaction=reaction))
    assert await effects_of(url) == []
    assert (await the_row(url))["state"] == "WAITING"

    clock.goes_on()
    await work_off(a_worker(database, clock))
    assert await effects_of(url) == [event_id]


async def test_a_backend_killed_between_the_mark_and_the_commit_loses_and_doubles_nothing(
    database: Database, clock: Clock, url: str
) -> None:
    await run(url, *KILLED_AT_COMMIT)
    (event_id,) = await told(database, Happened(1))
    await work_off(a_worker(database, clock))
    assert await effects_of(url) == []
    assert (await the_row(url))["state"] == "WAITING"

    await run(url, "DROP TRIGGER die ON trials.effects")
    clock.goes_on()
    await work_off(a_worker(database, clock))
    assert await effects_of(url) == [event_id]


async def test_a_worker_that_died_with_a_lease_loses_nothing(database: Database, clock: Clock, url: str) -> None:
    (event_id,) = await told(database, Happened(1))
    async with database.transaction() as tx:
        assert await commands.lease(tx, await the_free_one(database), worker=new_id(), now=NOW)
    await work_off(a_worker(database, clock))
    assert await effects_of(url) == []

    clock.goes_on()
    await work_off(a_worker(database, clock))
    assert await effects_of(url) == [event_id]


@pytest.mark.parametrize(("which", "attempts"), [(1, 2), (2, 1)], ids=["the lease", "the effect"])
async def test_a_lost_reply_loses_and_doubles_nothing(
    which: int, attempts: int, database: Database, clock: Clock, url: str
) -> None:
    """Tried: with the mark in a transaction of its own, an effect whose reply was lost comes again."""
    (event_id,) = await told(database, Happened(1))
    lossy = LosesReply(url, which=which)
    with suppress(ConnectionResetError):
        await outbox.deliver(a_worker(lossy, clock), await the_free_one(database))
    await lossy.close()
    assert await effects_of(url) == ([event_id] if which == 2 else [])

    clock.goes_on()
    await work_off(a_worker(database, clock))
    assert await effects_of(url) == [event_id]
    row = await the_row(url)
    assert (row["state"], row["attempts"]) == ("DONE", attempts)


async def test_a_lost_reply_to_a_postponement_postpones(database: Database, clock: Clock, url: str) -> None:
    async def fail(tx: Transaction, told: Told[Any], *, now: datetime, held: Any) -> None:
        raise ValueError

    (event_id,) = await told(database, Happened(1))
    lossy = LosesReply(url, which=2)  # the reaction's own transaction is rolled back
    with pytest.raises(ConnectionResetError):
        await outbox.deliver(a_worker(lossy, clock, reaction=fail), await the_free_one(database))
    await lossy.close()
    row = await the_row(url)
    assert (row["state"], row["last_error"], row["lease_until"]) == ("WAITING", "ValueError", None)

    clock.goes_on()
    await work_off(a_worker(database, clock))
    assert await effects_of(url) == [event_id]
