"""What is shown of coupons for many, and of codes that are being made: to staff alone."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

import strawberry

from app.coupons.models import CouponJobRow
from app.coupons.queries import jobs
from app.coupons.queries.shown_coupons import coupons_by_id
from app.coupons.rules.kinds import CouponJobKind, CouponJobState
from app.coupons.templates import Template, template_by_code
from app.graph import Connection, Role, batched, column, computed, describe_values, shows
from app.graph.ids import global_id, name_ids
from app.programs.rules import Programs

from .coupon import Coupon
from .template import CouponTemplate

CHECKING = frozenset((Role.OPERATOR, Role.AUDITOR))
OPERATORS = frozenset((Role.OPERATOR,))
PREFIX = "couponJob"
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


def id_of(row: HasId) -> strawberry.ID:
    return strawberry.ID(global_id(PREFIX, row.id))


def template_now(row: HasTemplate, *, programs: Programs, now: datetime) -> Template | None:
    return template_by_code(programs, row.program, row.template, now=now)


@shows(jobs.ShownCode, description="A code that brings a coupon, once.", seen_by=OPERATORS)
class CouponCode:
    code: str = column("Its end, to find it again: `readCouponCodes` gives the whole of it.")
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
