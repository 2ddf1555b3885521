"""The worker goes on until it is told to stop, finishes what it holds, and outlives the database's absence."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from app.clock import new_id
from app.db import Database, Settings, Transaction
from app.outbox import Told
from app.timetable import Job
from app.worker import Pace, work
from tests.databases import fresh_database, run
from tests.outbox.world import (
    LONG,
    Clock,
    Happened,
    a_worker,
    count_it,
    effects_of,
    effects_table,
    rows_of,
    told,
    work_off,
)
from tests.telling import capture_logs

QUICK = Pace(at_once=1, idle=0.001, timetable=0.001, gauges=0.001, longest=0.001)


CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'"


@pytest.fixture
async def url(database_url: str) -> AsyncGenerator[str]:
    """The database, with a table for effects."""
    async with effects_table(database_url) as url:
        yield url


class Working:
    """What `work` is given, and the way to stop it."""

    def __init__(self, database: Database) -> None:
        self.stopping = asyncio.Event()
        self._given: dict[str, Any] = {"database": database, "held": None, "new_id": new_id, "stopping": self.stopping}

    async def __call__(self, **others: Any) -> None:
        self._given |= {"reactions": {}, "jobs": (), "clock": Clock(), "pace": QUICK}
        await work(**(self._given | others))


async def test_what_is_under_way_at_a_stop_is_finished_and_nothing_more_begun(database: Database, url: str) -> None:
    working = Working(database)

    async def stop_within(tx: Transaction, told: Told[Any], *, now: datetime, held: Any) -> None:
        working.stopping.set()
        await count_it(tx, told, now=now, held=held)

    await told(database, Happened(1), Happened(2))
    await working(reactions={Happened: stop_within})

    assert [(row["state"], row["attempts"]) for row in await rows_of(url)] == [("DONE", 1), ("WAITING", 0)]
    assert len(await effects_of(url)) == 1


async def test_what_does_not_end_in_time_at_a_stop_is_undone_and_left_to_another(database: Database, url: str) -> None:
    working, clock = Working(database), Clock()

    async def never_end(tx: Transaction, told: Told[Any], *, now: datetime, held: Any) -> None:
        await count_it(tx, told, now=now, held=held)
        working.stopping.set()
        await asyncio.Event().wait()

    (event_id,) = await told(database, Happened(1))
    await working(reactions={Happened: never_end}, pace=Pace(patience=0))
    assert await effects_of(url) == []

    clock.goes_on(LONG)
    await work_off(a_worker(database, clock))
    assert await effects_of(url) == [event_id]


async def test_jobs_run_beside_events_and_are_handed_what_the_process_holds(database: Database) -> None:
    working = Working(database)
    came: dict[str, Any] = {}

    def note(name: str, held: Any) -> None:
        came[name] = held
        if len(came) == 2:
            working.stopping.set()

    async def react(tx: Transaction, told: Told[Any], *, now: datetime, held: Any) -> None:
        note("event", held)

    async def a_job(database: Database, *, now: datetime, held: Any) -> None:
        note("job", held)

    await told(database, Happened(1))
    await working(reactions={Happened: react}, jobs=[Job("trial", timedelta(hours=1), a_job)], held="the programs")

    assert came == {"event": "the programs", "job": "the programs"}


async def test_a_job_that_does_not_end_holds_up_neither_events_nor_a_stop(database: Database) -> None:
    working = Working(database)
    at_it = asyncio.Event()

    async def never_end(database: Database, *, now: datetime, held: Any) -> None:
        at_it.set()
        await asyncio.Event().wait()

    async def react(tx: Transaction, told: Told[Any], *, now: datetime, held: Any) -> None:
        await at_it.wait()
        working.stopping.set()

    await told(database, Happened(1))
    await working(
        reactions={Happened: react},
        jobs=[Job("trial", timedelta(hours=1), never_end)],
        pace=Pace(idle=0.001, timetable=0.001, patience=0),
    )
    (row,) = await run(database.settings.url, "SELECT * FROM job_runs")

    assert (row["last_error"], row["lease_until"]) == ("CancelledError", None)


class Looks(Clock):
    """A clock that lets one wait until it has been looked at so many times more."""

    def __init__(self) -> None:
        super().__init__()
        self._left = 0
        self._seen = asyncio.Event()

    def __call__(self) -> datetime:
        self._left -= 1
        if self._left == 0:
            self._seen.set()
        return super().__call__()

    async def more(self, number: int) -> None:
        self._left = number
        self._seen.clear()
        await self._seen.wait()


async def test_a_database_that_was_away_is_worked_on_again_when_it_is_back(server_url: str) -> None:
    """As at a restart: connections are cut in the middle of a reaction, and new ones refused for a while."""
    async with fresh_database(server_url, "member_center_outage") as url, effects_table(url):
        database = Database(Settings(url=url), new_id=new_id)
        working, looks, away, attempts = Working(database), Looks(), asyncio.Event(), list[UUID]()
        name = urlsplit(url).path[1:]

        async def react(tx: Transaction, told: Told[Any], *, now: datetime, held: Any) -> None:
            attempts.append(told.id)
            await count_it(tx, told, now=now, held=held)
            if len(attempts) == 1:
                await run(server_url, f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false', CUT.format(name))
                away.set()
            else:
                working.stopping.set()

        (event_id,) = await told(database, Happened(1))
        with capture_logs() as logs:
            at_work = asyncio.create_task(working(reactions={Happened: react}, clock=looks))
            await away.wait()
            await looks.more(6)
            looks.goes_on()
            await run(server_url, f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
            await at_work
        await database.close()

        assert attempts == [event_id, event_id]
        assert await effects_of(url) == [event_id]
        assert [log["failures"] for log in logs if log.get("duty") == "outbox"][:2] == [1, 2]
