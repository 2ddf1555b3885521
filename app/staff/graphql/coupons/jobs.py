"""How staff look at coupons for many and at codes that are being made."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

import strawberry

from app.coupons.graphql import CouponJob
from app.coupons.queries import jobs
from app.db import Columns, Page, Reader
from app.graph import Connection, Context, Query, batched, computed, extends
from app.graph.ids import key_of
from app.programs.asked import program_asked
from app.staff import rules
from app.staff.graphql.adjustments import StaffMember
from app.staff.graphql.audit import CHECKING


class HasAsker(Protocol):
    @property
    def by_issuer(self) -> str: ...
    @property
    def by_subject(self) -> str: ...


def asked_by(row: HasAsker) -> rules.StaffMember:
    return rules.StaffMember(row.by_issuer, row.by_subject)


@extends(CouponJob, seen_by=CHECKING)
class CouponJobAuthor:
    asked_by: StaffMember = computed(asked_by, "Who asked for it.")


async def coupon_job_seen(
    db: Reader, *, context: Context, id: strawberry.ID, columns: Columns = None
) -> jobs.Job | None:
    """A job by its global id, for those who may see it; None for all others (R43). May raise BadInput."""
    key = key_of(id, rules.AuditedKind.COUPON_JOB.value)
    (job,) = await jobs.coupon_jobs_by_id(db, [key]) if isinstance(key, UUID) else [None]
    return job if job is not None and job.program in context.viewer.programs else None


async def coupon_jobs_seen(
    db: Reader, *, context: Context, page: Page, program: str | None = None, columns: Columns = None
) -> Sequence[jobs.Job]:
    return await jobs.jobs_of_program(db, program_asked(context, program).code, page=page, columns=columns)


async def number_of_coupon_jobs(db: Reader, *, context: Context, program: str | None = None) -> int:
    return await jobs.number_of_jobs(db, program_asked(context, program).code)


@extends(Query, seen_by=CHECKING)
class CouponJobQueries:
    coupon_job: CouponJob | None = batched(
        coupon_job_seen, "A job about coupons, by its id; null if there is no such job for you.", key=None
    )
    coupon_jobs: Connection[CouponJob] = batched(
        coupon_jobs_seen,
        "Jobs about coupons of a program, the last first.",
        key=None,
        total=number_of_coupon_jobs,
    )
