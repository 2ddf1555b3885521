"""What kinds of things there are about all that is offered and bought."""

import strawberry

from app.graph import describe_values
from app.offers.rules.lines import LineKind
from app.points.section import Period

__all__ = ["LineKind", "Period"]

strawberry.enum(
    Period,
    name="LimitPeriod",
    description="In which time something can be done so many times: by the program's local days.",
)
describe_values(
    Period,
    {
        "DAY": "A day.",
        "WEEK": "A week, from Monday.",
        "MONTH": "A calendar month.",
        "YEAR": "A calendar year.",
        "LIFETIME": "All time: it never begins anew.",
    },
)
strawberry.enum(LineKind, name="OrderLineKind", description="What a line of an order is for.")
describe_values(
    LineKind,
    {
        "GOODS": "Goods or services: what earns.",
        "SHIPPING": "Shipping: earns nothing.",
        "GIFT_CARD": "A gift card: earns nothing when it is bought.",
    },
)
