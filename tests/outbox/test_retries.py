"""What fails is tried again later, and in the end no more."""

from datetime import datetime, timedelta
from typing import Any

from app import outbox
from app.clock import new_id
from app.db import Database, Transaction
from app.outbox import Told, commands, rules
from tests.telling import capture_logs

from .world import (
    MEMBER,
    NOW,
    Clock,
    Happened,
    a_worker,
    count_it,
    effects_of,
    the_free_one,
    the_row,
    told,
    work_off,
)


async def fail(tx: Transaction, told: Told[Any], *, now: datetime, held: Any) -> None:
    raise KeyError


async def test_a_failure_is_told_by_its_type_and_tried_again_later(database: Database, clock: Clock, url: str) -> None:
    """R41: neither the row nor the log repeats the failure's text."""

    async def stumble(tx: Transaction, told: Told[Any], *, now: datetime, held: Any) -> None:
        await count_it(tx, told, now=now, held=held)
        raise ValueError("a person's name")

    (event_id,) = await told(database, Happened(1))
    with capture_logs() as logs:
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
    await work_off(a_worker(database, clock, reactions={Happened: fail}))
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
    worker = a_worker(database, clock, reaction=fail)
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


async def test_who_lost_the_lease_and_fails_leaves_the_next_ones_lease_alone(
    database: Database, clock: Clock, url: str
) -> None:
    """Tried: without `_is_held` at the postponement, the event is free while the second worker has it in hand."""
    await told(database, Happened(1))
    leases: list[Any] = []
    for _ in range(2):
        async with database.transaction() as tx:
            event = await the_free_one(database, now=clock())
            leases.append(await commands.lease(tx, event, worker=new_id(), now=clock()))
        clock.goes_on(rules.LEASE)
    async with database.transaction() as tx:
        await commands.fail(tx, leases[0], error="ValueError", now=clock())

    row = await the_row(url)
    assert (row["leased_by"], row["lease_until"]) == (leases[1].leased_by, leases[1].lease_until)
    assert (row["attempts"], row["last_error"]) == (2, None)
