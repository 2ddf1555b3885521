"""What an operator sends about a coupon template."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

import strawberry

from app.coupons.graphql.kinds import CouponKind, Way
from app.coupons.rules.offering import TemplateTerm
from app.errors import BadInput
from app.graph import describe_values
from app.offers.graphql import Period
from app.programs.money import minor_units
from app.staff.graphql.rewards.inputs import TextsInput

KEY = "Made new for each wish, kept for its retries: then it happens once."
TEMPLATE = "Which one: its global id."
REASON = "Why, for colleagues and auditors: 3 to 500 visible characters. No personal data, please."

strawberry.enum(
    TemplateTerm, name="CouponTemplateTerm", description="What may be said of a coupon template, and need not be."
)
describe_values(
    TemplateTerm,
    {
        "DESCRIPTION": "What it is.",
        "OPENS_AT": "From when one can get it.",
        "CLOSES_AT": "Until when one can get it.",
        "LIMIT": "How often a member may get it.",
    },
)


@strawberry.input(description="How often a member may get a coupon of a template; what was revoked does not count.")
class CouponLimitInput:
    times: int = strawberry.field(description="So many times, 1 or more.")
    period: Period = strawberry.field(default=Period.LIFETIME, description="In each such period.")


@strawberry.input(description="When a coupon can be used. Say `until`, `days` or `months`.")
class CouponValidityInput:
    since: datetime | None = strawberry.field(
        default=None, description="With `until`: from when; without it from when it is issued."
    )
    until: datetime | None = strawberry.field(default=None, description="Until this instant, exclusive.")
    days: int | None = strawberry.field(
        default=None, description="So many days after the one on which it is issued, to the end of the last."
    )
    months: int | None = strawberry.field(default=None, description="So many calendar months, likewise.")


@strawberry.input(description="Where a partner's coupon is used.")
class CouponPartnerInput:
    name: TextsInput = strawberry.field(description="The partner's name.")
    text: TextsInput = strawberry.field(description="How to use it there.")
    codes: bool = strawberry.field(
        default=False,
        description="Whether each coupon has a code of the partner's, which `addPartnerCodes` takes up: so many can be "
        "had, and no `stock` is said.",
    )


@strawberry.input(description="A new coupon template. What its coupons are worth cannot be changed later.")
class CreateCouponTemplateInput:
    idempotency_key: UUID = strawberry.field(description=KEY)
    code: str = strawberry.field(
        description="Name for software, which no other template of the program has or had: 1 to 40 of a-z, 0-9 and '-'."
    )
    kind: CouponKind = strawberry.field(description="What it takes off, and of what.")
    name: TextsInput = strawberry.field(description="Its name for people, 1 to 60 visible characters.")
    validity: CouponValidityInput = strawberry.field(description="When a coupon of it can be used.")
    program: str | None = strawberry.field(
        default=None, description="Code of the program; without it the token's own, else the shop's default."
    )
    description: TextsInput | None = strawberry.field(default=None, description="What it is: up to 500 characters.")
    amount: Decimal | None = strawberry.field(
        default=None, description="What it takes off, in the program's currency: of THRESHOLD, CASH and CATEGORY."
    )
    percent_off: int | None = strawberry.field(
        default=None, description="How many percent it takes off, 1 to 100: of PERCENTAGE and CATEGORY."
    )
    threshold: Decimal | None = strawberry.field(
        default=None, description="What the eligible amount must come to: of THRESHOLD, PERCENTAGE and CATEGORY."
    )
    most: Decimal | None = strawberry.field(
        default=None, description="It never takes off more: of PERCENTAGE, CATEGORY and EXCHANGE."
    )
    categories: list[str] = strawberry.field(
        default_factory=list[str], description="Categories that it is for: of CATEGORY."
    )
    sku: str | None = strawberry.field(default=None, description="The product that one gets: of EXCHANGE.")
    price: Decimal | None = strawberry.field(
        default=None, description="What one pays for that product; without it nothing."
    )
    partner: CouponPartnerInput | None = strawberry.field(default=None, description="Where it is used: of PARTNER.")
    stacking_group: str = strawberry.field(
        default="shop", description="Of several coupons with the same, one can be used for an order."
    )
    ways: list[Way] = strawberry.field(
        default_factory=lambda: [Way.CLAIM], description="How one comes to have a coupon of it."
    )
    tiers_from: str | None = strawberry.field(
        default=None, description="Code of the least tier that may get one; without it all may."
    )
    campaign: str | None = strawberry.field(
        default=None, description="Code of the campaign during which, and only then, it can be claimed."
    )
    opens_at: datetime | None = strawberry.field(default=None, description="From when one can get it.")
    closes_at: datetime | None = strawberry.field(default=None, description="Until when, exclusive.")
    limit: CouponLimitInput | None = strawberry.field(default=None, description="How often a member may get it.")
    stock: int | None = strawberry.field(
        default=None, description="How many are issued at most; without it there is no end of them."
    )
    buckets: int = strawberry.field(
        default=8,
        description="Over how many rows the stock is spread, 1 to 64: so many can take of it at once. More for a hot "
        "template.",
    )
    budget: Decimal | None = strawberry.field(
        default=None,
        description="What all its coupons may take off together. What one may take off at most is set aside when it is "
        "issued.",
    )
    reason: str | None = strawberry.field(default=None, description=REASON)


@strawberry.input(
    description="What is to be different about a coupon template. What is left out, or null, stays as it is."
)
class ChangeCouponTemplateInput:
    idempotency_key: UUID = strawberry.field(description=KEY)
    template: strawberry.ID = strawberry.field(description=TEMPLATE)
    name: TextsInput | None = strawberry.field(default=None, description="Its name, 1 to 60 visible characters.")
    description: TextsInput | None = strawberry.field(default=None, description="What it is: up to 500 characters.")
    opens_at: datetime | None = strawberry.field(default=None, description="From when one can get it.")
    closes_at: datetime | None = strawberry.field(default=None, description="Until when, exclusive.")
    limit: CouponLimitInput | None = strawberry.field(default=None, description="How often a member may get it.")
    remove: list[TemplateTerm] = strawberry.field(
        default_factory=list[TemplateTerm], description="What was said before and is not to be so any more."
    )
    reason: str | None = strawberry.field(default=None, description=REASON)


@strawberry.input(description="The coupon template to retire.")
class RetireCouponTemplateInput:
    idempotency_key: UUID = strawberry.field(description=KEY)
    template: strawberry.ID = strawberry.field(description=TEMPLATE)
    reason: str | None = strawberry.field(default=None, description=REASON)


@strawberry.input(description="More coupons of a template.")
class AddCouponStockInput:
    idempotency_key: UUID = strawberry.field(description=KEY)
    template: strawberry.ID = strawberry.field(description=TEMPLATE)
    pieces: int = strawberry.field(description="How many more, 1 or more.")
    reason: str | None = strawberry.field(default=None, description=REASON)


@strawberry.input(description="More money for the coupons of a template.")
class AddCouponBudgetInput:
    idempotency_key: UUID = strawberry.field(description=KEY)
    template: strawberry.ID = strawberry.field(description=TEMPLATE)
    amount: Decimal = strawberry.field(description="How much more, in the program's currency.")
    reason: str | None = strawberry.field(default=None, description=REASON)


class SaysTexts(Protocol):
    """What can be said when a template is made and later."""

    name: Any
    description: Any
    opens_at: datetime | None
    closes_at: datetime | None
    limit: CouponLimitInput | None


def said_later(asked: SaysTexts) -> dict[str, Any]:
    """As a program's file would say it; what is not said is left out."""
    told: dict[str, Any] = {
        "name": _texts(asked.name),
        "description": _texts(asked.description),
        "opens_at": asked.opens_at,
        "closes_at": asked.closes_at,
        "limit": None if asked.limit is None else vars(asked.limit),
    }
    return {name: value for name, value in told.items() if value is not None}


