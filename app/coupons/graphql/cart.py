"""What a coupon is to be used for, as a client says it."""

from decimal import Decimal

import strawberry

from app.offers.graphql import LineKind


@strawberry.input(description="One line of a cart.")
class CartLineInput:
    quantity: int = strawberry.field(description="How many: more than 0.")
    amount: Decimal = strawberry.field(
        description="Price of all of them, after what is taken off single things already: 0 or more, no more decimals "
        "than the currency has."
    )
    sku: str | None = strawberry.field(default=None, description="What it is, as the shop calls it.")
    category: str | None = strawberry.field(default=None, description="The category it is in.")
    kind: LineKind = strawberry.field(default=LineKind.GOODS, description="What it is for.")


@strawberry.input(description="What is to be bought, with its prices.")
class CartInput:
    currency: str = strawberry.field(description="Currency of the amounts (ISO 4217): the program's.")
    lines: list[CartLineInput] = strawberry.field(
        description="What is in it: at most 200 lines; for a partner's coupon there may be none."
    )
