"""The events of one member are reacted to in the order in which they were told."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID

from app import outbox
from app.clock import new_id
from app.db import Database, Settings, Transaction
from app.outbox import Told, rules

from .world import (
    NOW,
    Clock,
    Happened,
    a_worker,
    count_it,
    effects_of,
    several_databases,
    told,
    work_off,
)


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
