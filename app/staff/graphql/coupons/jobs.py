"""What an operator sees of coupons for many and of codes that are being made."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

import strawberry

from app.coupons.graphql import Coupon, CouponTemplate
from app.coupons.models import CouponJobRow
from app.coupons.queries import jobs
from app.coupons.queries.shown_coupons import coupons_by_id
from app.coupons.rules.kinds import CouponJobKind, CouponJobState
from app.coupons.templates import Template, template_by_code
from app.db import Columns, Page, Reader
from app.graph import Connection, Context, Query, Role, batched, column, computed, describe_values, extends, shows
from app.graph.ids import global_id, key_of, name_ids
from app.programs.asked import program_asked
from app.programs.rules import Programs
from app.staff import rules
from app.staff.graphql.adjustments import StaffMember
from app.staff.graphql.audit import CHECKING

OPERATORS = frozenset((Role.OPERATOR,))
PREFIX = rules.AuditedKind.COUPON_JOB.value
name_ids(PREFIX, keys=1)

strawberry.enum(CouponJobKind, description="What the worker does about coupons.")
describe_values(
    CouponJobKind,
    {"ISSUE": "Issues a coupon to each of the members whom a filter finds.", "CODES": "Makes codes."},
)
strawberry.enum(CouponJobState, description="How far a job about coupons is.")
describe_values(
    CouponJobState,
    {
        "PENDING": "It waits for the worker.",
        "RUNNING": "The worker is at it.",
        "DONE": "All of it is done.",
        "FAILED": "It could not be gone on with. What was done stays.",
    },
)


class HasId(Protocol):
    @property
    def id(self) -> UUID: ...


class HasTemplate(Protocol):
    @property
    def program(self) -> str: ...
    @property
    def template(self) -> str: ...


class HasAsker(Protocol):
    @property
    def by_issuer(self) -> str: ...
    @property
    def by_subject(self) -> str: ...


def id_of(row: HasId) -> strawberry.ID:
    return strawberry.ID(global_id(PREFIX, row.id))


def template_now(row: HasTemplate, *, programs: Programs, now: datetime) -> Template | None:
    return template_by_code(programs, row.program, row.template, now=now)


def asked_by(row: HasAsker) -> rules.StaffMember:
    return rules.StaffMember(row.by_issuer, row.by_subject)


@shows(jobs.ShownCode, description="A code that brings a coupon, once.", seen_by=OPERATORS)
class CouponCode:
    code: str = column("The code: who has it may redeem it.")
    taken_at: datetime | None = column("When it was redeemed; null: it was not.")
    coupon: Coupon | None = batched(
        coupons_by_id, "The coupon that it brought; null: none yet.", key=("taken_by", "coupon_id")
    )


@shows(
    CouponJobRow,
    description="Coupons for many, or codes, that the worker makes part by part. After a kill it goes on, and does "
    "nothing twice.",
    seen_by=CHECKING,
)
class CouponJob:
    id: strawberry.ID = computed(id_of, "Its global id.")
    kind: CouponJobKind = column("What is done.")
    state: CouponJobState = column("How far it is.")
    template: CouponTemplate | None = computed(template_now, "Of what; null if it is not known here any more.")
    total: int = column("Codes to be made; members whom the filter found when it began.")
    done: int = column("Codes that were made; members who were come to.")
    issued: int = column("Members who have a coupon by it.")
    refused: int = column("Members who could not get one.")
    problem: str | None = column("Why it failed, in English.")
    reason: str = column("Why it was asked for.")
    asked_by: StaffMember = computed(asked_by, "Who asked for it.")
    created_at: datetime = column("When they did.")
    started_at: datetime | None = column("When the worker began.")
    finished_at: datetime | None = column("When it was done, or had failed.")
    codes: Connection[CouponCode] = batched(
        jobs.codes_of_jobs,
        "Codes that were made, in their order, with what became of each.",
        key="id",
        total=jobs.numbers_of_codes,
        seen_by=OPERATORS,
    )
    code_texts: list[str] = batched(
        jobs.code_texts_of_jobs,
        "Codes that were made, in their order, for printing or sending: 10,000 at a time.",
        key="id",
        seen_by=OPERATORS,
        arguments={"after": "Those after the first so many."},
    )


async def coupon_job_seen(
    db: Reader, *, context: Context, id: strawberry.ID, columns: Columns = None
) -> CouponJobRow | None:
    """A job by its global id, for those who may see it; None for all others (R43). May raise BadInput."""
    key = key_of(id, PREFIX)
    (job,) = await jobs.coupon_jobs_by_id(db, [key]) if isinstance(key, UUID) else [None]
    return job if job is not None and job.program in context.viewer.programs else None


async def coupon_jobs_seen(
    db: Reader, *, context: Context, page: Page, program: str | None = None, columns: Columns = None
) -> Sequence[CouponJobRow]:
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
