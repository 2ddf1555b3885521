"""How staff find members."""

from datetime import datetime
from typing import Any

import strawberry

from app.customers.rules import Identity
from app.db import Columns, OrderedPage, Reader
from app.facts.reporting import identity_sent
from app.graph import STAFF, Connection, Context, Query, Viewer, batched, column, describe_values, extends, shows
from app.members.graphql import CustomerInput, Member
from app.members.rules import MemberStatus
from app.programs.asked import program_asked
from app.programs.rules import Program, Programs
from app.staff import queries
from app.staff.seeking import EVERYBODY, Direction, OrderReference, Sought, SoughtBy

strawberry.enum(SoughtBy, name="MembersOrderField", description="By what a list of members is ordered.")
describe_values(
    SoughtBy,
    {
        "JOINED": "When they became members, the first time.",
        "GROWTH": "Their growth.",
        "POINTS": "Points that can be spent, as of the last settling: what falls due is settled within a minute.",
        "LAST_ORDER": "When their last order was paid; who never ordered is before all others.",
    },
)
strawberry.enum(Direction, name="OrderDirection", description="What comes first.")
describe_values(Direction, {"ASC": "The least, or the earliest.", "DESC": "The most, or the latest."})


@strawberry.input(description="Limits of a number, both of them inclusive.")
class NumbersInput:
    at_least: int | None = strawberry.field(default=None, description="So many, or more.")
    at_most: int | None = strawberry.field(default=None, description="So many, or fewer.")


@strawberry.input(description="A time, from an instant until another one.")
class PeriodInput:
    since: datetime | None = strawberry.field(default=None, description="At this instant or later.")
    before: datetime | None = strawberry.field(default=None, description="Before this instant.")


@strawberry.input(description="An order, as the system that reported it knows it.")
class OrderReferenceInput:
    source: str = strawberry.field(description="The system that reported it.")
    id: str = strawberry.field(description="The order's id there.")


@strawberry.input(description="Which members: all of what is said must be true of them.")
class MembersFilter:
    tiers: list[str] | None = strawberry.field(
        default=None,
        description="Codes of tiers that they hold now: what staff set counts, too. A tier that replaced another one "
        "stands for it.",
    )
    growth: NumbersInput | None = strawberry.field(default=None, description="Their growth.")
    points: NumbersInput | None = strawberry.field(
        default=None,
        description="Points that can be spent, below 0 if they are owed; as of the last settling: what falls due is "
        "settled within a minute.",
    )
    joined: PeriodInput | None = strawberry.field(default=None, description="When they became members, the first time.")
    last_order: PeriodInput | None = strawberry.field(
        default=None, description="When their last order was paid; who never ordered is left out."
    )
    no_order_since: datetime | None = strawberry.field(
        default=None, description="They have paid no order at this instant or later, or never any."
    )
    status: MemberStatus | None = strawberry.field(default=None, description="Whether they are members now.")
    customer: CustomerInput | None = strawberry.field(
        default=None, description="Who they are to the shop's other systems: exactly."
    )
    order: OrderReferenceInput | None = strawberry.field(default=None, description="Whose order this is: exactly.")


@strawberry.input(description="The order of a list of members; ties are in the order of their ids.")
class MembersOrder:
    by: SoughtBy = strawberry.field(default=SoughtBy.JOINED, description="By what.")
    direction: Direction = strawberry.field(default=Direction.DESC, description="What comes first.")


def sought(asked: MembersFilter | None, *, viewer: Viewer) -> Sought:
    """May raise BadInput: there can be no such customer."""
    if asked is None:
        return EVERYBODY
    customer, order = asked.customer, asked.order
    return Sought(
        tiers=asked.tiers,
        growth=_numbers(asked.growth),
        points=_numbers(asked.points),
        joined=_period(asked.joined),
        last_order=_period(asked.last_order),
        none_since=asked.no_order_since,
        status=None if asked.status is None else asked.status.name,
        customer=None if customer is None else identity_sent(customer.issuer, customer.subject, viewer=viewer),
        order=None if order is None else OrderReference(order.source, order.id),
    )


def _numbers(asked: NumbersInput | None) -> tuple[int | None, int | None]:
    return (None, None) if asked is None else (asked.at_least, asked.at_most)


def _period(asked: PeriodInput | None) -> tuple[datetime | None, datetime | None]:
    return (None, None) if asked is None else (asked.since, asked.before)


async def members(
    db: Reader,
    *,
    context: Context,
    page: OrderedPage,
    program: str | None = None,
    filter: MembersFilter | None = None,
    order_by: MembersOrder | None = None,
    columns: Columns = None,
) -> list[Any]:
    """May raise BadInput: no such program, tier or customer for the caller, or the cursor is of another order."""
    order = order_by or MembersOrder()
    return await queries.members_sought(
        db,
        sought(filter, viewer=context.viewer),
        by=order.by,
        direction=order.direction,
        page=page,
        program=_program(context, program),
        now=context.now,
        columns=columns,
    )


async def number_of_members(
    db: Reader, *, context: Context, program: str | None = None, filter: MembersFilter | None = None
) -> int:
    """May raise BadInput, likewise."""
    return await queries.number_of_members_sought(
        db, sought(filter, viewer=context.viewer), program=_program(context, program), now=context.now
    )


def _program(context: Context, code: str | None) -> Program:
    return context.get(Programs).by_code[program_asked(context, code).code]


@shows(Identity, description="A person, as an identity provider knows them.", seen_by=STAFF)
class MemberIdentity:
    subject: str = column("The person: `sub` of their tokens.")
    issuer: str = column("The identity provider: `iss` of their tokens.")


@extends(Member, seen_by=STAFF)
class MemberIdentities:
    identities: list[MemberIdentity] = batched(
        queries.identities_known, "By what other systems know them, the first one first.", key="customer_id"
    )


@extends(Query, seen_by=STAFF)
class MembersQueries:
    members: Connection[Member] = batched(
        members,
        "All who ever joined a program, also those who left: those for whom the filter holds, in the order asked for; "
        "without one the last joined first.",
        key=None,
        total=number_of_members,
        arguments={
            "filter": "Only these; without it all.",
            "order_by": "By what they are ordered; a cursor is good for the order that it came with.",
        },
    )
