"""What a client sees of orders, and how another system reports them."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Protocol

import strawberry

from app.facts import commands, queries, rules
from app.facts.models import OrderLineRow, OrderRow
from app.facts.reporting import identity_sent, reported_order
from app.graph import (
    OWNER_AND_STAFF,
    SIGNED_IN,
    Info,
    Mutation,
    Node,
    Refusal,
    RefusalCode,
    Role,
    batched,
    column,
    computed,
    extends,
    mutation,
    node,
    refused_as,
    said,
    shows,
)
from app.members import queries as members
from app.members.graphql import CustomerInput, Member, NotAMember
from app.offers.graphql import LineKind
from app.points.graphql import PointsEntry
from app.programs import money
from app.programs.asked import program_asked
from app.programs.graphql import Money
from app.programs.rules import Programs

from .kept import FactKept


class HasAmount(Protocol):
    @property
    def amount(self) -> int | None: ...
    @property
    def currency(self) -> str: ...


class HasEligible(Protocol):
    @property
    def eligible(self) -> int | None: ...
    @property
    def currency(self) -> str: ...


def eligible_of(row: HasEligible) -> money.Money | None:
    return None if row.eligible is None else money.Money(row.eligible, row.currency)


def amount_of(row: HasAmount) -> money.Money | None:
    return None if row.amount is None else money.Money(row.amount, row.currency)


@shows(OrderLineRow, description="One line of an order.", seen_by=SIGNED_IN)
class OrderLine:
    number: int = column("Its place in the order, from 1.")
    sku: str | None = column("What was bought, as the shop calls it.")
    category: str | None = column("The category it is in.")
    kind: LineKind = column("What it is for.")
    quantity: int = column("How many.")
    amount: Money = computed(amount_of, "Price of all of them, whoever or whatever paid it.")
    points: int = column("Its part of the points that the order earned; the lines add up to the order.")


@node(
    OrderRow,
    prefix="order",
    by_key=queries.orders_by_id,
    description="An order that another system reported, and what it earned.",
    seen_by=SIGNED_IN,
)
class Order(Node):
    external_id: str = column("Its id in the system that reported it.")
    source: str = column("The system that reported it.")
    paid_at: datetime | None = column("When it was paid; null until that is reported.")
    completed_at: datetime | None = column("When it was completed; null until that is reported.")
    amount: Money | None = computed(amount_of, "Its amount; null until it is reported as paid.")
    eligible: Money | None = computed(
        eligible_of, "What of it earns: not gift cards, not shipping, not what points or coupons paid for."
    )
    points: int = column("Points that it earned.")
    growth: int = column("Growth that it brought.")
    channel: str | None = column("Where it was placed: app, store, and so on.")
    lines: list[OrderLine] = batched(queries.lines_of_orders, "What was bought.", key=("member_id", "id"))


@extends(PointsEntry, seen_by=OWNER_AND_STAFF)
class PointsEntryOrder:
    order: Order | None = batched(
        queries.orders_by_id, "The order that made the points move.", key=("member_id", "cause_id")
    )


@strawberry.input(description="One line of an order.")
class OrderLineInput:
    quantity: int = strawberry.field(description="How many: more than 0.")
    amount: Decimal = strawberry.field(
        description="Price of all of them, whoever paid it: 0 or more, no more decimals than the currency has."
    )
    kind: LineKind = strawberry.field(default=LineKind.GOODS, description="What it is for.")
    paid_by_points: Decimal = strawberry.field(
        default=Decimal(0), description="What of the amount was paid with points; it earns nothing."
    )
    paid_by_coupons: Decimal = strawberry.field(
        default=Decimal(0), description="What of the amount was paid with coupons; it earns nothing."
    )
    sku: str | None = strawberry.field(default=None, description="What was bought, as the shop calls it.")
    category: str | None = strawberry.field(default=None, description="The category it is in.")


@strawberry.input(description="What is to be reported of an order: that it was paid, that it was completed, or both.")
class RecordOrderInput:
    customer: CustomerInput = strawberry.field(description="Whose order it is.")
    order: str = strawberry.field(description="The order's id in the reporting system: 1 to 200 characters.")
    currency: str = strawberry.field(description="Currency of the amounts (ISO 4217): the program's.")
    program: str | None = strawberry.field(
        default=None, description="Code of the program; without it the token's own, else the shop's default."
    )
    source: str | None = strawberry.field(
        default=None, description="The reporting system, one of the token's; not needed if the token has one."
    )
    paid_at: datetime | None = strawberry.field(default=None, description="When it was paid; then also say 'lines'.")
    completed_at: datetime | None = strawberry.field(
        default=None, description="When it was completed: from then the return window runs."
    )
    channel: str | None = strawberry.field(default=None, description="Where it was placed: app, store, and so on.")
    lines: list[OrderLineInput] = strawberry.field(
        default_factory=list[OrderLineInput], description="What was bought: 1 to 200 lines, with 'paidAt'."
    )


@shows(rules.OrderRecorded, description="The order is known.", seen_by=SIGNED_IN)
class RecordOrderSuccess:
    order: Order = batched(queries.orders_by_id, "The order.", key=("member_id", "order_id"))
    member: Member = batched(members.members_by_id, "Whose it is.", key="member_id")
    points: int = column("Points that it earned.")
    growth: int = column("Growth that it brought.")
    replayed: bool = column("True if all of this had been reported before, and nothing was done now.")


@shows(rules.FactConflict, description="This was reported before with other content.", seen_by=SIGNED_IN)
class FactConflict(Refusal):
    code: RefusalCode = refused_as(RefusalCode.FACT_CONFLICT)
    message: str = said(
        en="{source} has reported {external_id} before with other content, or for another customer.",
        zh="来源 {source} 此前已上报 {external_id}，但内容或客户不同。",
    )
    source: str = column("The system that reported it.")
    external_id: str = column("The id of the order, the refund or the activity in that system.")


RecordOrderResult = Annotated[
    RecordOrderSuccess | FactKept | FactConflict | NotAMember,
    strawberry.union("RecordOrderResult", description="What came of reporting an order."),
]


@extends(Mutation)
class FactMutations:
    @mutation(
        description="Report that an order was paid, completed, or both. The order's id makes it safe to repeat.",
        seen_by=frozenset((Role.SERVICE,)),
    )
    @staticmethod
    async def record_order(info: Info, input: RecordOrderInput) -> RecordOrderResult | None:
        context = info.context
        program = program_asked(context, input.program)
        return await commands.record_order(  # pyright: ignore[reportReturnType]
            context.tx,
            programs=context.get(Programs),
            program=program.code,
            identity=identity_sent(input.customer.issuer, input.customer.subject, viewer=context.viewer),
            order=reported_order(input, program=program, viewer=context.viewer),
            now=context.now,
        )
