"""How members redeem rewards, cancel, and have the code of a voucher shown."""

from typing import Annotated
from uuid import UUID

import strawberry

from app.coupons.graphql.refusals import (
    CouponBudgetUsed,
    CouponLimitReached,
    CouponNotClaimable,
    CouponOfferClosed,
    CouponsOutOfStock,
)
from app.errors import BadInput
from app.graph import OWNER_AND_STAFF, Info, Mutation, Role, batched, column, extends, mutation, shows
from app.members.graphql import Member, NotAMember
from app.members.locking import lock_membership, locked_member, owner_of_membership
from app.members.queries import members_by_id
from app.members.rules import channel_named
from app.offers.graphql import NotYetOpen, TierTooLow
from app.points.graphql.refusals import NotEnoughPoints
from app.programs.rules import Programs
from app.rewards import commands
from app.rewards.asked import redemption_named, refused_ahead, reward_named
from app.rewards.queries.redemptions import redemptions_by_id
from app.rewards.rules import outcomes
from app.rewards.rules.refusals import NO_REDEMPTION

from .redemption import Redemption
from .refusals import OutOfStock, RedemptionLimitReached, RedemptionStepNotPossible, RewardClosed, RewardPriceRaised

MEMBERS = frozenset((Role.MEMBER,))
KEY = "Made new for each wish, kept for its retries: then it happens once."
PROGRAM = "Code of the program; without it the token's own, else the shop's default."
REDEMPTION = ("member_id", "redemption_id")
REPLAYED = "True if this key had done it before, and nothing was done now."


@strawberry.input(description="Redeem a reward for points.")
class RedeemRewardInput:
    idempotency_key: UUID = strawberry.field(description=KEY)
    reward: strawberry.ID = strawberry.field(description="The reward's global id.")
    points: int | None = strawberry.field(
        default=None,
        description="What it costs as the person was shown it (`forMe.price`): if it costs more by now, nothing is "
        "redeemed. Without it they pay whatever it costs; less, if it costs less.",
    )
    channel: str | None = strawberry.field(
        default=None, description="Where it is redeemed: app, store, and so on; 1 to 32 of a-z, 0-9, '-' and '_'."
    )
    program: str | None = strawberry.field(default=None, description=PROGRAM)


@strawberry.input(description="Cancel what was redeemed, before it is fulfilled.")
class CancelRedemptionInput:
    idempotency_key: UUID = strawberry.field(description=KEY)
    redemption: strawberry.ID = strawberry.field(description="The redemption's global id.")
    program: str | None = strawberry.field(default=None, description=PROGRAM)


@strawberry.input(description="Have the code of a voucher shown.")
class ShowVoucherCodeInput:
    idempotency_key: UUID = strawberry.field(description=KEY)
    redemption: strawberry.ID = strawberry.field(description="The redemption's global id.")
    program: str | None = strawberry.field(default=None, description=PROGRAM)


@shows(outcomes.Redeemed, description="The reward was redeemed, and paid for.", seen_by=OWNER_AND_STAFF)
class RedeemRewardSuccess:
    redemption: Redemption = batched(redemptions_by_id, "The redemption.", key=REDEMPTION)
    member: Member = batched(members_by_id, "Who redeemed it.", key="member_id")
    replayed: bool = column(REPLAYED)


@shows(outcomes.RedemptionCanceled, description="The points went back.", seen_by=OWNER_AND_STAFF)
class CancelRedemptionSuccess:
    redemption: Redemption = batched(redemptions_by_id, "The redemption.", key=REDEMPTION)
    member: Member = batched(members_by_id, "Whose it was.", key="member_id")
    replayed: bool = column(REPLAYED)


@shows(outcomes.VoucherCodeShown, description="The member may see the code.", seen_by=OWNER_AND_STAFF)
class ShowVoucherCodeSuccess:
    redemption: Redemption = batched(redemptions_by_id, "The redemption, with the code.", key=REDEMPTION)
    member: Member = batched(members_by_id, "Whose it is.", key="member_id")
    replayed: bool = column(REPLAYED)


RedeemRewardResult = Annotated[
    RedeemRewardSuccess
    | NotAMember
    | NotYetOpen
    | RewardClosed
    | OutOfStock
    | RewardPriceRaised
    | TierTooLow
    | RedemptionLimitReached
    | NotEnoughPoints
    | CouponNotClaimable
    | CouponOfferClosed
    | CouponsOutOfStock
    | CouponBudgetUsed
    | CouponLimitReached,
    strawberry.union("RedeemRewardResult", description="What came of redeeming a reward."),
]
CancelRedemptionResult = Annotated[
    CancelRedemptionSuccess | NotAMember | RedemptionStepNotPossible,
    strawberry.union("CancelRedemptionResult", description="What came of cancelling a redemption."),
]
ShowVoucherCodeResult = Annotated[
    ShowVoucherCodeSuccess | NotAMember | RedemptionStepNotPossible,
    strawberry.union("ShowVoucherCodeResult", description="What came of having a voucher's code shown."),
]


def own_redemption(asked: str, member_id: UUID) -> UUID:
    """May raise BadInput: it is not the member's, which is told as of one that there is not (R43)."""
    owner, redemption_id = redemption_named(asked)
    if owner != member_id:
        raise BadInput(NO_REDEMPTION)
    return redemption_id


@extends(Mutation)
class RedemptionMutations:
    @mutation(
        description=(
            "Redeem a reward: points, stock and what is bought move together or not at all. What is sold out, or not "
            "open, is answered at once. A coupon is issued at once, as its template has it."
        ),
        seen_by=MEMBERS,
        keyed_to=owner_of_membership,
        locked=lock_membership,
        ahead=refused_ahead,
    )
    @staticmethod
    async def redeem_reward(info: Info, input: RedeemRewardInput) -> RedeemRewardResult | None:
        context = info.context
        return await commands.redeem(  # pyright: ignore[reportReturnType]
            context.tx,
            member=locked_member(context, input.program),
            reward_id=reward_named(input.reward),
            shown=input.points,
            channel=channel_named(input.channel),
            programs=context.get(Programs),
            now=context.now,
        )

    @mutation(
        description=(
            "Cancel what you redeemed, as long as it is not fulfilled and no code was shown, or a coupon is not used: "
            "that is taken back, and the points return to where they were taken from, with the time that those points "
            "have."
        ),
        seen_by=MEMBERS,
        keyed_to=owner_of_membership,
        locked=lock_membership,
    )
    @staticmethod
    async def cancel_redemption(info: Info, input: CancelRedemptionInput) -> CancelRedemptionResult | None:
        context = info.context
        member = locked_member(context, input.program)
        return await commands.cancel_redemption(  # pyright: ignore[reportReturnType]
            context.tx,
            member=member,
            redemption_id=own_redemption(input.redemption, member.id),
            programs=context.get(Programs),
            now=context.now,
        )

    @mutation(
        description=(
            "Have the code of a voucher that you redeemed shown: from then on `Redemption.voucherCode` has it, and "
            "only the shop can take the redemption back. Once it is shown, asking again shows it again."
        ),
        seen_by=MEMBERS,
        keyed_to=owner_of_membership,
        locked=lock_membership,
    )
    @staticmethod
    async def show_voucher_code(info: Info, input: ShowVoucherCodeInput) -> ShowVoucherCodeResult | None:
        context = info.context
        member = locked_member(context, input.program)
        return await commands.show_voucher_code(  # pyright: ignore[reportReturnType]
            context.tx,
            member_id=member.id,
            redemption_id=own_redemption(input.redemption, member.id),
            now=context.now,
        )
