"""What staff ask about coupons: which template, coupon or job is meant, and whose the idempotency key is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.coupons.asked import coupon_named
from app.coupons.queries.jobs import Job, coupon_jobs_by_id
from app.coupons.queries.shown_templates import programs_seen
from app.coupons.queries.templates import templates_written
from app.coupons.rules.jobs import NO_JOB
from app.coupons.rules.offering import NO_TEMPLATE
from app.coupons.rules.refusals import NO_COUPON
from app.coupons.templates import Template, template_anywhere
from app.db import Reader
from app.errors import BadInput
from app.graph import Context
from app.graph.ids import key_of
from app.programs.rules import Programs, owner_of

from .asked import seen
from .rules import AuditedKind


@dataclass(frozen=True)
class CouponIssued:
    """Staff issued a coupon to the member."""

    member_id: UUID
    coupon_id: UUID
    replayed: bool = False


@dataclass(frozen=True)
class OwnCoupon:
    """It is who issues it who would get it."""

    member_id: UUID


@dataclass(frozen=True)
class SupportLimitReached:
    """Who helps members has issued as many coupons to this one as they may on a local day."""

    limit: int
    resets_at: datetime | None
    """When the next day begins; None: it is none on any day."""


async def member_of_coupon(db: Reader, context: Context, given: Any) -> UUID:
    """Who an idempotency key for what is done with a coupon belongs to: whose it is (R36). May raise BadInput: there is
    none for the caller."""
    return await seen(db, context, coupon_named(given.coupon)[0], otherwise=NO_COUPON)


def template_named(asked: str) -> UUID:
    """The template in a global id. May raise BadInput."""
    key = key_of(asked, AuditedKind.COUPON_TEMPLATE.value)
    if not isinstance(key, UUID):
        raise BadInput(NO_TEMPLATE)
    return key


async def template_asked(db: Reader, context: Context, asked: str) -> Template:
    """The template itself, also one that was made a moment ago, which this process may not hold yet. May raise
    BadInput: there is none in the caller's programs, which nobody learns (R43)."""
    programs, wanted = context.get(Programs), template_named(asked)
    among = programs_seen(context.viewer, programs)
    found = template_anywhere(programs, wanted, among=among, now=context.now)
    if found is None:
        (found,) = await templates_written(db, [wanted])
    if found is None or found.program not in among:
        raise BadInput(NO_TEMPLATE)
    return found


async def job_asked(db: Reader, context: Context, asked: str) -> Job:
    """A job about coupons, by its global id. May raise BadInput: there is none in the caller's programs, which nobody
    learns (R43)."""
    key = key_of(asked, AuditedKind.COUPON_JOB.value)
    (job,) = await coupon_jobs_by_id(db, [key]) if isinstance(key, UUID) else [None]
    if job is None or job.program not in context.viewer.programs:
        raise BadInput(NO_JOB)
    return job


async def program_of_job(db: Reader, context: Context, given: Any) -> UUID:
    """Who an idempotency key for what is done about a job belongs to: its program as a whole (R36)."""
    return owner_of((await job_asked(db, context, given.job)).program)


async def program_of_template(db: Reader, context: Context, given: Any) -> UUID:
    """Who an idempotency key for what is done with a template belongs to: its program as a whole (R36)."""
    return owner_of((await template_asked(db, context, given.template)).program)
