"""How staff issue coupons, to one or to many, take them back, and have codes made."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from app.coupons.asked import coupon_named
from app.coupons.graphql import Coupon, CouponJob
from app.coupons.graphql.change import CouponChange
from app.coupons.graphql.ordering import CouponStepNotPossible
from app.coupons.graphql.refusals import (
    CouponBudgetUsed,
    CouponNotClaimable,
    CouponOfferClosed,
    CouponsOutOfStock,
)
from app.coupons.queries.jobs import coupon_jobs_by_id
from app.coupons.queries.shown_coupons import coupons_by_id
from app.coupons.rules import outcomes
from app.coupons.rules.jobs import CouponJobAsked
from app.coupons.templates import Template
from app.graph import (
    STAFF,
    Info,
    Mutation,
    Refusal,
    RefusalCode,
    Role,
    batched,
    column,
    computed,
    extends,
    mutation,
    refused_as,
    said,
    shows,
)
from app.members.graphql import Member, NotAMember
from app.members.queries import members_by_id
from app.programs.rules import Program, Programs
from app.staff import couponing, rules
from app.staff.asked import member_named, member_to_correct, staff_asking
from app.staff.commands import coupons as commands
from app.staff.couponing import member_of_coupon, program_of_template, template_asked, template_named
from app.staff.graphql.adjustments import StaffMember
from app.staff.graphql.audit import CHECKING
from app.staff.graphql.members import MembersFilter, sought
from app.staff.steps import taken_by

SEEING_TO = frozenset((Role.SUPPORT, Role.OPERATOR))
OPERATORS = frozenset((Role.OPERATOR,))
KEY = "Made new for each wish, kept for its retries: then it happens once."
TEMPLATE = "Of which template: its global id."
REASON = "Why, for colleagues and auditors: 3 to 500 visible characters. No personal data, please."
COUPON = ("member_id", "coupon_id")
REPLAYED = "True if this key had done it before, and nothing was done now."


@extends(CouponChange, seen_by=STAFF)
class CouponChangeAuthor:
    by: StaffMember | None = computed(taken_by, "Who of staff took the step; null if nobody of them did.")


@strawberry.input(description="Issue a coupon to a member.")
class IssueCouponInput:
    idempotency_key: UUID = strawberry.field(description=KEY)
    member: strawberry.ID = strawberry.field(description="To whom: the member's global id.")
    template: strawberry.ID = strawberry.field(description=TEMPLATE)
    reason: str = strawberry.field(description=REASON)


@strawberry.input(description="Take a coupon back that was not used.")
class RevokeCouponInput:
    idempotency_key: UUID = strawberry.field(description=KEY)
    coupon: strawberry.ID = strawberry.field(description="Which one: its global id.")
    reason: str = strawberry.field(description=REASON)


@strawberry.input(description="Issue a coupon to each of many members.")
class IssueCouponsInput:
    idempotency_key: UUID = strawberry.field(description=KEY)
    template: strawberry.ID = strawberry.field(description=TEMPLATE)
    filter: MembersFilter = strawberry.field(
        description="To whom: all for whom it holds when the worker comes to them. Who joins later, or has left, gets "
        "none. It can name nobody."
    )
    reason: str = strawberry.field(description=REASON)


@strawberry.input(description="Have codes made, each of which brings a coupon once.")
class CreateCouponCodesInput:
    idempotency_key: UUID = strawberry.field(description=KEY)
    template: strawberry.ID = strawberry.field(description=TEMPLATE)
    count: int = strawberry.field(description="How many: 1 to 100,000.")
    reason: str = strawberry.field(description=REASON)


@shows(couponing.CouponIssued, description="The member has the coupon.", seen_by=STAFF)
class IssueCouponSuccess:
    coupon: Coupon = batched(coupons_by_id, "The coupon.", key=COUPON)
    member: Member = batched(members_by_id, "Whose it is.", key="member_id")
    replayed: bool = column(REPLAYED)


@shows(outcomes.CouponRevoked, description="The coupon was taken back.", seen_by=STAFF)
class RevokeCouponSuccess:
    coupon: Coupon = batched(coupons_by_id, "The coupon.", key=COUPON)
    member: Member = batched(members_by_id, "Whose it was.", key="member_id")
    replayed: bool = column(REPLAYED)


@shows(CouponJobAsked, description="The worker does it.", seen_by=CHECKING)
class CouponJobSuccess:
    job: CouponJob = batched(coupon_jobs_by_id, "How far it is: ask for it again with `couponJob`.", key="job_id")
    replayed: bool = column(REPLAYED)


@shows(couponing.OwnCoupon, description="It would be your own: somebody else has to issue it.", seen_by=STAFF)
class OwnCoupon(Refusal):
    code: RefusalCode = refused_as(RefusalCode.OWN_COUPON)
    message: str = said(
        en="This membership is yours. Somebody else has to issue the coupon.", zh="这是您本人的会员账户，须由他人发放。"
    )


@shows(
    couponing.SupportLimitReached,
    description="You have issued as many coupons to this member as one person of support may on a day, counted by the "
    "program's local days. An operator may issue more.",
    seen_by=STAFF,
)
class SupportLimitReached(Refusal):
    code: RefusalCode = refused_as(RefusalCode.SUPPORT_LIMIT_REACHED)
    message: str = said(
        en="You have issued as many coupons to this member as you may in a day. Ask an operator for more.",
        zh="您今日向该会员发放的优惠券已达上限，如需继续发放，请联系运营人员。",
    )
    limit: int = column("How many that are; 0: operators alone issue coupons by hand.")
    resets_at: datetime | None = column("From when you may issue more; null: never.")


IssueCouponResult = Annotated[
    IssueCouponSuccess
    | NotAMember
    | OwnCoupon
    | SupportLimitReached
    | CouponNotClaimable
    | CouponOfferClosed
    | CouponsOutOfStock
    | CouponBudgetUsed,
    strawberry.union("IssueCouponResult", description="What came of issuing a coupon."),
]
RevokeCouponResult = Annotated[
    RevokeCouponSuccess | CouponStepNotPossible,
    strawberry.union("RevokeCouponResult", description="What came of taking a coupon back."),
]
IssueCouponsResult = Annotated[
    CouponJobSuccess | CouponNotClaimable | CouponOfferClosed,
    strawberry.union("IssueCouponsResult", description="What came of having coupons issued to many."),
]
CreateCouponCodesResult = Annotated[
    CouponJobSuccess | CouponNotClaimable | CouponOfferClosed,
    strawberry.union("CreateCouponCodesResult", description="What came of having codes made."),
]


def the_whole(programs: Programs, template: Template) -> Program:
    """Of whom a filter is about: whoever is tried on is a member like any."""
    code = template.program
    return programs.by_code[code]


@extends(Mutation)
class CouponIssuingMutations:
    @mutation(
        description="Issue a coupon to a member: whether one may get it by tier, time or limit is for you to judge. "
        "Support issues a few to one member in a day, operators as many as they see fit. Who did it is on record.",
        seen_by=SEEING_TO,
        keyed_to=member_to_correct,
    )
    @staticmethod
    async def issue_coupon(info: Info, input: IssueCouponInput) -> IssueCouponResult | None:
        context = info.context
        return await commands.issue_coupon(  # pyright: ignore[reportReturnType]
            context.tx,
            programs=context.get(Programs),
            member_id=member_named(input.member),
            template_id=template_named(input.template),
            reason=rules.reason_given(input.reason),
            by=staff_asking(context),
            now=context.now,
        )

    @mutation(
        description="Take a coupon back that was not used, also while it is reserved. What it held of a stock or a "
        "budget is free again. Who did it is on record.",
        seen_by=SEEING_TO,
        keyed_to=member_of_coupon,
    )
    @staticmethod
    async def revoke_coupon(info: Info, input: RevokeCouponInput) -> RevokeCouponResult | None:
        context = info.context
        member_id, coupon_id = coupon_named(input.coupon)
        return await commands.revoke_coupon(  # pyright: ignore[reportReturnType]
            context.tx,
            member_id=member_id,
            coupon_id=coupon_id,
            reason=rules.reason_given(input.reason),
            by=staff_asking(context),
            now=context.now,
        )

    @mutation(
        description="Have the worker issue a coupon to each member for whom a filter holds, once each. Who asked for "
        "it is on record.",
        seen_by=OPERATORS,
        keyed_to=program_of_template,
    )
    @staticmethod
    async def issue_coupons(info: Info, input: IssueCouponsInput) -> IssueCouponsResult | None:
        context = info.context
        template = await template_asked(context.tx, context, input.template)
        return await commands.ask_for_coupons(  # pyright: ignore[reportReturnType]
            context.tx,
            program=the_whole(context.get(Programs), template),
            template=template,
            sought=sought(input.filter, viewer=context.viewer),
            reason=rules.reason_given(input.reason),
            by=staff_asking(context),
            now=context.now,
        )

    @mutation(
        description="Have the worker make codes: 20 signs of 32, so that nobody guesses one. Read them as they come "
        "with `readCouponCodes`. Who asked for them is on record.",
        seen_by=OPERATORS,
        keyed_to=program_of_template,
    )
    @staticmethod
    async def create_coupon_codes(info: Info, input: CreateCouponCodesInput) -> CreateCouponCodesResult | None:
        context = info.context
        return await commands.ask_for_codes(  # pyright: ignore[reportReturnType]
            context.tx,
            template=await template_asked(context.tx, context, input.template),
            count=input.count,
            reason=rules.reason_given(input.reason),
            by=staff_asking(context),
            now=context.now,
        )
