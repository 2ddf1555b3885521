"""What an operator sends about a reward."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

import strawberry

from app.errors import BadInput
from app.graph import describe_values
from app.points.section import Period
from app.rewards.graphql.kinds import RewardKind
from app.rewards.rules.offering import InLanguages, Limit, Said, Term

KEY = "Made new for each wish, kept for its retries: then it happens once."
REWARD = "Which one: its global id."
REASON = "Why, for colleagues and auditors: 3 to 500 visible characters. No personal data, please."
TIER_PRICES = "What it costs those who hold certain tiers; the price also is that of higher tiers, up to the next one."

strawberry.enum(Term, name="RewardTerm", description="What may be said of a reward, and need not be.")
describe_values(
    Term,
    {
        "TIER_PRICES": "Other prices for those who hold certain tiers.",
        "TIERS_FROM": "That a tier is needed.",
        "OPENS_AT": "From when it can be redeemed.",
        "CLOSES_AT": "Until when it can be redeemed.",
        "LIMIT": "How often a member may redeem it.",
    },
)


@strawberry.input(description="A text in both languages.")
class TextsInput:
    zh: str = strawberry.field(description="In Chinese.")
    en: str = strawberry.field(description="In English.")


@strawberry.input(description="What a reward costs who holds a tier.")
class RewardTierPriceInput:
    tier: str = strawberry.field(description="Code of a tier of the program's present ladder.")
    points: int = strawberry.field(description="What it costs, in points.")


@strawberry.input(description="How often a member may redeem a reward; what was given back does not count.")
class RewardLimitInput:
    times: int = strawberry.field(description="So many times, 1 or more.")
    period: Period = strawberry.field(description="In each such period.")


@strawberry.input(description="A new reward.")
class CreateRewardInput:
    idempotency_key: UUID = strawberry.field(description=KEY)
    code: str = strawberry.field(
        description="Name for software, which no other reward of the program has or had: 2 to 40 of a-z, 0-9 and '-'."
    )
    kind: RewardKind = strawberry.field(description="What one gets. It cannot be changed later.")
    name: TextsInput = strawberry.field(description="Its name for people, 1 to 60 visible characters.")
    points: int = strawberry.field(description="What it costs, in points; 0 or more.")
    program: str | None = strawberry.field(
        default=None, description="Code of the program; without it the token's own, else the shop's default."
    )
    description: TextsInput | None = strawberry.field(
        default=None, description="What it is: up to 2000 characters, on several lines if need be."
    )
    tier_prices: list[RewardTierPriceInput] | None = strawberry.field(default=None, description=TIER_PRICES)
    tiers_from: str | None = strawberry.field(
        default=None, description="Code of the least tier that may redeem it; without it all may."
    )
    opens_at: datetime | None = strawberry.field(default=None, description="From when it can be redeemed.")
    closes_at: datetime | None = strawberry.field(default=None, description="Until when, exclusive.")
    limit: RewardLimitInput | None = strawberry.field(default=None, description="How often a member may redeem it.")
    stock: int | None = strawberry.field(
        default=None,
        description="How many there are; without it there is no end of it. For vouchers leave it out and add codes; "
        "for a coupon, too: its template says how many there are.",
    )
    buckets: int = strawberry.field(
        default=8,
        description="Over how many rows the stock is spread, 1 to 64: so many can take of it at once. More for a hot "
        "reward.",
    )
    amount: Decimal | None = strawberry.field(
        default=None, description="What is in a red packet, in the program's currency. For no other kind."
    )
    template: str | None = strawberry.field(
        default=None,
        description="Of a coupon: the code of its template, whose `ways` have REWARD. It cannot be changed later.",
    )
    is_confirmed_by_staff: bool = strawberry.field(
        default=False, description="Whether staff look at each redemption before it counts; not of a coupon."
    )
    reason: str | None = strawberry.field(default=None, description=REASON)


@strawberry.input(description="What is to be different about a reward. What is left out, or null, stays as it is.")
class ChangeRewardInput:
    idempotency_key: UUID = strawberry.field(description=KEY)
    reward: strawberry.ID = strawberry.field(description=REWARD)
    name: TextsInput | None = strawberry.field(default=None, description="Its name, 1 to 60 visible characters.")
    description: TextsInput | None = strawberry.field(default=None, description="What it is: up to 2000 characters.")
    points: int | None = strawberry.field(default=None, description="What it costs, in points; 0 or more.")
    tier_prices: list[RewardTierPriceInput] | None = strawberry.field(
        default=None, description=TIER_PRICES + " In place of all that were said before."
    )
    tiers_from: str | None = strawberry.field(
        default=None, description="Code of the least tier that may redeem it from now on."
    )
    opens_at: datetime | None = strawberry.field(default=None, description="From when it can be redeemed.")
    closes_at: datetime | None = strawberry.field(default=None, description="Until when, exclusive.")
    limit: RewardLimitInput | None = strawberry.field(default=None, description="How often a member may redeem it.")
    is_confirmed_by_staff: bool | None = strawberry.field(
        default=None,
        description="Whether staff look at each redemption before it counts, of those that are yet to come.",
    )
    remove: list[Term] = strawberry.field(
        default_factory=list[Term], description="What was said before and is not to be so any more."
    )
    reason: str | None = strawberry.field(default=None, description=REASON)


@strawberry.input(description="The reward to retire.")
class RetireRewardInput:
    idempotency_key: UUID = strawberry.field(description=KEY)
    reward: strawberry.ID = strawberry.field(description=REWARD)
    reason: str | None = strawberry.field(default=None, description=REASON)


@strawberry.input(description="More of a reward, or less.")
class AddRewardStockInput:
    idempotency_key: UUID = strawberry.field(description=KEY)
    reward: strawberry.ID = strawberry.field(description=REWARD)
    pieces: int = strawberry.field(
        description="How many to put in (above 0), or to take out of what is left (below 0)."
    )
    reason: str | None = strawberry.field(default=None, description=REASON)


@strawberry.input(
    description="Codes for the pool of a voucher. They are kept nowhere else, and only who takes one is told it."
)
class AddVoucherCodesInput:
    idempotency_key: UUID = strawberry.field(description=KEY)
    reward: strawberry.ID = strawberry.field(description=REWARD)
    codes: list[str] = strawberry.field(
        description="Each 1 to 200 visible characters, as many as a request holds. What comes twice is taken once."
    )
    reason: str | None = strawberry.field(default=None, description=REASON)


def said_of(input: CreateRewardInput | ChangeRewardInput) -> Said:
    """May raise BadInput: two prices for one tier."""
    return Said(
        name=_texts(input.name),
        description=_texts(input.description),
        points=input.points,
        tier_points=None if input.tier_prices is None else _prices(input.tier_prices),
        tiers_from=input.tiers_from,
        opens_at=input.opens_at,
        closes_at=input.closes_at,
        limit=None if input.limit is None else Limit(input.limit.times, input.limit.period),
        is_confirmed_by_staff=input.is_confirmed_by_staff,
    )


def _texts(sent: TextsInput | None) -> InLanguages | None:
    return None if sent is None else InLanguages(sent.zh, sent.en)


def _prices(sent: Sequence[RewardTierPriceInput]) -> dict[str, int]:
    prices = {price.tier: price.points for price in sent}
    if len(prices) < len(sent):
        raise BadInput("'tierPrices' names a tier twice.")
    return prices
