"""A job runs when it is due, in one process at a time, and again soon if it failed."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.clock import new_id
from app.db import Database
from app.definition import programs_to_hold
from app.jobs import JOBS
from app.timetable import AGAIN_AFTER, MARGIN, Job, JobRunRow, is_due, run_if_due
from tests.databases import run

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
PERIODS = st.timedeltas(timedelta(seconds=1), timedelta(days=366))


class Runs:
    """A job that notes when it ran, and then does what it is told to."""

    def __init__(self) -> None:
        self.times: list[datetime] = []
        self.entered = asyncio.Event()
        self.may_end = asyncio.Event()
        self.may_end.set()
        self.failure: Exception | None = None

    async def __call__(self, database: Database, *, now: datetime, held: Any) -> None:
        self.times.append(now)
        self.entered.set()
        await self.may_end.wait()
        if self.failure:
            raise self.failure

    @property
    def as_job(self) -> Job:
        return Job("trial", HOUR, self)


async def run_at(database: Database, job: Job, now: datetime, *, held: Any = None) -> bool:
    return await run_if_due(database, job, held=held, clock=lambda: now, worker=new_id())


async def the_row(url: str) -> Any:
    (row,) = await run(url, "SELECT * FROM job_runs")
    return row


async def test_a_job_runs_for_the_first_time_at_once_and_then_from_start_to_start(database: Database) -> None:
    runs = Runs()
    for minutes in (0, 1, 59, 60, 61, 119, 120):
        await run_at(database, runs.as_job, NOW + timedelta(minutes=minutes))

    assert runs.times == [NOW, NOW + HOUR, NOW + 2 * HOUR]


async def test_missed_runs_are_made_up_for_by_one(database: Database) -> None:
    runs = Runs()
    later = NOW + timedelta(days=3, minutes=7)
    for now in (NOW, later, later, later + HOUR - timedelta(seconds=1), later + HOUR):
        await run_at(database, runs.as_job, now)

    assert runs.times == [NOW, later, later + HOUR]


async def test_of_many_workers_that_find_a_job_due_one_runs_it(database: Database) -> None:
    """Tried: without the comparison with the start that was seen, several run it."""
    runs = Runs()
    assert sum(await asyncio.gather(*(run_at(database, runs.as_job, NOW) for _ in range(8)))) == 1
    assert sum(await asyncio.gather(*(run_at(database, runs.as_job, NOW + HOUR) for _ in range(8)))) == 1

    assert runs.times == [NOW, NOW + HOUR]


async def test_while_a_job_runs_no_other_process_runs_it_though_it_be_due_again(database: Database) -> None:
    runs = Runs()
    job = Job("trial", timedelta(seconds=1), runs)
    runs.may_end.clear()
    first = asyncio.create_task(run_at(database, job, NOW))
    await runs.entered.wait()

    assert not await run_at(database, job, NOW + job.at_most)
    runs.may_end.set()
    assert await first
    assert runs.times == [NOW]


async def test_a_job_whose_process_died_is_run_again_when_its_lease_lapses(database: Database) -> None:
    """R2: the lease is half-open."""
    runs = Runs()
    job = runs.as_job
    ends = NOW + job.at_most + MARGIN
    await run(
        database.settings.url,
        f"INSERT INTO job_runs VALUES ('trial', '{NOW}', '{NOW - HOUR}', '{ends}', 'the dead one', NULL)",
    )

    assert not await run_at(database, job, ends - timedelta(microseconds=1))
    assert await run_at(database, job, ends)


async def test_a_process_that_held_a_job_too_long_does_not_end_the_next_ones_run(
    database: Database, database_url: str
) -> None:
    slow, quick = Runs(), Runs()
    for runs in (slow, quick):
        runs.may_end.clear()
    first = asyncio.create_task(run_at(database, slow.as_job, NOW))
    await slow.entered.wait()
    second = asyncio.create_task(run_at(database, quick.as_job, NOW + HOUR))
    await quick.entered.wait()
    slow.may_end.set()
    await first

    row = await the_row(database_url)
    assert (row["last_started_at"], row["last_finished_at"]) == (NOW + HOUR, None)
    assert row["leased_by"] is not None
    quick.may_end.set()
    await second
    assert (await the_row(database_url))["last_finished_at"] == NOW + HOUR


async def test_a_failed_run_is_told_by_its_type_and_repeated_soon(database: Database, database_url: str) -> None:
    """R41"""
    runs = Runs()
    runs.failure = ValueError("a person's name")
    assert await run_at(database, runs.as_job, NOW)
    row = await the_row(database_url)
    assert (row["last_error"], row["last_finished_at"], row["lease_until"]) == ("ValueError", None, None)

    runs.failure = None
    assert not await run_at(database, runs.as_job, NOW + AGAIN_AFTER - timedelta(microseconds=1))
    assert await run_at(database, runs.as_job, NOW + AGAIN_AFTER)
    row = await the_row(database_url)
    assert (row["last_error"], row["last_finished_at"]) == (None, NOW + AGAIN_AFTER)


async def test_a_run_that_takes_too_long_is_stopped_as_failed(database: Database, database_url: str) -> None:
    runs = Runs()
    runs.may_end.clear()
    assert await run_at(database, Job("trial", HOUR, runs, at_most=timedelta(0)), NOW)

    assert (await the_row(database_url))["last_error"] == "TimeoutError"


async def test_a_run_that_is_cancelled_lets_the_next_process_run_it_soon(database: Database, database_url: str) -> None:
    runs = Runs()
    runs.may_end.clear()
    cancelled = asyncio.create_task(run_at(database, runs.as_job, NOW))
    await runs.entered.wait()
    cancelled.cancel()
    with pytest.raises(asyncio.CancelledError):
        await cancelled

    assert (await the_row(database_url))["lease_until"] is None
    runs.may_end.set()
    assert await run_at(database, runs.as_job, NOW + AGAIN_AFTER)


@given(PERIODS, PERIODS)
def test_a_job_that_succeeded_is_due_a_period_after_its_start_and_not_before(
    every: timedelta, passed: timedelta
) -> None:
    done = JobRunRow(name="trial", last_started_at=NOW, last_finished_at=NOW)

    assert is_due(done, every=every, now=NOW + passed) == (passed >= every)


@given(PERIODS, PERIODS)
def test_a_job_that_failed_is_due_no_later_than_one_that_succeeded(every: timedelta, passed: timedelta) -> None:
    failed = JobRunRow(name="trial", last_started_at=NOW, last_finished_at=NOW - every)
    done = JobRunRow(name="trial", last_started_at=NOW, last_finished_at=NOW)

    assert is_due(failed, every=every, now=NOW + passed) >= is_due(done, every=every, now=NOW + passed)
    assert is_due(failed, every=every, now=NOW + AGAIN_AFTER)


async def test_each_job_of_the_timetable_has_a_name_of_its_own_and_runs(database: Database) -> None:
    assert len({job.name for job in JOBS}) == len(JOBS)
    for job in JOBS:
        assert await run_at(database, job, NOW, held=programs_to_hold())
    errors = await run(database.settings.url, "SELECT name, last_error FROM job_runs WHERE last_error IS NOT NULL")
    assert errors == []
