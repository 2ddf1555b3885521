"""Timed work: when a job is due, and that it runs in one process at a time.

A run is leased by an UPDATE of the job's row on condition that it has not been started since it was looked at; every
lease is a start. Runs that were missed are made up for by one.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, Text, bindparam, null, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Field, SQLModel, col

from app.db import Database, Statement, Write
from app.db.columns import INSTANT, check, instant
from app.failures import kind_of, place_of
from app.logs import Log

LOG = Log(__name__)
AGAIN_AFTER = timedelta(minutes=1)
"""How soon a run that failed, or whose process died, is repeated; sooner if the job runs more often than that."""
MARGIN = timedelta(minutes=1)
"""How much longer than a run's bound its lease holds: clocks of two machines may stand so far apart."""


class Run(Protocol):
    """What a job does: many small transactions, each of which may be the last, and none harmful to repeat.

    `held` is what the process holds in memory (programs by version).
    """

    def __call__(self, database: Database, *, now: datetime, held: Any) -> Awaitable[object]: ...


@dataclass(frozen=True)
class Job:
    """A line of the timetable. `every`: from start to start."""

    name: str
    every: timedelta
    run: Run
    at_most: timedelta = timedelta(minutes=10)
    """How long one run may take before it is stopped as failed."""


class JobRunRow(SQLModel, table=True):
    """The last run of each job, by the job's name."""

    __tablename__: ClassVar[Any] = "job_runs"
    __table_args__ = (check("job_runs", "lease", "(lease_until IS NULL) = (leased_by IS NULL)"),)

    name: str = Field(sa_type=Text, primary_key=True)
    last_started_at: datetime | None = instant(default=None)
    last_finished_at: datetime | None = instant(default=None)
    """When the last run that succeeded ended; before the last start while one runs or if it failed."""
    lease_until: datetime | None = instant(default=None)
    leased_by: str | None = Field(default=None, sa_type=Text)
    last_error: str | None = Field(default=None, sa_type=Text)
    """Name of the last run's failure; None if it succeeded."""


def is_due(run: JobRunRow | None, *, every: timedelta, now: datetime) -> bool:
    """Is it time, and nobody at it? However many runs were missed, one start is enough to be up to date."""
    if run is None or run.last_started_at is None:
        return True
    if run.lease_until is not None and now < run.lease_until:
        return False
    succeeded = run.last_finished_at is not None and run.last_finished_at >= run.last_started_at
    return now >= run.last_started_at + (every if succeeded else min(every, AGAIN_AFTER))


def _is_leased() -> ColumnElement[bool]:
    """The job `of_name`, and the lease is the one that was given to `held_by` at `started`."""
    held = col(JobRunRow.leased_by) == bindparam("held_by", type_=Text())
    this = col(JobRunRow.name) == bindparam("of_name", type_=Text())
    return this & held & (col(JobRunRow.last_started_at) == bindparam("started", type_=INSTANT))


RUNS = Statement(
    JobRunRow,
    lambda columns, keys: select(*columns).where(keys.hold(col(JobRunRow.name))),
    always=("name",),
    key=Text(),
)
ENTER: Write[JobRunRow] = Write(
    JobRunRow, insert(JobRunRow).values(name=bindparam("name", type_=Text())).on_conflict_do_nothing()
)
TAKE_LEASE: Write[JobRunRow] = Write(
    JobRunRow,
    update(JobRunRow)
    .where(
        col(JobRunRow.name) == bindparam("of_name", type_=Text()),
        col(JobRunRow.last_started_at).is_not_distinct_from(bindparam("seen", type_=INSTANT)),
    )
    .values(
        last_started_at=bindparam("started", type_=INSTANT),
        lease_until=bindparam("until", type_=INSTANT),
        leased_by=bindparam("held_by", type_=Text()),
    )
    .returning(col(JobRunRow.name)),
)
SUCCEED: Write[JobRunRow] = Write(
    JobRunRow,
    update(JobRunRow)
    .where(_is_leased())
    .values(
        last_finished_at=bindparam("ended", type_=INSTANT), last_error=null(), lease_until=null(), leased_by=null()
    ),
)
FAIL: Write[JobRunRow] = Write(
    JobRunRow,
    update(JobRunRow)
    .where(_is_leased())
    .values(last_error=bindparam("error", type_=Text()), lease_until=null(), leased_by=null()),
)


async def run_if_due(database: Database, job: Job, *, held: Any, clock: Callable[[], datetime], worker: UUID) -> bool:
    """Run a job if it is due and no other process is at it; did it run? May raise what the database raises."""
    now = clock()
    run = await _last_run(database, job)
    if not is_due(run, every=job.every, now=now):
        return False
    lease = {"of_name": job.name, "held_by": str(worker), "started": now}
    async with database.transaction() as tx:
        await tx.run(ENTER, name=job.name)
        seen = None if run is None else run.last_started_at
        if not await tx.run(TAKE_LEASE, **lease, seen=seen, until=now + job.at_most + MARGIN):
            return False
    try:
        async with asyncio.timeout(job.at_most.total_seconds()):
            await job.run(database, now=now, held=held)
    except (Exception, asyncio.CancelledError) as error:
        LOG.warning("job_failed", job=job.name, error=kind_of(error), at=place_of(error))
        async with database.transaction() as tx:
            await tx.run(FAIL, **lease, error=kind_of(error))
        if isinstance(error, asyncio.CancelledError):
            raise
        return True
    async with database.transaction() as tx:
        await tx.run(SUCCEED, **lease, ended=max(now, clock()))
    return True


async def _last_run(database: Database, job: Job) -> JobRunRow | None:
    rows = await database.fetch(RUNS, [job.name])
    return rows[0] if rows else None
