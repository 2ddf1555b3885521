"""How members come by coupons: they claim them, or redeem codes."""

from typing import Annotated
from uuid import UUID

import strawberry

from app.coupons import commands
from app.coupons.asked import refused_ahead
from app.coupons.queries.shown_coupons import coupons_by_id
from app.coupons.rules import outcomes
from app.graph import OWNER_AND_STAFF, Info, Mutation, Role, batched, column, extends, mutation, shows
from app.members.graphql import Member, NotAMember
from app.members.locking import lock_membership, locked_member, owner_of_membership
from app.members.queries import members_by_id
from app.offers.graphql import NotYetOpen, TierTooLow
from app.programs.rules import Programs

from .coupon import Coupon
from .refusals import (
    CouponBudgetUsed,
    CouponCampaignNotOn,
    CouponCodeNotValid,
    CouponLimitReached,
    CouponNotClaimable,
    CouponOfferClosed,
    CouponsOutOfStock,
)
from .trying import code_counted

MEMBERS = frozenset((Role.MEMBER,))
KEY = "Made new for each wish, kept for its retries: then it happens once."
PROGRAM = "Code of the program; without it the token's own, else the shop's default."
COUPON = ("member_id", "coupon_id")
REPLAYED = "True if this key had done it before, and nothing was done now."


@strawberry.input(description="Claim a coupon.")
class ClaimCouponInput:
    idempotency_key: UUID = strawberry.field(description=KEY)
    template: str = strawberry.field(description="Code of the coupon template.")
    program: str | None = strawberry.field(default=None, description=PROGRAM)


@strawberry.input(description="Redeem a code that brings a coupon.")
class RedeemCouponCodeInput:
    idempotency_key: UUID = strawberry.field(description=KEY)
    code: str = strawberry.field(description="The code: small or large letters, with spaces and dashes or without.")
    program: str | None = strawberry.field(default=None, description=PROGRAM)


@shows(outcomes.CouponClaimed, description="The member has the coupon.", seen_by=OWNER_AND_STAFF)
class ClaimCouponSuccess:
    coupon: Coupon = batched(coupons_by_id, "The coupon.", key=COUPON)
    member: Member = batched(members_by_id, "Whose it is.", key="member_id")
    replayed: bool = column(REPLAYED)


@shows(outcomes.CouponCodeRedeemed, description="The code brought the coupon.", seen_by=OWNER_AND_STAFF)
class RedeemCouponCodeSuccess:
    coupon: Coupon = batched(coupons_by_id, "The coupon.", key=COUPON)
    member: Member = batched(members_by_id, "Whose it is.", key="member_id")
    replayed: bool = column(REPLAYED)


ClaimCouponResult = Annotated[
    ClaimCouponSuccess
    | NotAMember
    | CouponNotClaimable
    | NotYetOpen
    | CouponOfferClosed
    | CouponsOutOfStock
    | CouponBudgetUsed
    | CouponCampaignNotOn
    | TierTooLow
    | CouponLimitReached,
    strawberry.union("ClaimCouponResult", description="What came of claiming a coupon."),
]
RedeemCouponCodeResult = Annotated[
    RedeemCouponCodeSuccess
    | NotAMember
    | CouponCodeNotValid
    | TierTooLow
    | CouponLimitReached
    | CouponsOutOfStock
    | CouponBudgetUsed,
    strawberry.union("RedeemCouponCodeResult", description="What came of redeeming a code."),
]


@extends(Mutation)
class ClaimingMutations:
    @mutation(
        description=(
            "Claim a coupon of a template that can be claimed: `claimableCoupons` says which, and why not. What is "
            "given out, or not open, is answered at once."
        ),
        seen_by=MEMBERS,
        keyed_to=owner_of_membership,
        locked=lock_membership,
        ahead=refused_ahead,
    )
    @staticmethod
    async def claim_coupon(info: Info, input: ClaimCouponInput) -> ClaimCouponResult | None:
        context = info.context
        return await commands.claim_coupon(  # pyright: ignore[reportReturnType]
            context.tx,
            member=locked_member(context, input.program),
            template=input.template,
            programs=context.get(Programs),
            now=context.now,
        )

    @mutation(
        description=(
            "Redeem a code: it brings a coupon once, to whoever has the code. Attempts are counted, and nobody learns "
            "more of a code that brings nothing."
        ),
        seen_by=MEMBERS,
        keyed_to=owner_of_membership,
        locked=lock_membership,
        ahead=code_counted,
    )
    @staticmethod
    async def redeem_coupon_code(info: Info, input: RedeemCouponCodeInput) -> RedeemCouponCodeResult | None:
        context = info.context
        return await commands.redeem_coupon_code(  # pyright: ignore[reportReturnType]
            context.tx,
            member=locked_member(context, input.program),
            code=input.code,
            programs=context.get(Programs),
            now=context.now,
        )
