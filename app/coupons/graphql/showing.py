"""How a member has the code of a partner's coupon shown."""

from typing import Annotated
from uuid import UUID

import strawberry

from app.coupons import commands
from app.coupons.asked import own_coupon
from app.coupons.queries.shown_coupons import coupons_by_id
from app.coupons.rules import outcomes
from app.graph import OWNER_AND_STAFF, Info, Mutation, batched, column, extends, mutation, shows
from app.members.graphql import Member, NotAMember
from app.members.locking import lock_membership, locked_member, owner_of_membership
from app.members.queries import members_by_id

from .claiming import COUPON, KEY, MEMBERS, PROGRAM, REPLAYED
from .coupon import Coupon
from .ordering import CouponStepNotPossible


@strawberry.input(description="Have the partner's code of a coupon shown.")
class ShowCouponCodeInput:
    idempotency_key: UUID = strawberry.field(description=KEY)
    coupon: strawberry.ID = strawberry.field(description="The coupon's global id.")
    program: str | None = strawberry.field(default=None, description=PROGRAM)


@shows(outcomes.CouponCodeShown, description="The member may see the code.", seen_by=OWNER_AND_STAFF)
class ShowCouponCodeSuccess:
    coupon: Coupon = batched(coupons_by_id, "The coupon, with the code.", key=COUPON)
    member: Member = batched(members_by_id, "Whose it is.", key="member_id")
    replayed: bool = column(REPLAYED)


ShowCouponCodeResult = Annotated[
    ShowCouponCodeSuccess | NotAMember | CouponStepNotPossible,
    strawberry.union("ShowCouponCodeResult", description="What came of having a partner's code shown."),
]


@extends(Mutation)
class CouponCodeMutations:
    @mutation(
        description=(
            "Have the partner's code of your coupon shown: from then on `Coupon.partnerCode` has it, and it is nobody "
            "else's any more, whatever becomes of the coupon. Once it is shown, asking again shows it again."
        ),
        seen_by=MEMBERS,
        keyed_to=owner_of_membership,
        locked=lock_membership,
    )
    @staticmethod
    async def show_coupon_code(info: Info, input: ShowCouponCodeInput) -> ShowCouponCodeResult | None:
        context = info.context
        member = locked_member(context, input.program)
        return await commands.show_coupon_code(  # pyright: ignore[reportReturnType]
            context.tx, member_id=member.id, coupon_id=own_coupon(input.coupon, member.id), now=context.now
        )
