"""Events are reacted to once."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from app import outbox
from app.clock import new_id
from app.db import Database, Transaction
from app.outbox import Outcome, Told, commands, rules

from .world import (
    MEMBER,
    NOW,
    Clock,
    Happened,
    a_worker,
    count_it,
    effects_by_event,
    effects_of,
    rows_of,
    several_databases,
    the_free_one,
    the_row,
    told,
    work_off,
)


async def test_an_event_of_a_transaction_that_is_undone_was_never_told(database: Database, url: str) -> None:
    with suppress(RuntimeError):
        async with database.transaction() as tx:
            await outbox.tell(tx, member_id=MEMBER, event=Happened(1), now=NOW)
            raise RuntimeError

    assert await rows_of(url) == []


async def test_a_reaction_is_given_the_event_its_member_and_when_it_was(database: Database, clock: Clock) -> None:
    seen: list[tuple[Told[Any], datetime]] = []

    async def look(tx: Transaction, told: Told[Any], *, now: datetime, held: Any) -> None:
        seen.append((told, now))

    (event_id,) = await told(database, Happened(7))
    clock.goes_on(timedelta(seconds=5))
    await work_off(a_worker(database, clock, reaction=look))

    assert seen == [(Told(MEMBER, event_id, NOW, Happened(7)), NOW + timedelta(seconds=5))]


async def test_nothing_follows_from_an_event_without_a_reaction(database: Database, clock: Clock, url: str) -> None:
    await told(database, Happened(1))
    await work_off(a_worker(database, clock, reactions={}))

    row = await the_row(url)
    assert (row["state"], row["ended_at"], row["lease_until"]) == ("DONE", NOW, None)


async def test_four_workers_react_to_each_of_a_hundred_events_once(database: Database, clock: Clock, url: str) -> None:
    """Tried: without the lease's condition in `is_free`, events are begun several times (`attempts`); without
    `_is_held` at the mark as well, effects double."""
    for number in range(50):
        await told(database, Happened(number), Happened(number), member_id=new_id())

    async def until_none_waits(worker: outbox.Post) -> None:
        while (await outbox.backlog(worker.database, now=NOW)).waiting:
            await outbox.deliver_some(worker)

    async with several_databases(url, 4) as databases:
        await asyncio.gather(*(until_none_waits(a_worker(database, clock)) for database in databases))

    rows = await rows_of(url)
    assert {(row["state"], row["attempts"]) for row in rows} == {("DONE", 1)}
    assert await effects_by_event(url) == {row["id"]: 1 for row in rows}
    assert len(rows) == 100


async def test_who_lost_the_lease_undoes_the_effect(database: Database, clock: Clock, url: str) -> None:
    """Two workers have the same event in hand: only the mark, in the reaction's own transaction, keeps them apart.

    Tried: without `_is_held` at the mark the effect doubles."""
    at_it, go_on = asyncio.Event(), asyncio.Event()

    async def dawdle(tx: Transaction, told: Told[Any], *, now: datetime, held: Any) -> None:
        await count_it(tx, told, now=now, held=held)
        at_it.set()
        await go_on.wait()

    (event_id,) = await told(database, Happened(1))
    event = await the_free_one(database)
    slow = asyncio.create_task(outbox.deliver(a_worker(database, clock, reaction=dawdle), event))
    await at_it.wait()
    clock.goes_on(rules.LEASE)
    quick = await outbox.deliver(a_worker(database, clock), event)
    go_on.set()

    assert (quick, await slow) == (Outcome.DONE, Outcome.LOST)
    assert await effects_of(url) == [event_id]


async def test_a_lease_is_good_until_its_end_and_no_longer(database: Database, clock: Clock, url: str) -> None:
    """R2"""
    await told(database, Happened(1))
    async with database.transaction() as tx:
        await commands.lease(tx, await the_free_one(database), worker=new_id(), now=NOW)
    another = a_worker(database, clock)

    clock.goes_on(rules.LEASE - timedelta(microseconds=1))
    assert await outbox.deliver_some(another) == 0
    clock.goes_on(timedelta(microseconds=1))
    assert await outbox.deliver_some(another) == 1
    assert (await the_row(url))["attempts"] == 2
