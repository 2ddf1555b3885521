"""How systems that sell reserve coupons, redeem them, release them, and give them back."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from app.coupons import commands
from app.coupons.asked import cart_sent, coupon_named, member_of_coupon, source_of_coupons
from app.coupons.queries.changes import coupon_steps_by_id
from app.coupons.queries.shown_coupons import coupons_by_id
from app.coupons.rules import outcomes, refusals, why_not
from app.coupons.rules.discounts import WhyNothing
from app.coupons.rules.kinds import CouponState
from app.coupons.rules.life import order_named
from app.coupons.rules.refusals import WhyNoStep
from app.graph import (
    SIGNED_IN,
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
    shows,
)
from app.members.graphql import Member
from app.members.queries import members_by_id
from app.programs.graphql import Money
from app.programs.rules import Programs

from .cart import CartInput
from .coupon import Coupon, CouponChange

SERVICES = frozenset((Role.SERVICE,))
KEY = "Made new for each wish, kept for its retries: then it happens once."
THE_COUPON = "The coupon's global id."
ORDER = "The order's id in the system that asks: 1 to 200 characters. The member may see it."
SOURCE = (
    "The system that asks, one of the token's; not needed if the token has one. Orders of several are not the same."
)
COUPON = ("member_id", "coupon_id")
WORDS = "Why, for people, in the language asked for."
REPLAYED = "True if this key had done it before, and nothing was done now."


@strawberry.input(description="Set a coupon aside for an order.")
class ReserveCouponInput:
    idempotency_key: UUID = strawberry.field(description=KEY)
    coupon: strawberry.ID = strawberry.field(description=THE_COUPON)
    order: str = strawberry.field(description=ORDER)
    cart: CartInput = strawberry.field(description="What is ordered, with its prices.")
    until: datetime | None = strawberry.field(
        default=None,
        description="Until when it is reserved; without it for as long as the program says, and never for longer than "
        "it says: 30 minutes and 7 days, unless it says otherwise.",
    )
    source: str | None = strawberry.field(default=None, description=SOURCE)


@strawberry.input(description="Use a coupon for the order that it is reserved for.")
class RedeemCouponInput:
    idempotency_key: UUID = strawberry.field(description=KEY)
    coupon: strawberry.ID = strawberry.field(description=THE_COUPON)
    order: str = strawberry.field(description=ORDER)
    source: str | None = strawberry.field(default=None, description=SOURCE)


@strawberry.input(description="Give a coupon free whose order does not come about.")
class ReleaseCouponInput:
    idempotency_key: UUID = strawberry.field(description=KEY)
    coupon: strawberry.ID = strawberry.field(description=THE_COUPON)
    order: str = strawberry.field(description=ORDER)
    source: str | None = strawberry.field(default=None, description=SOURCE)


@strawberry.input(description="Give a coupon back whose order was cancelled.")
class ReturnCouponInput:
    idempotency_key: UUID = strawberry.field(description=KEY)
    coupon: strawberry.ID = strawberry.field(description=THE_COUPON)
    order: str = strawberry.field(description=ORDER)
    source: str | None = strawberry.field(default=None, description=SOURCE)


@shows(outcomes.CouponReserved, description="The coupon is set aside.", seen_by=SIGNED_IN)
class ReserveCouponSuccess:
    coupon: Coupon = batched(coupons_by_id, "The coupon.", key=COUPON)
    reservation: CouponChange = batched(
        coupon_steps_by_id,
        "The step, with what is taken off the order and each of its lines.",
        key=("member_id", "change_id", "currency"),
    )
    member: Member = batched(members_by_id, "Whose it is.", key="member_id")
    replayed: bool = column(REPLAYED)


@shows(outcomes.CouponRedeemed, description="The coupon was used.", seen_by=SIGNED_IN)
class RedeemCouponSuccess:
    coupon: Coupon = batched(coupons_by_id, "The coupon.", key=COUPON)
    member: Member = batched(members_by_id, "Whose it was.", key="member_id")
    replayed: bool = column(REPLAYED)


@shows(
    outcomes.CouponReleased, description="The member has the coupon again, if it has not expired.", seen_by=SIGNED_IN
)
class ReleaseCouponSuccess:
    coupon: Coupon = batched(coupons_by_id, "The coupon.", key=COUPON)
    member: Member = batched(members_by_id, "Whose it is.", key="member_id")
    replayed: bool = column(REPLAYED)


@shows(
    outcomes.CouponReturned,
    description=(
        "The member has the coupon again, if it has not expired, and what it was given for was not undone: then it is "
        "taken back."
    ),
    seen_by=SIGNED_IN,
)
class ReturnCouponSuccess:
    coupon: Coupon = batched(coupons_by_id, "The coupon.", key=COUPON)
    member: Member = batched(members_by_id, "Whose it is.", key="member_id")
    replayed: bool = column(REPLAYED)


@shows(
    refusals.CouponStepNotPossible,
    description="What was asked for cannot become of the coupon any more, or not yet.",
    seen_by=SIGNED_IN,
)
class CouponStepNotPossible(Refusal):
    code: RefusalCode = refused_as(RefusalCode.COUPON_STEP_NOT_POSSIBLE)
    message: str = computed(why_not.step_in_words, WORDS)
    why: WhyNoStep = column("Why, as a code for use in software.")
    state: CouponState = column("What the coupon was then.")
    coupon: Coupon = batched(coupons_by_id, "The coupon.", key=COUPON)


@shows(refusals.CouponNotUsable, description="The coupon takes nothing off what is ordered.", seen_by=SIGNED_IN)
class CouponNotUsable(Refusal):
    code: RefusalCode = refused_as(RefusalCode.COUPON_NOT_USABLE)
    message: str = computed(why_not.misfit_in_words, WORDS)
    misfit: WhyNothing = column("Why, as a code for use in software.")
    missing: Money | None = computed(why_not.missing_of, "How much is missing to its threshold, if that is why.")
    coupon: Coupon = batched(coupons_by_id, "The coupon.", key=COUPON)


ReserveCouponResult = Annotated[
    ReserveCouponSuccess | CouponStepNotPossible | CouponNotUsable,
    strawberry.union("ReserveCouponResult", description="What came of reserving a coupon."),
]
RedeemCouponResult = Annotated[
    RedeemCouponSuccess | CouponStepNotPossible,
    strawberry.union("RedeemCouponResult", description="What came of redeeming a coupon."),
]
ReleaseCouponResult = Annotated[
    ReleaseCouponSuccess | CouponStepNotPossible,
    strawberry.union("ReleaseCouponResult", description="What came of releasing a coupon."),
]
ReturnCouponResult = Annotated[
    ReturnCouponSuccess | CouponStepNotPossible,
    strawberry.union("ReturnCouponResult", description="What came of giving a coupon back."),
]


@extends(Mutation)
class CouponOrderMutations:
    @mutation(
        description=(
            "Set a coupon aside for an order, and tell what it takes off: off goods only, and never more than they "
            "cost, or the order's other coupons leave. Of a stacking group one is for an order, of three groups at "
            "most. It is used by `redeemCoupon`, and free again by `releaseCoupon` or when the reservation ends."
        ),
        seen_by=SERVICES,
        keyed_to=member_of_coupon,
    )
    @staticmethod
    async def reserve_coupon(info: Info, input: ReserveCouponInput) -> ReserveCouponResult | None:
        context = info.context
        return await commands.reserve_coupon(  # pyright: ignore[reportReturnType]
            context.tx,
            coupon=coupon_named(input.coupon),
            order=order_named(source_of_coupons(context.viewer, input.source), input.order),
            cart=cart_sent(input.cart),
            until=input.until,
            allowed=context.viewer.programs,
            programs=context.get(Programs),
            now=context.now,
        )

    @mutation(
        description=(
            "Use a coupon for the order that it is reserved for: good until the reservation ends, even if the coupon's "
            "own time has passed."
        ),
        seen_by=SERVICES,
        keyed_to=member_of_coupon,
    )
    @staticmethod
    async def redeem_coupon(info: Info, input: RedeemCouponInput) -> RedeemCouponResult | None:
        context = info.context
        return await commands.redeem_coupon(  # pyright: ignore[reportReturnType]
            context.tx,
            coupon=coupon_named(input.coupon),
            order=order_named(source_of_coupons(context.viewer, input.source), input.order),
            allowed=context.viewer.programs,
            now=context.now,
        )

    @mutation(
        description="Give a coupon free whose order does not come about: the member can use it again.",
        seen_by=SERVICES,
        keyed_to=member_of_coupon,
    )
    @staticmethod
    async def release_coupon(info: Info, input: ReleaseCouponInput) -> ReleaseCouponResult | None:
        context = info.context
        return await commands.release_coupon(  # pyright: ignore[reportReturnType]
            context.tx,
            coupon=coupon_named(input.coupon),
            order=order_named(source_of_coupons(context.viewer, input.source), input.order),
            allowed=context.viewer.programs,
            now=context.now,
        )

    @mutation(
        description=(
            "Give a coupon back whose order was cancelled: the member can use it again, unless its time has passed, or "
            "what it was given for was undone since it was used: then it is REVOKED."
        ),
        seen_by=SERVICES,
        keyed_to=member_of_coupon,
    )
    @staticmethod
    async def return_coupon(info: Info, input: ReturnCouponInput) -> ReturnCouponResult | None:
        context = info.context
        return await commands.return_coupon(  # pyright: ignore[reportReturnType]
            context.tx,
            coupon=coupon_named(input.coupon),
            order=order_named(source_of_coupons(context.viewer, input.source), input.order),
            allowed=context.viewer.programs,
            now=context.now,
        )
