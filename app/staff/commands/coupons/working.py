"""The worker's part: coupons for many and codes, part by part. What was begun is gone on with, by whoever comes next.

A run of the job takes a minute of it. Jobs of one program are done one after the other, those of several take turns.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

import structlog

from app.coupons import commands as coupons
from app.coupons.commands.jobs import end_job, keep_job, lock_job, make_codes, start_job
from app.coupons.queries.jobs import Job, coupon_jobs_by_id, job_waiting
from app.coupons.rules.kinds import CouponJobKind, CouponJobState
from app.coupons.rules.refusals import CouponBudgetUsed, CouponOfferClosed, CouponsOutOfStock
from app.coupons.section import Way
from app.coupons.templates import Template, template_by_code
from app.db import Database, OrderedPage
from app.db.faults import UNAVAILABLE
from app.db.retrying import retried
from app.errors import CallerError, Overloaded, Refused
from app.failures import kind_of, place_of
from app.members.commands import lock_member
from app.members.rules import MemberStatus, NotMember
from app.programs.rules import Programs
from app.staff.filtering import filter_read
from app.staff.queries import members_sought, number_of_members_sought
from app.staff.seeking import Direction, SoughtBy

LOG = structlog.get_logger()
SLICE = 60.0
"""Seconds of the process."""
MEMBERS_AT_ONCE = 100
SIDE_BY_SIDE = 4
NOTHING_LEFT = CouponsOutOfStock | CouponBudgetUsed | CouponOfferClosed
BY_JOB = "job"
"""As the rule of the cause of coupons for many."""
OVER = "Nothing was left of the template's coupons or money, or it was retired. Those who came before have one."
GONE = "There is no such template any more."
WRONG = "Something in the server went wrong. What was done is done; whoever runs it finds more in its log."


@dataclass(frozen=True)
class Ended:
    """Nothing is left to be done, or nothing can be."""

    problem: str | None = None


@dataclass
class Part:
    """What came of some members."""

    issued: int = 0
    refused: int = 0
    is_over: bool = False
    """Is nothing left for the others?"""


async def do_coupon_jobs(database: Database, *, programs: Programs, now: datetime, slice_: float = SLICE) -> None:
    """Do what waits, for so long. What cannot be gone on with is over, and does not hold up others.

    May raise what the database raises while it is not to be had: it is gone on with later.
    """
    stopping = asyncio.Event()
    timer = asyncio.get_running_loop().call_later(slice_, stopping.set)
    try:
        while not stopping.is_set() and (job := await job_waiting(database)) is not None:
            ended = await _gone_on_with(database, job.id, programs=programs, stopping=stopping, now=now)
            if ended is not None:
                async with database.transaction() as tx:
                    await end_job(tx, job.id, problem=ended.problem, now=now)
    finally:
        timer.cancel()


async def _gone_on_with(
    database: Database, job_id: UUID, *, programs: Programs, stopping: asyncio.Event, now: datetime
) -> Ended | None:
    """None: it was time to stop."""
    try:
        while not stopping.is_set():
            (job,) = await coupon_jobs_by_id(database, [job_id])
            if job is None or job.finished_at is not None:
                return Ended()
            ended = await retried(partial(_some, database, job, programs=programs, now=now))
            if ended is not None:
                return ended
    except (*UNAVAILABLE, Overloaded):
        raise
    except CallerError as error:
        return Ended(str(error))
    except Exception as error:
        LOG.error("coupon_job_failed", job=str(job_id), error=kind_of(error), at=place_of(error))
        return Ended(WRONG)
    return None


async def _some(database: Database, job: Job, *, programs: Programs, now: datetime) -> Ended | None:
    """A part of a job; None: there may be more to do. May raise BadInput."""
    template = template_by_code(programs, job.program, job.template, now=now)
    if template is None:
        return Ended(GONE)
    if job.kind == CouponJobKind.ISSUE.name:
        return await _some_members(database, job, template, programs=programs, now=now)
    async with database.transaction() as tx:
        if job.state == CouponJobState.PENDING.name:
            await start_job(tx, job, total=job.total, now=now)
            return None
        await make_codes(tx, job, now=now)
    return Ended() if job.done >= job.total else None


async def _some_members(
    database: Database, job: Job, template: Template, *, programs: Programs, now: datetime
) -> Ended | None:
    program, sought = programs.by_code[job.program], filter_read(job.filter)
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
    part = await _issued_to(database, job, template, [row.id for row in rows], programs=programs, now=now)
    async with database.transaction() as tx:
        locked = await lock_job(tx, job)
        if locked is not None:
            come_to = part.issued + part.refused
            await keep_job(tx, locked, done=locked.done + come_to, issued=locked.issued + part.issued,
                           refused=locked.refused + part.refused, after_id=rows[-1].id, after_place=rows[-1].place,
                           now=now)  # fmt: skip
    return Ended(OVER) if part.is_over else None


async def _issued_to(
    database: Database,
    job: Job,
    template: Template,
    member_ids: Sequence[UUID],
    *,
    programs: Programs,
    now: datetime,
) -> Part:
    """A few at a time, each in a transaction of their own. When nothing is left, the others are not come to."""
    part, waiting = Part(), iter(member_ids)

    async def some() -> None:
        for member_id in waiting:
            if part.is_over:
                return
            await retried(partial(_one, database, job, template, member_id, part, programs=programs, now=now))

    try:
        async with asyncio.TaskGroup() as tasks:
            for _ in range(min(SIDE_BY_SIDE, database.settings.size)):
                tasks.create_task(some())
    except BaseExceptionGroup as failed:
        raise failed.exceptions[0] from None
    return part


async def _one(
    database: Database,
    job: Job,
    template: Template,
    member_id: UUID,
    part: Part,
    *,
    programs: Programs,
    now: datetime,
) -> None:
    """One member: once for the job, whoever goes on with it (R5)."""
    because = coupons.Because(Way.GRANT, job.id, BY_JOB)
    try:
        async with database.transaction() as tx:
            member = await lock_member(tx, member_id=member_id)
            if member.status != MemberStatus.ACTIVE.name:
                raise Refused(NotMember(member.program))
            theirs = template_by_code(programs, job.program, job.template, member_id=member_id, now=now) or template
            await coupons.issue(tx, member=member, template=theirs, because=because, now=now)
    except Refused as refused:
        part.is_over = part.is_over or isinstance(refused.answer, NOTHING_LEFT)
        part.refused += not isinstance(refused.answer, NOTHING_LEFT)
        return
    part.issued += 1
