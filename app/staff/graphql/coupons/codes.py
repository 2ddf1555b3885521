"""How an operator takes up codes of a partner, and reads codes that bring coupons."""

from typing import Annotated
from uuid import UUID

import strawberry

from app.coupons.graphql import CouponJob
from app.coupons.graphql.template import CouponTemplate
from app.coupons.queries.jobs import codes_read, coupon_jobs_by_id
from app.coupons.queries.shown_templates import templates_kept
from app.coupons.rules import template_outcomes as outcomes
from app.coupons.rules.jobs import CouponCodesRead
from app.graph import Info, Mutation, batched, column, extends, mutation, shows
from app.staff import rules
from app.staff.asked import staff_asking
from app.staff.commands import coupons as commands
from app.staff.couponing import job_asked, program_of_job, program_of_template, template_asked

from .inputs import KEY, REASON, TEMPLATE
from .templates import OPERATORS, REPLAYED, THE_TEMPLATE, CouponTemplateIsRetired, reason_or_none


@strawberry.input(
    description="A partner's codes, for the pool of a template. They are kept nowhere else, and only who gets one is "
    "told it."
)
class AddPartnerCodesInput:
    idempotency_key: UUID = strawberry.field(description=KEY)
    template: strawberry.ID = strawberry.field(description=TEMPLATE)
    codes: list[str] = strawberry.field(
        description="Each 1 to 200 visible characters, as many as a request holds. What comes twice is taken once."
    )
    reason: str | None = strawberry.field(default=None, description=REASON)


@strawberry.input(description="Read codes that bring coupons.")
class ReadCouponCodesInput:
    idempotency_key: UUID = strawberry.field(description=KEY)
    job: strawberry.ID = strawberry.field(description="The job that made them: its global id.")
    after: int = strawberry.field(default=0, description="Those after the first so many.")
    reason: str = strawberry.field(description=REASON)


@shows(
    outcomes.PartnerCodesAdded,
    description="Codes were taken up into the pool of the template: as many coupons more can be had, at once.",
    seen_by=OPERATORS,
)
class AddPartnerCodesSuccess:
    template: CouponTemplate = batched(templates_kept, "The template.", key=THE_TEMPLATE)
    added: int = column("How many codes are new.")
    known: int = column("How many of those sent the program had before, in any pool, whether somebody has them or not.")
    repeated: int = column("How many came once more in what was sent.")
    replayed: bool = column(REPLAYED)


@shows(CouponCodesRead, description="The codes. That they were read is on record.", seen_by=OPERATORS)
class ReadCouponCodesSuccess:
    codes: list[str] = batched(
        codes_read,
        "Codes in the order in which they were made, up to 10,000: who has one may redeem it.",
        key=("job_id", "after", "number"),
    )
    job: CouponJob = batched(coupon_jobs_by_id, "The job that made them.", key="job_id")
    replayed: bool = column(REPLAYED)


AddPartnerCodesResult = Annotated[
    AddPartnerCodesSuccess | CouponTemplateIsRetired,
    strawberry.union("AddPartnerCodesResult", description="What came of adding a partner's codes."),
]
ReadCouponCodesResult = Annotated[
    ReadCouponCodesSuccess,
    strawberry.union("ReadCouponCodesResult", description="What came of reading codes."),
]


@extends(Mutation)
class CouponCodeKeeping:
    @mutation(
        description="Take codes of a partner up into the pool of a template whose coupons have one each, of the file "
        "or an operator's. Who did it, and how many there were, is on record: the codes are not.",
        seen_by=OPERATORS,
        keyed_to=program_of_template,
    )
    @staticmethod
    async def add_partner_codes(info: Info, input: AddPartnerCodesInput) -> AddPartnerCodesResult | None:
        context = info.context
        return await commands.add_partner_codes(  # pyright: ignore[reportReturnType]
            context.tx,
            template=await template_asked(context.tx, context, input.template),
            codes=input.codes,
            reason=reason_or_none(input.reason),
            by=staff_asking(context),
            now=context.now,
        )

    @mutation(
        description="Read codes that a job made, to print or send them: 10,000 at a time. Who did it, and which, is on "
        "record.",
        seen_by=OPERATORS,
        keyed_to=program_of_job,
    )
    @staticmethod
    async def read_coupon_codes(info: Info, input: ReadCouponCodesInput) -> ReadCouponCodesResult | None:
        context = info.context
        return await commands.read_coupon_codes(  # pyright: ignore[reportReturnType]
            context.tx,
            job=await job_asked(context.tx, context, input.job),
            after=input.after,
            reason=rules.reason_given(input.reason),
            by=staff_asking(context),
            now=context.now,
        )
