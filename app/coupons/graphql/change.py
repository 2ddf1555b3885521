"""What a client sees of a step in the life of a coupon."""

from collections.abc import Sequence
from datetime import datetime

import strawberry

from app.coupons.rules import coupon_shown as shown
from app.coupons.rules.kinds import CouponActor, CouponState, CouponStep
from app.coupons.rules.reckoning import OF_A_SHOWN_LINE, Reckoning
from app.graph import OWNER_AND_STAFF, STAFF, Context, Role, column, computed, describe_values, shows
from app.programs import money
from app.programs.graphql import Money

SEEN_BY = OWNER_AND_STAFF | {Role.SERVICE}
"""Systems that sell see what they reserve."""

strawberry.enum(CouponState, description="What became of a coupon.")
describe_values(
    CouponState,
    {
        "ISSUED": "It can be used while it is valid.",
        "RESERVED": "It is set aside for an order.",
        "REDEEMED": "It was used for an order.",
        "EXPIRED": "Its time passed before it was used.",
        "REVOKED": "The shop took it back: before it was used, or when its order was cancelled.",
    },
)
strawberry.enum(CouponStep, description="What can become of a coupon.")
describe_values(
    CouponStep,
    {
        "SHOW_CODE": "The member had the partner's code shown.",
        "RESERVE": "It was set aside for an order.",
        "REDEEM": "It was used for the order.",
        "RELEASE": "The order did not come about.",
        "TIME_OUT": "The reservation ended by itself.",
        "RETURN": "The order was cancelled, and the coupon given back: it is not, if what it was for was undone.",
        "EXPIRE": "Its time passed.",
        "REVOKE": "It was taken back.",
    },
)
strawberry.enum(CouponActor, description="Who takes a step.")
describe_values(
    CouponActor,
    {
        "SYSTEM": "A system that sells.",
        "MEMBER": "The member.",
        "STAFF": "A person of staff.",
        "PROGRAM": "Nobody: time passed, or what it was given for was undone.",
    },
)


def lines_of_step(step: shown.ShownStep, *, context: Context) -> Sequence[money.Money]:
    """May raise TooExpensive: a coupon may have been reserved and released many times, each with all lines."""
    context.own(Reckoning).spend(OF_A_SHOWN_LINE * len(step.lines))
    return step.lines


@shows(shown.ShownStep, description="A step in the life of a coupon, after it was issued.", seen_by=SEEN_BY)
class CouponChange:
    step: CouponStep = column("What became of it.")
    from_state: CouponState = column("What it was before.")
    to_state: CouponState = column("What it was from then on.")
    actor: CouponActor = column("Who took the step.")
    source: str | None = column("The system of the order that it was about; null: of none.")
    order: str | None = column("The order's id there.")
    until: datetime | None = column("Of a reservation: until when, exclusive.")
    discount: Money | None = column("Of a reservation: what is taken off the order.")
    lines: list[Money] = computed(
        lines_of_step,
        "Of a reservation: what is taken off each line, in the order of the lines; they add up to the discount. An "
        "operation is refused that asks it of very many.",
    )
    reason: str | None = column("Why, in the words of staff; null if they gave none.", seen_by=STAFF)
    changed_at: datetime = column("When.")
