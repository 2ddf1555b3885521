"""Coupons for some of the members whom a job is about: a few at a time, each once (R5)."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from app.coupons import commands as coupons
from app.coupons.queries.jobs import Job
from app.coupons.rules.refusals import CouponBudgetUsed, CouponOfferClosed, CouponsOutOfStock
from app.coupons.section import Way
from app.coupons.templates import Template, template_by_code
from app.customers.rules import Identity
from app.db import Database
from app.db.retrying import retried
from app.db.unique_keys import owners_of
from app.errors import Refused
from app.members.commands import lock_member
from app.members.queries import membership_digest
from app.members.rules import MemberStatus, NotMember
from app.programs.rules import Programs

SIDE_BY_SIDE = 4
NOTHING_LEFT = CouponsOutOfStock | CouponBudgetUsed | CouponOfferClosed
BY_JOB = "job"
"""As the rule of the cause of coupons for many."""


@dataclass
class Part:
    """What came of some members."""

    issued: int = 0
    refused: int = 0
    is_over: bool = False
    """Is nothing left for the others?"""


async def issued_to(
    database: Database,
    job: Job,
    template: Template,
    member_ids: Sequence[UUID],
    *,
    programs: Programs,
    now: datetime,
) -> Part:
    """A few at a time, each in a transaction of their own. When nothing is left, the others are not come to. Whoever
    asked for the job gets none, as by `issueCoupon`."""
    part = Part()
    (own,) = await owners_of(database, [membership_digest(job.program, Identity(job.by_issuer, job.by_subject))])
    waiting = iter(member_ids)

    async def some() -> None:
        for member_id in waiting:
            if part.is_over:
                return
            if member_id == own:  # nobody does it for themselves
                part.refused += 1
                continue
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
    """One member: once for the job, whoever goes on with it (R5). What is tried on some members alone, and they are
    refused by, is not so for the others."""
    because = coupons.Because(Way.GRANT, job.id, BY_JOB)
    theirs = template_by_code(programs, job.program, job.template, member_id=member_id, now=now) or template
    try:
        async with database.transaction() as tx:
            member = await lock_member(tx, member_id=member_id)
            if member.status != MemberStatus.ACTIVE.name:
                raise Refused(NotMember(member.program))
            await coupons.issue(tx, member=member, template=theirs, because=because, now=now)
    except Refused as refused:
        is_over = theirs is template and isinstance(refused.answer, NOTHING_LEFT)
        part.is_over = part.is_over or is_over
        part.refused += not is_over
        return
    part.issued += 1
