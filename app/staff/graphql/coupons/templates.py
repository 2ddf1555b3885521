"""How an operator keeps a program's coupon templates."""

from typing import Annotated

import strawberry

from app.coupons.graphql.template import CouponTemplate
from app.coupons.queries.templates import templates_written
from app.coupons.rules import template_outcomes as outcomes
from app.coupons.rules.template_shown import added_of
from app.errors import BadInput
from app.graph import (
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
from app.programs.asked import program_asked
from app.programs.graphql import Money
from app.programs.money import digits_of
from app.programs.rules import Programs
from app.staff import rules
from app.staff.asked import program_to_publish, staff_asking
from app.staff.commands import coupons as commands
from app.staff.couponing import program_of_template, template_asked, template_named

from .inputs import (
    AddCouponBudgetInput,
    AddCouponStockInput,
    ChangeCouponTemplateInput,
    CreateCouponTemplateInput,
    RetireCouponTemplateInput,
    minor,
    said_at_first,
    said_later,
)

OPERATORS = frozenset((Role.OPERATOR,))
REPLAYED = "True if this key had done it before, and nothing was done now."
THE_TEMPLATE = "template_id"
AS_WRITTEN = "The template as it was written: in force everywhere within two seconds."


@shows(outcomes.CouponTemplateCreated, description="There is a new coupon template.", seen_by=OPERATORS)
class CreateCouponTemplateSuccess:
    template: CouponTemplate = batched(templates_written, AS_WRITTEN, key=THE_TEMPLATE)
    replayed: bool = column(REPLAYED)


@shows(outcomes.CouponTemplateChanged, description="The template is as it was asked to be.", seen_by=OPERATORS)
class ChangeCouponTemplateSuccess:
    template: CouponTemplate = batched(templates_written, AS_WRITTEN, key=THE_TEMPLATE)
    replayed: bool = column(REPLAYED)


@shows(outcomes.CouponTemplateRetired, description="Nobody gets a coupon of it any more.", seen_by=OPERATORS)
class RetireCouponTemplateSuccess:
    template: CouponTemplate = batched(templates_written, AS_WRITTEN, key=THE_TEMPLATE)
    replayed: bool = column(REPLAYED)


@shows(outcomes.CouponStockAdded, description="There are more coupons to be had.", seen_by=OPERATORS)
class AddCouponStockSuccess:
    template: CouponTemplate = batched(templates_written, "The template.", key=THE_TEMPLATE)
    added: int = column("How many more.")
    replayed: bool = column(REPLAYED)


@shows(outcomes.CouponBudgetAdded, description="There is more money for its coupons.", seen_by=OPERATORS)
class AddCouponBudgetSuccess:
    template: CouponTemplate = batched(templates_written, "The template.", key=THE_TEMPLATE)
    added: Money = computed(added_of, "How much more.")
    replayed: bool = column(REPLAYED)


@shows(
    outcomes.CouponTemplateCodeTaken,
    description="Another coupon template of the program has that code, or had: of the file, or an operator's.",
    seen_by=OPERATORS,
)
class CouponTemplateCodeTaken(Refusal):
    code: RefusalCode = refused_as(RefusalCode.COUPON_TEMPLATE_CODE_TAKEN)
    message: str = said(
        en="There is a coupon template with the code {template_code}.", zh="编码 {template_code} 已被使用。"
    )


@shows(
    outcomes.CouponTemplateIsRetired,
    description="The template is retired: nothing can be done with it.",
    seen_by=OPERATORS,
)
class CouponTemplateIsRetired(Refusal):
    code: RefusalCode = refused_as(RefusalCode.COUPON_TEMPLATE_RETIRED)
    message: str = said(en="The coupon template is retired.", zh="该优惠券已下架。")


CreateCouponTemplateResult = Annotated[
    CreateCouponTemplateSuccess | CouponTemplateCodeTaken,
    strawberry.union("CreateCouponTemplateResult", description="What came of making a coupon template."),
]
ChangeCouponTemplateResult = Annotated[
    ChangeCouponTemplateSuccess | CouponTemplateIsRetired,
    strawberry.union("ChangeCouponTemplateResult", description="What came of changing a coupon template."),
]
RetireCouponTemplateResult = Annotated[
    RetireCouponTemplateSuccess | CouponTemplateIsRetired,
    strawberry.union("RetireCouponTemplateResult", description="What came of retiring a coupon template."),
]
AddCouponStockResult = Annotated[
    AddCouponStockSuccess | CouponTemplateIsRetired,
    strawberry.union("AddCouponStockResult", description="What came of adding to a template's stock."),
]
AddCouponBudgetResult = Annotated[
    AddCouponBudgetSuccess | CouponTemplateIsRetired,
    strawberry.union("AddCouponBudgetResult", description="What came of adding to a template's budget."),
]


def reason_or_none(asked: str | None) -> str | None:
    return None if asked is None else rules.reason_given(asked)


@extends(Mutation)
class CouponTemplateMutations:
    @mutation(
        description="Make a new coupon template of a program. One can get its coupons two seconds later. What they are "
        "worth is for good. Who did it is on record.",
        seen_by=OPERATORS,
        keyed_to=program_to_publish,
    )
    @staticmethod
    async def create_coupon_template(info: Info, input: CreateCouponTemplateInput) -> CreateCouponTemplateResult | None:
        context = info.context
        program = program_asked(context, input.program)
        return await commands.create_coupon_template(  # pyright: ignore[reportReturnType]
            context.tx,
            programs=context.get(Programs),
            program=program,
            said=said_at_first(input, digits=program.currency_digits),
            reason=reason_or_none(input.reason),
            by=staff_asking(context),
            now=context.now,
        )

    @mutation(
        description="Say something of a coupon template otherwise, two seconds later: its texts, when one can get it, "
        "how often. What its coupons are worth cannot be changed. Who did it, and what was different, is on record.",
        seen_by=OPERATORS,
        keyed_to=program_of_template,
    )
    @staticmethod
    async def change_coupon_template(info: Info, input: ChangeCouponTemplateInput) -> ChangeCouponTemplateResult | None:
        context = info.context
        return await commands.change_coupon_template(  # pyright: ignore[reportReturnType]
            context.tx,
            wanted=template_named(input.template),
            said=said_later(input),
            removed=input.remove,
            reason=reason_or_none(input.reason),
            by=staff_asking(context),
            now=context.now,
        )

    @mutation(
        description="Retire a coupon template: two seconds later nobody gets a coupon of it any more. Those that there "
        "are stay good. Who did it is on record.",
        seen_by=OPERATORS,
        keyed_to=program_of_template,
    )
    @staticmethod
    async def retire_coupon_template(info: Info, input: RetireCouponTemplateInput) -> RetireCouponTemplateResult | None:
        context = info.context
        return await commands.retire_coupon_template(  # pyright: ignore[reportReturnType]
            context.tx,
            wanted=template_named(input.template),
            reason=reason_or_none(input.reason),
            by=staff_asking(context),
            now=context.now,
        )

    @mutation(
        description="Have more coupons of a template to be issued, at once. Who did it is on record.",
        seen_by=OPERATORS,
        keyed_to=program_of_template,
    )
    @staticmethod
    async def add_coupon_stock(info: Info, input: AddCouponStockInput) -> AddCouponStockResult | None:
        context = info.context
        return await commands.add_coupon_stock(  # pyright: ignore[reportReturnType]
            context.tx,
            wanted=template_named(input.template),
            pieces=input.pieces,
            reason=reason_or_none(input.reason),
            by=staff_asking(context),
            now=context.now,
        )

    @mutation(
        description="Have more money for the coupons of a template, at once. Who did it is on record.",
        seen_by=OPERATORS,
        keyed_to=program_of_template,
    )
    @staticmethod
    async def add_coupon_budget(info: Info, input: AddCouponBudgetInput) -> AddCouponBudgetResult | None:
        context = info.context
        template = await template_asked(context.tx, context, input.template)
        amount = minor("amount", input.amount, digits=digits_of(template.currency))
        if amount is None:
            raise BadInput("'amount' must be more than nothing.")
        return await commands.add_coupon_budget(  # pyright: ignore[reportReturnType]
            context.tx,
            wanted=template_named(input.template),
            amount=amount,
            reason=reason_or_none(input.reason),
            by=staff_asking(context),
            now=context.now,
        )
