"""What a client sees of refunds, and how another system reports them."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Protocol

import strawberry

from app.facts import commands, queries, rules
from app.facts.models import FactRow, RefundLineRow
from app.facts.reporting import reported_refund
from app.graph import (
    OWNER_AND_STAFF,
    SIGNED_IN,
    Info,
    Mutation,
    Role,
    batched,
    column,
    computed,
    extends,
    mutation,
    shows,
)
from app.members import queries as members
from app.members.asked import identity_sent
from app.members.graphql import CustomerInput, Member, NotAMember
from app.points.graphql import PointsEntry
from app.points.queries.reversed import taken_back_by
from app.programs import money
from app.programs.asked import program_asked
from app.programs.graphql import Money
from app.programs.rules import Programs

from .kept import FactKept
from .orders import FactConflict, Order, amount_of


class HasRefunded(Protocol):
    @property
    def refunded(self) -> int: ...
    @property
    def currency(self) -> str: ...


def refunded_of(row: HasRefunded) -> money.Money:
    return money.Money(row.refunded, row.currency)


@shows(RefundLineRow, description="What a refund gave back of one line of an order.", seen_by=SIGNED_IN)
class RefundLine:
    number: int = column("The line's place in the order, from 1.")
    amount: Money = computed(amount_of, "Of the line's price, whoever paid it, as it was reported.")


@shows(FactRow, description="Money given back for an order, as another system reported it.", seen_by=SIGNED_IN)
class Refund:
    external_id: str = column("Its id in the system that reported it.")
    source: str = column("The system that reported it.")
    refunded_at: datetime = column("When it was given back.", name="occurred_at")
    lines: list[RefundLine] = batched(
        queries.lines_of_refunds, "What was given back of which lines.", key=("member_id", "id")
    )
    order: Order | None = batched(queries.orders_by_id, "The order.", key=("member_id", "order_id"))


@extends(Order, seen_by=SIGNED_IN)
class OrderRefunds:
    refunded: Money = computed(
        refunded_of, "What was refunded of it by now: of no line more than it came to; nothing until it is paid."
    )
    refunds: list[Refund] = batched(
        queries.refunds_of_orders,
        "Its refunds, in the order in which they were reported.",
        key=("member_id", "id"),
    )


@extends(PointsEntry, seen_by=OWNER_AND_STAFF)
class PointsEntryRefund:
    refund: Refund | None = batched(
        queries.refunds_by_id, "The refund that made the points move.", key=("member_id", "cause_id")
    )


@strawberry.input(description="What is given back of one line of an order.")
class RefundLineInput:
    line: int = strawberry.field(description="The line's place in the order, from 1.")
    amount: Decimal = strawberry.field(
        description="Of the line's price, whoever paid it: 0 or more, no more decimals than the currency has."
    )


@strawberry.input(description="What is to be reported of a refund.")
class RecordRefundInput:
    customer: CustomerInput = strawberry.field(description="Whose order it is.")
    order: str = strawberry.field(description="The order's id in the reporting system: 1 to 200 characters.")
    refund: str = strawberry.field(description="The refund's own id in that system: 1 to 200 characters.")
    refunded_at: datetime = strawberry.field(description="When it was given back.")
    currency: str = strawberry.field(description="Currency of the amounts (ISO 4217): the program's.")
    lines: list[RefundLineInput] = strawberry.field(
        description="What is given back: 1 to 200 lines, each once. Of all refunds of a line no more counts than it "
        "came to."
    )
    program: str | None = strawberry.field(
        default=None, description="Code of the program; without it the token's own, else the shop's default."
    )
    source: str | None = strawberry.field(
        default=None, description="The reporting system, one of the token's; not needed if the token has one."
    )


@shows(rules.RefundRecorded, description="The refund is known.", seen_by=SIGNED_IN)
class RecordRefundSuccess:
    order: Order = batched(queries.orders_by_id, "The order, as far as it is known.", key=("member_id", "order_id"))
    refund: Refund = batched(queries.refunds_by_id, "The refund.", key=("member_id", "refund_id"))
    member: Member = batched(members.members_by_id, "Whose order it is.", key="member_id")
    refunded: Money = computed(
        refunded_of, "What was refunded of the order by now: of no line more than it came to; nothing until it is paid."
    )
    points_taken_back: int = batched(
        taken_back_by, "Points that this refund has taken back by now.", key=("member_id", "refund_id")
    )
    replayed: bool = column("True if it had been reported before, and nothing was done now.")


RecordRefundResult = Annotated[
    RecordRefundSuccess | FactKept | FactConflict | NotAMember,
    strawberry.union("RecordRefundResult", description="What came of reporting a refund."),
]


@extends(Mutation)
class RefundMutations:
    @mutation(
        description=(
            "Report that something of an order was refunded: it takes back its part of what the order brought, also "
            "if the order is reported later. The refund's id makes it safe to repeat."
        ),
        seen_by=frozenset((Role.SERVICE,)),
    )
    @staticmethod
    async def record_refund(info: Info, input: RecordRefundInput) -> RecordRefundResult | None:
        context = info.context
        program = program_asked(context, input.program)
        return await commands.record_refund(  # pyright: ignore[reportReturnType]
            context.tx,
            programs=context.get(Programs),
            program=program.code,
            identity=identity_sent(input.customer.issuer, input.customer.subject, viewer=context.viewer),
            refund=reported_refund(input, program=program, viewer=context.viewer),
            now=context.now,
        )
