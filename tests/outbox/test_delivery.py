"""Events are reacted to once, in order, and tried again when it fails."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog

from app import outbox
from app.clock import new_id
from app.db import Database, Settings, Transaction
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


async def test_a_failure_is_told_by_its_type_and_tried_again_later(database: Database, clock: Clock, url: str) -> None:
    """R41: neither the row nor the log repeats the failure's text."""

    async def stumble(tx: Transaction, told: Told[Any], *, now: datetime, held: Any) -> None:
        await count_it(tx, told, now=now, held=held)
        raise ValueError("a person's name")

    (event_id,) = await told(database, Happened(1))
    with structlog.testing.capture_logs() as logs:
        await work_off(a_worker(database, clock, reaction=stumble))

    row = await the_row(url)
    due = rules.next_attempt(1, NOW, share=rules.share_of(event_id, 1))
    assert (row["state"], row["attempts"], row["last_error"]) == ("WAITING", 1, "ValueError")
    assert (row["due_at"], row["lease_until"], row["leased_by"]) == (due, None, None)
    assert [(log["event"], log["error"]) for log in logs] == [("outbox_event_failed", "ValueError")]
    assert "person" not in str(logs)
    assert await effects_of(url) == []


async def test_a_delay_is_over_at_its_end(database: Database, clock: Clock, url: str) -> None:
    """R2"""
    await told(database, Happened(1))
    await work_off(a_worker(database, clock, reactions={Happened: _fail}))
    wait = (await the_row(url))["due_at"] - NOW
    worker = a_worker(database, clock)

    clock.goes_on(wait - timedelta(microseconds=1))
    assert await outbox.deliver_some(worker) == 0
    clock.goes_on(timedelta(microseconds=1))
    assert await outbox.deliver_some(worker) == 1


async def test_after_so_many_failures_an_event_is_dead_and_tried_no_more(
    database: Database, clock: Clock, url: str
) -> None:
    await told(database, Happened(1))
    worker = a_worker(database, clock, reaction=_fail)
    for _ in range(rules.MOST_ATTEMPTS):
        assert await outbox.deliver_some(worker) == 1
        clock.goes_on()

    row = await the_row(url)
    assert (row["state"], row["attempts"], row["last_error"]) == ("DEAD", rules.MOST_ATTEMPTS, "KeyError")
    assert await outbox.deliver_some(worker) == 0


async def test_an_event_that_takes_every_worker_along_dies_too(database: Database, clock: Clock, url: str) -> None:
    await told(database, Happened(1))
    for _ in range(rules.MOST_ATTEMPTS):
        async with database.transaction() as tx:
            assert await commands.lease(tx, await the_free_one(database, now=clock()), worker=new_id(), now=clock())
        clock.goes_on()
    await work_off(a_worker(database, clock))

    assert ((await the_row(url))["state"], (await the_row(url))["last_error"]) == ("DEAD", "LeaseLapsed")
    assert await effects_of(url) == []


async def test_an_event_of_a_kind_that_this_version_does_not_know_waits_for_one_that_does(
    database: Database, clock: Clock, url: str
) -> None:
    async with database.transaction() as tx:
        values = {"member_id": MEMBER, "id": new_id(), "kind": "trial.newer", "payload": "{}", "occurred_at": NOW}
        fresh = dict.fromkeys(("lease_until", "leased_by", "last_error", "ended_at"))
        await tx.run(commands.TELL, **values, **fresh, due_at=NOW, attempts=0, state="WAITING")
    await work_off(a_worker(database, clock))

    assert ((await the_row(url))["state"], (await the_row(url))["last_error"]) == ("WAITING", "UnknownKind")


async def test_a_members_events_are_reacted_to_in_order_while_some_fail(
    database: Database, clock: Clock, url: str
) -> None:
    """Tried: without the check for earlier events in `is_free`, what comes after a failed one overtakes it."""
    failed: set[UUID] = set()

    async def fail_first(tx: Transaction, told: Told[Happened], *, now: datetime, held: Any) -> None:
        await count_it(tx, told, now=now, held=held)
        if told.event.number % 3 == 0 and told.id not in failed:
            failed.add(told.id)
            raise ValueError

    in_order = [await told(database, *(Happened(n) for n in range(10)), member_id=new_id()) for _ in range(5)]
    async with several_databases(url, 4) as databases:
        workers = [a_worker(database, clock, reaction=fail_first) for database in databases]
        while (await outbox.backlog(database, now=NOW)).waiting:
            await asyncio.gather(*(work_off(worker) for worker in workers))
            clock.goes_on()

    came = await effects_of(url)
    assert [[event for event in came if event in set(ids)] for ids in in_order] == in_order
    assert len(failed) == 5 * 4


async def test_a_dead_event_holds_up_no_later_one(database: Database, clock: Clock, url: str) -> None:
    async def fail_one(tx: Transaction, told: Told[Happened], *, now: datetime, held: Any) -> None:
        await count_it(tx, told, now=now, held=held)
        if told.event.number == 1:
            raise ValueError

    _, second = await told(database, Happened(1), Happened(2))
    worker = a_worker(database, clock, reaction=fail_one)
    for _ in range(rules.MOST_ATTEMPTS):
        assert await effects_of(url) == []
        await work_off(worker)
        clock.goes_on()

    assert await effects_of(url) == [second]


async def test_events_are_in_the_order_in_which_they_were_told_whatever_the_clocks_say(url: str) -> None:
    """R4: the second process's clock is behind the first's."""
    later, earlier = UUID(int=2**100), UUID(int=2**90)
    ahead = Database(Settings(url=url), new_id=lambda: later)
    behind = Database(Settings(url=url), new_id=lambda: earlier)
    first = await told(ahead, Happened(1))
    second = await told(behind, Happened(2), Happened(3))
    for database in (ahead, behind):
        await database.close()

    assert sorted(first + second) == first + second


async def _fail(tx: Transaction, told: Told[Any], *, now: datetime, held: Any) -> None:
    raise KeyError
