"""What a client sees of the rewards of a program: for everybody, and what they are for the member who looks."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

import strawberry

from app.coupons.graphql import CouponTemplate
from app.graph import (
    EVERYONE,
    STAFF,
    Connection,
    Query,
    Refusal,
    WithNulls,
    batched,
    column,
    computed,
    extends,
    found,
    shows,
)
from app.graph.ids import global_id, name_ids
from app.offers.rules import shown as offers
from app.programs.graphql import Money
from app.rewards.models import RewardRow
from app.rewards.queries import catalogue, catalogue_mine, catalogue_stock
from app.rewards.rules import offered
from app.tiers.graphql import Tier

from .kinds import Period, RewardKind

PREFIX = "reward"
name_ids(PREFIX, keys=1)
STOCKED = ("id", "is_stocked")


class HasId(Protocol):
    @property
    def id(self) -> UUID: ...


def id_of(row: HasId) -> strawberry.ID:
    return strawberry.ID(global_id(PREFIX, row.id))


@shows(offers.ShownLimit, description="How often a member may redeem a reward.", seen_by=EVERYONE)
class RewardLimit:
    times: int = column("So many times.")
    period: Period = column("In each such period.")


@shows(offered.TierPrice, description="What a reward costs who holds a tier.", seen_by=EVERYONE)
class RewardTierPrice:
    tier: Tier = column("The tier. The price also is that of higher tiers, up to the next one that has its own.")
    points: int = column("What it costs, in points.")


@shows(
    catalogue_mine.RewardForMe,
    description="What a reward is for the customer who asks. It may be otherwise a moment later: redeeming it says.",
    seen_by=EVERYONE,
)
class RewardForMe:
    price: int = column("What it costs me, in points, by the tier that I hold.")
    is_redeemable: bool = column("Whether I can redeem it now.")
    why_not: Refusal | None = column(
        "Why I cannot redeem it now: what `redeemReward` would answer; null if I can. First what is so for everybody."
    )
    available_at: datetime | None = column(
        "When that is over by time alone: it opens, or a period of its limit begins; null if I can, and if it is not "
        "known or never happens."
    )
    redeemed: int = column(
        "How often I redeemed it in the present period of its limit, ever if it has none; what was given back does not "
        "count."
    )
    limit_left: int | None = column("How often I still may in that period; null: as often as I like.")


@shows(RewardRow, description="Something that the shop gives for points.", seen_by=EVERYONE)
class Reward:
    id: strawberry.ID = computed(id_of, "Its global id.")
    code: str = column("Stable code for use in software, within its program.")
    kind: RewardKind = column("What one gets.")
    name: str = computed(offered.name_of, "Its name for people, in the language asked for.")
    description: str = computed(
        offered.description_of, "What it is, in the language asked for; may have several lines, or be empty."
    )
    points: int = column("What it costs those for whose tier there is no other price.")
    tier_prices: list[RewardTierPrice] = computed(
        offered.prices_by_tier, "What it costs those who hold certain tiers, the lowest tier first."
    )
    tiers_from: Tier | None = computed(offers.least_tier_of, "The least tier that may redeem it; null: all may.")
    opens_at: datetime | None = column("From when it can be redeemed; null: since ever.")
    closes_at: datetime | None = column("Until when, exclusive; null: without end.")
    limit: RewardLimit | None = computed(
        offers.limit_of, "How often a member may redeem it; null: as often as they like."
    )
    amount: Money | None = computed(offered.amount_of, "What is in a red packet; null for other kinds.")
    coupon: CouponTemplate | None = computed(
        offered.coupon_of, "What the coupon is, if it is one: how many are left, and who gets it, is said there, too."
    )
    is_confirmed_by_staff: bool = column("Whether staff look at each redemption before it counts.")
    left: int | None = batched(
        catalogue_stock.left_of_rewards, "How many are left, or were a moment ago; null: there is no end of it.",
        key=STOCKED,
    )  # fmt: skip
    total: int | None = batched(
        catalogue_stock.totals_of_rewards, "How many were put into its stock; null: there is no end of it.",
        key=STOCKED, seen_by=STAFF,
    )  # fmt: skip
    buckets: int = column("Over how many rows its stock is spread: so many can take of it at once.", seen_by=STAFF)
    created_at: datetime = column("When it was made.", seen_by=STAFF)
    retired_at: datetime | None = column("Since when nobody can redeem it any more; null: it is not retired.")
    for_me: RewardForMe | None = batched(
        catalogue_mine.rewards_for_me,
        "What it is for me: my price, whether I can redeem it, and if not why and when. Null for who is no customer.",
        key=WithNulls(catalogue_mine.Offer._fields),
    )


@extends(Query, seen_by=EVERYONE)
class RewardQueries:
    rewards: Connection[Reward] = batched(
        catalogue.rewards_of_program,
        "What a program gives for points, the newest first: what is open, and what will be.",
        key=None,
        total=catalogue.number_of_rewards,
        arguments={
            "kind": "Only of this kind.",
            "affordable": "Only what I have enough points for, by my price (true), or only what I have not (false).",
            "include_closed": "Also what cannot be redeemed any more because its time is over.",
            "include_retired": "Also what is retired: for staff.",
        },
    )
    reward: Reward | None = found(
        catalogue.rewards_seen,
        "A reward by its id, also one that is retired; null if there is none for you.",
        of=PREFIX,
    )
