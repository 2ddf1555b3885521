"""What is asked of imports: which file, how, and part by part."""

import strawberry

from app.errors import BadInput
from app.facts.importing.reading import Mapped, MappedMembers


@strawberry.input(description="Which column of a file of orders is what, by the names in its first line.")
class OrderColumnsInput:
    customer: str = strawberry.field(default=Mapped.customer, description="The customer: `sub` of their tokens.")
    date: str = strawberry.field(default=Mapped.date, description="Day or instant at which it was paid and completed.")
    amount: str = strawberry.field(default=Mapped.amount, description="What was paid, in the program's currency.")
    quantity: str | None = strawberry.field(default=None, description="Number of things; null: one.")
    order: str | None = strawberry.field(default=None, description="The order's id; null: there is none.")


@strawberry.input(description="Which column of a file of members is what, by the names in its first line.")
class MemberColumnsInput:
    customer: str = strawberry.field(default=MappedMembers.customer, description="The customer: `sub` of their tokens.")
    tier: str | None = strawberry.field(default=MappedMembers.tier, description="Code of the tier held; null: none.")
    joined: str = strawberry.field(default=MappedMembers.joined, description="Day or instant since which they are.")
    growth: str | None = strawberry.field(default=None, description="Growth that is known; null: none.")


@strawberry.input(description="What is to be imported, and how. Say either `orders` or `members`.")
class CreateImportInput:
    program: str | None = strawberry.field(
        default=None, description="Code of the program; without it the token's own, else the shop's default."
    )
    source: str = strawberry.field(default="history", description="The system that the orders are from.")
    orders: OrderColumnsInput | None = strawberry.field(default=None, description="The columns of a file of orders.")
    members: MemberColumnsInput | None = strawberry.field(
        default=None, description="The columns of a file of members. Import members before their orders."
    )
    dry_run: bool = strawberry.field(
        default=False,
        description="Change nothing, only tell what would change. Each customer is locked while their lines are gone "
        "through: what is reported of one with very many orders meanwhile may have to be reported again.",
    )
    points: bool = strawberry.field(default=False, description="Credit points for orders as well: much slower.")
    gifts: bool = strawberry.field(default=False, description="Give what tiers give for being reached, once.")
    shift_dates: bool = strawberry.field(
        default=False, description="Move all orders by whole days, so that the last is of today."
    )


@strawberry.input(description="A part of an import's file.")
class AddImportPartInput:
    id: strawberry.ID = strawberry.field(description="Of which import: its global id.")
    number: int = strawberry.field(description="The how-manieth part, from 1. The last one may be sent again.")
    text: str = strawberry.field(
        description="Whole lines of CSV, in UTF-8. The first line of the first part names the columns."
    )


@strawberry.input(description="The import to start.")
class StartImportInput:
    id: strawberry.ID = strawberry.field(description="Its global id.")


def columns_of(input: CreateImportInput) -> Mapped | MappedMembers:
    """Which column is what, and so what the file says. May raise BadInput: both are said, or neither."""
    if input.orders is not None and input.members is None:
        return Mapped(**vars(input.orders))
    if input.members is not None and input.orders is None:
        return MappedMembers(**vars(input.members))
    raise BadInput("Say either 'orders' or 'members'.")
