"""The worker's part: coupons for many and codes, part by part. What was begun is gone on with, by whoever comes next.

A run of the job takes a minute of it. Jobs of one program are done one after the other, those of several take turns.
Each part is done by what is held when it is begun, and at the instant of then: what staff do meanwhile is known to it.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from app.coupons.commands.jobs import end_job, keep_job, lock_job, make_codes, start_job
from app.coupons.queries.jobs import Job, coupon_jobs_by_id, job_waiting
from app.coupons.queries.templates import templates_written
from app.coupons.rules.kinds import CouponJobKind, CouponJobState
from app.coupons.templates import Template, is_of_file, template_by_code
from app.db import Database, OrderedPage
from app.db.faults import UNAVAILABLE
from app.db.retrying import retried
from app.errors import CallerError, Overloaded
from app.failures import kind_of, place_of
from app.logs import Log
from app.programs.rules import Programs
from app.programs.versions import HeldPrograms
from app.staff.filtering import filter_read
from app.staff.queries import members_sought, number_of_members_sought
from app.staff.seeking import Direction, SoughtBy

from .to_many import issued_to

LOG = Log(__name__)
SLICE = 60.0
"""Seconds of the process."""
MEMBERS_AT_ONCE = 100
OVER = "Nothing was left of the template's coupons or money, or it was retired. Those who came before have one."
GONE = "There is no such template any more."
NOT_YET = "This server does not know the newest coupons yet. Try again shortly."
WRONG = "Something in the server went wrong. What was done is done; whoever runs it finds more in its log."


@dataclass(frozen=True)
class Ended:
    """Nothing is left to be done, or nothing can be."""

    problem: str | None = None


async def do_coupon_jobs(
    database: Database, *, held: HeldPrograms, clock: Callable[[], datetime], slice_: float = SLICE
) -> None:
    """Do what waits, for so long. What cannot be gone on with is over, and does not hold up others.

    May raise what the database raises while it is not to be had, UnreadableVersion, and Overloaded: a template is not
    known here yet. It is gone on with later.
    """
    stopping = asyncio.Event()
    timer = asyncio.get_running_loop().call_later(slice_, stopping.set)
    try:
        while not stopping.is_set() and (job := await job_waiting(database)) is not None:
            ended = await _gone_on_with(database, job.id, held=held, stopping=stopping, clock=clock)
            if ended is not None:
                async with database.transaction() as tx:
                    await end_job(tx, job.id, problem=ended.problem, now=clock())
    finally:
        timer.cancel()


async def _gone_on_with(
    database: Database, job_id: UUID, *, held: HeldPrograms, stopping: asyncio.Event, clock: Callable[[], datetime]
) -> Ended | None:
    """None: it was time to stop."""
    while not stopping.is_set():
        (job,) = await coupon_jobs_by_id(database, [job_id])
        if job is None or job.finished_at is not None:
            return Ended()
        await held.load(database)  # after the job: a template that it is about was made before it
        ended = await _part_of(database, job, programs=held.programs, now=clock())
        if ended is not None:
            return ended
    return None


async def _part_of(database: Database, job: Job, *, programs: Programs, now: datetime) -> Ended | None:
    """A part of a job, or why it cannot be gone on with; None: there may be more to do."""
    try:
        return await retried(partial(_some, database, job, programs=programs, now=now))
    except (*UNAVAILABLE, Overloaded):
        raise
    except CallerError as error:
        return Ended(str(error))
    except Exception as error:
        LOG.error("coupon_job_failed", job=str(job.id), error=kind_of(error), at=place_of(error))
        return Ended(WRONG)


async def _some(database: Database, job: Job, *, programs: Programs, now: datetime) -> Ended | None:
    """May raise BadInput, or Overloaded: the template is there, and not known here yet."""
    template = template_by_code(programs, job.program, job.template, now=now)
    if template is None:
        if await _is_anywhere(database, job, programs=programs):
            raise Overloaded(NOT_YET)
        return Ended(GONE)
    if job.kind == CouponJobKind.ISSUE.name:
        return await _some_members(database, job, template, programs=programs, now=now)
    async with database.transaction() as tx:
        if job.state == CouponJobState.PENDING.name:
            await start_job(tx, job, total=job.total, now=now)
            return None
        await make_codes(tx, job, now=now)
    return Ended() if job.done >= job.total else None


async def _is_anywhere(database: Database, job: Job, *, programs: Programs) -> bool:
    """Is there such a template that is not known here, or not in force by this process's clock?"""
    (made,) = await templates_written(database, [job.template_id])
    return made is not None or is_of_file(programs, job.program, job.template)


async def _some_members(
    database: Database, job: Job, template: Template, *, programs: Programs, now: datetime
) -> Ended | None:
    code, sought = job.program, filter_read(job.filter)
    program = programs.by_code[code]  # the filter is about all of its members, whatever is tried on some
    if job.state == CouponJobState.PENDING.name:
        async with database.transaction() as tx:
            total = await number_of_members_sought(tx, sought, program=program, now=now)
            await start_job(tx, job, total=total, now=now)
        return None
    page = OrderedPage(MEMBERS_AT_ONCE - 1, job.after_id, job.after_place)
    rows = await members_sought(database, sought, by=SoughtBy.JOINED, direction=Direction.ASC, page=page,
                                program=program, now=now, columns=frozenset(("id",)))  # fmt: skip
    if not rows:
        return Ended()
    part = await issued_to(database, job, template, [row.id for row in rows], programs=programs, now=now)
    async with database.transaction() as tx:
        locked = await lock_job(tx, job)
        if locked is not None:
            come_to = part.issued + part.refused
            await keep_job(tx, locked, done=locked.done + come_to, issued=locked.issued + part.issued,
                           refused=locked.refused + part.refused, after_id=rows[-1].id, after_place=rows[-1].place,
                           now=now)  # fmt: skip
    return Ended(OVER) if part.is_over else None