def said_at_first(asked: CreateCouponTemplateInput, *, digits: int) -> Mapping[str, Any]:
    """Likewise, of a new one; amounts in minor units of a currency with so many decimals. May raise BadInput."""
    money = {name: minor(name, getattr(asked, name), digits=digits) for name in ("amount", "threshold", "most", "price",
                                                                                 "budget")}  # fmt: skip
    told: dict[str, Any] = money | {
        "code": asked.code,
        "kind": asked.kind,
        "off": asked.percent_off,
        "categories": asked.categories,
        "sku": asked.sku,
        "partner": None
        if asked.partner is None
        else vars(asked.partner) | {name: _texts(getattr(asked.partner, name)) for name in ("name", "text")},
        "validity": {name: value for name, value in vars(asked.validity).items() if value is not None},
        "stacking_group": asked.stacking_group,
        "ways": asked.ways,
        "tiers_from": asked.tiers_from,
        "needs_campaign": asked.campaign,
        "stock": asked.stock,
        "buckets": asked.buckets,
    }
    return said_later(asked) | {name: value for name, value in told.items() if value is not None}


def minor(name: str, amount: Decimal | None, *, digits: int) -> int | None:
    """May raise BadInput: no amount of the currency."""
    try:
        return None if amount is None else minor_units(format(amount, "f"), digits=digits)
    except ValueError as wrong:
        raise BadInput(f"'{name}': {wrong}.") from None


def _texts(asked: Any) -> dict[str, str] | None:
    return None if asked is None else {"zh": asked.zh.strip(), "en": asked.en.strip()}
