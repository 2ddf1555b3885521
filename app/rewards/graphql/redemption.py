"""What a client sees of redemptions and their history."""

from datetime import datetime

import strawberry

from app.coupons.graphql import Coupon
from app.coupons.queries.shown_coupons import coupons_by_id
from app.graph import (
    OWNER_AND_STAFF,
    STAFF,
    Connection,
    Node,
    WithNulls,
    batched,
    column,
    computed,
    describe_values,
    extends,
    node,
    shows,
)
from app.members.graphql import Member
from app.members.queries import members_by_id
from app.points.graphql import PointsEntry
from app.programs.graphql import Money
from app.rewards.models import RedemptionRow
from app.rewards.queries import redemptions
from app.rewards.queries.catalogue import rewards_by_id
from app.rewards.queries.codes import OF_REDEMPTION, codes_of_redemptions
from app.rewards.queries.coupons import which_are_cancelable
from app.rewards.rules import history, shown
from app.rewards.rules.kinds import ActorKind, RedemptionState
from app.tiers.graphql import Tier

from .reward import Reward

strawberry.enum(RedemptionState, description="What became of a redemption.")
describe_values(
    RedemptionState,
    {
        "PENDING": "It was paid for, and waits for staff to confirm it.",
        "CONFIRMED": "It waits to be fulfilled.",
        "FULFILLED": "The goods were sent, the red packet was paid out, the voucher's code was shown, the coupon "
        "was issued.",
        "CANCELED": "The member cancelled it before it was fulfilled, or before its coupon was used: the points went "
        "back.",
        "REFUNDED": "Staff took it back: the points went back.",
    },
)
strawberry.enum(ActorKind, name="RedemptionActor", description="Who took a step.")
describe_values(
    ActorKind,
    {
        "MEMBER": "The member.",
        "STAFF": "A person of staff.",
        "PROGRAM": "Nobody had to: the reward needs no confirming, and a coupon is issued at once.",
    },
)


@shows(history.RedemptionStep, description="A step in the life of a redemption.", seen_by=OWNER_AND_STAFF)
class RedemptionChange:
    from_state: RedemptionState | None = column("What it was before; null: it was redeemed.")
    to_state: RedemptionState = column("What it was from then on.")
    actor: ActorKind = column("Who took the step.")
    reason: str | None = column("Why, in the words of staff; null if they gave none.", seen_by=STAFF)
    reference: str | None = column("Under which reference it was sent or paid out.")
    changed_at: datetime = column("When.")


@node(
    RedemptionRow,
    prefix="redemption",
    by_key=redemptions.redemptions_by_id,
    description="A reward that a member got for points.",
    seen_by=OWNER_AND_STAFF,
)
class Redemption(Node):
    reward: Reward = batched(rewards_by_id, "What was redeemed.", key="reward_id")
    state: RedemptionState = column("What has become of it.")
    is_cancelable: bool = batched(
        which_are_cancelable,
        "Whether the member can cancel it: it is not fulfilled yet; of a coupon, that is not used, nor in an order, "
        "nor was the partner's code of it shown.",
        key=WithNulls(("member_id", "state", "coupon_id")),
    )
    points: int = column("How many points were paid.")
    tier: Tier = computed(shown.tier_of_redemption, "The tier that the member held then.")
    amount: Money | None = computed(
        shown.amount_of_redemption, "What is in the red packet, as it was then; null for other kinds."
    )
    voucher_code: str | None = batched(
        codes_of_redemptions,
        "The voucher's code: for the member once `showVoucherCode` was asked for, for staff its end alone. Null for "
        "other kinds, before that, and after it was given back.",
        key=WithNulls(OF_REDEMPTION),
    )
    coupon: Coupon | None = batched(
        coupons_by_id, "The coupon that was issued; null for other kinds.", key=("member_id", "coupon_id")
    )
    code_shown_at: datetime | None = column("When the voucher's code was shown; null if it was not.")
    reference: str | None = column("Under which reference it was sent or paid out; null if it was not yet.")
    channel: str | None = column("Where it was redeemed: app, store, and so on.")
    redeemed_at: datetime = column("When it was redeemed.")
    ended_at: datetime | None = column(
        "When it was fulfilled, cancelled or refunded, the last of these; null before that."
    )
    history: list[RedemptionChange] = batched(
        redemptions.history_of_redemptions, "All its steps, in their order.", key=WithNulls(history.Begun._fields)
    )
    member: Member = batched(members_by_id, "Whose it is.", key="member_id")


@extends(Member, seen_by=OWNER_AND_STAFF)
class MemberRedemptions:
    redemptions: Connection[Redemption] = batched(
        redemptions.redemptions_of_members,
        "What was redeemed, the last redeemed first.",
        key="id",
        total=redemptions.numbers_of_redemptions,
        arguments={"states": "Only those of which this has become."},
    )


@extends(PointsEntry, seen_by=OWNER_AND_STAFF)
class PointsEntryRedemption:
    redemption: Redemption | None = batched(
        redemptions.redemptions_of_entries,
        "The redemption that the points paid for, or came back from.",
        key=("member_id", "cause", "cause_id"),
    )
