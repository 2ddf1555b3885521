"""Why a reward is not redeemed, and why nothing becomes of a redemption."""

from datetime import datetime

import strawberry

from app.graph import (
    EVERYONE,
    SIGNED_IN,
    Refusal,
    RefusalCode,
    batched,
    column,
    computed,
    describe_values,
    refused_as,
    said,
    shows,
)
from app.offers.graphql import Period
from app.rewards.queries.catalogue import rewards_by_id
from app.rewards.queries.redemptions import redemptions_by_id
from app.rewards.rules import refusals, shown
from app.rewards.rules.kinds import RedemptionState

from .redemption import Redemption
from .reward import Reward

WORDS = "Why, for people, in the language asked for."

strawberry.enum(
    refusals.WhyNot, name="RedemptionObstacle", description="Why a redemption cannot take a step from where it is."
)
describe_values(
    refusals.WhyNot,
    {
        "NOT_CONFIRMED": "Staff have not confirmed it yet.",
        "CONFIRMED_ALREADY": "It has been confirmed already.",
        "FULFILLED_ALREADY": "It has been fulfilled: only staff may take it back.",
        "CODE_SHOWN": "The voucher's code was shown: only staff may take it back.",
        "GIVEN_BACK": "It was cancelled or refunded.",
        "FULFILLED_BY_CODE": "A voucher is fulfilled when its member has the code shown, not by staff.",
        "NO_CODE": "The reward is no voucher: there is no code.",
        "COUPON_RESERVED": "Its coupon is set aside for an order.",
        "COUPON_USED": "Its coupon was used for an order.",
        "COUPON_EXPIRED": "Its coupon has expired.",
        "COUPON_REVOKED": "Staff took its coupon back: only they take the redemption back, too.",
    },
)


@shows(refusals.RewardClosed, description="The reward cannot be redeemed any more.", seen_by=EVERYONE)
class RewardClosed(Refusal):
    code: RefusalCode = refused_as(RefusalCode.REWARD_CLOSED)
    message: str = said(en="It cannot be redeemed any more.", zh="兑换已结束。")
    closed_at: datetime = column("Until when it could be redeemed, exclusive.")


@shows(refusals.OutOfStock, description="Nothing is left of the reward.", seen_by=EVERYONE)
class OutOfStock(Refusal):
    code: RefusalCode = refused_as(RefusalCode.OUT_OF_STOCK)
    message: str = said(en="Nothing is left of it.", zh="已兑完。")
    reward: Reward = batched(rewards_by_id, "The reward.", key="reward_id")


@shows(
    refusals.RedemptionLimitReached,
    description="The member has redeemed the reward as often as a member may in a period.",
    seen_by=EVERYONE,
)
class RedemptionLimitReached(Refusal):
    code: RefusalCode = refused_as(RefusalCode.LIMIT_REACHED)
    message: str = computed(shown.limit_in_words, WORDS)
    limit: int = column("How often a member may in the period.")
    period: Period = column("The period.")
    resets_at: datetime | None = column("When the next period begins; null: there is none.")


@shows(
    refusals.PriceRaised,
    description="The reward costs the member more by now than they were shown: ask them again.",
    seen_by=SIGNED_IN,
)
class RewardPriceRaised(Refusal):
    code: RefusalCode = refused_as(RefusalCode.PRICE_RAISED)
    message: str = said(en="It costs {points} points by now.", zh="兑换所需积分已变为 {points}。")
    points: int = column("What it costs the member by now.")
    shown: int = column("What they were shown, as it was sent.")
    reward: Reward = batched(rewards_by_id, "The reward.", key="reward_id")


@shows(
    refusals.StepNotPossible,
    description="What was asked for cannot become of the redemption any more, or not yet.",
    seen_by=SIGNED_IN,
)
class RedemptionStepNotPossible(Refusal):
    code: RefusalCode = refused_as(RefusalCode.REDEMPTION_STEP_NOT_POSSIBLE)
    message: str = computed(shown.why_in_words, WORDS)
    why: refusals.WhyNot = column("Why, as a code for use in software.")
    state: RedemptionState = column("What the redemption was then.")
    redemption: Redemption = batched(redemptions_by_id, "The redemption.", key=("member_id", "redemption_id"))
