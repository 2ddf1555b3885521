"""What a client sees of coupon templates: what there is, and how it comes to one."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

import strawberry

from app.coupons.queries import claimable, shown_templates, stock
from app.coupons.rules import template_shown as shown
from app.coupons.section import CouponKind, Way
from app.coupons.section.template import Partner
from app.coupons.templates import Template
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
from app.offers.graphql import Period
from app.offers.rules.shown import least_tier_of
from app.programs.graphql import Money
from app.tiers.graphql import Tier

from . import kinds

__all__ = ["kinds"]

PREFIX = "couponTemplate"
name_ids(PREFIX, keys=1)
STOCKED = WithNulls(stock.Stocked._fields)


class HasId(Protocol):
    @property
    def id(self) -> UUID: ...


def id_of(template: HasId) -> strawberry.ID:
    return strawberry.ID(global_id(PREFIX, template.id))


@shows(shown.ShownCouponLimit, description="How often a member may get a coupon of a template.", seen_by=EVERYONE)
class CouponLimit:
    times: int = column("So many times.")
    period: Period = column("In each such period.")


@shows(
    shown.ShownValidity,
    description="When a coupon can be used: until an instant, or for so long after it is issued.",
    seen_by=EVERYONE,
)
class CouponValidity:
    since: datetime | None = column("From when; null: from when it is issued.")
    until: datetime | None = column("Until when, exclusive; null: it is so long from when it is issued.")
    days: int | None = column(
        "For so many days after the one on which it is issued, to the end of the last, by the program's days."
    )
    months: int | None = column("For so many calendar months after that day, likewise.")


@shows(Partner, description="Where a partner's coupon is used.", seen_by=EVERYONE)
class CouponPartner:
    name: str = computed(shown.partner_name, "Its name, in the language asked for.")
    text: str = computed(shown.partner_text, "How to use the coupon there, in the language asked for.")
    has_codes: bool = computed(shown.partner_has_codes, "Whether each coupon has a code of the partner's.")


@shows(
    claimable.TemplateForMe,
    description="What a coupon template is for the customer who asks; a moment later it may be otherwise: claiming "
    "says.",
    seen_by=EVERYONE,
)
class CouponTemplateForMe:
    is_claimable: bool = column("Whether I can claim a coupon of it now.")
    why_not: Refusal | None = column(
        "Why I cannot: what `claimCoupon` would answer; null if I can. First what is so for everybody."
    )
    available_at: datetime | None = column(
        "When that is over by time alone: it opens, its campaign begins, or a period of its limit does; null if I can, "
        "and if that is not known or never happens."
    )
    had: int = column("How many I had in the present period of its limit; 0 if it has none.")
    limit_left: int | None = column("How many I still may have in that period; null: as many as I like.")


@shows(Template, description="A coupon that a program offers. What members have are coupons of it.", seen_by=EVERYONE)
class CouponTemplate:
    id: strawberry.ID = computed(id_of, "Its global id.")
    code: str = column("Stable code for use in software, within its program.")
    kind: CouponKind = column("What it takes off, and of what.")
    name: str = computed(shown.name_of, "Its name for people, in the language asked for.")
    description: str = computed(shown.description_of, "What it is, in the language asked for; may be empty.")
    amount: Money | None = computed(shown.amount_of, "What it takes off; null if that is so many percent, or all.")
    percent_off: int | None = computed(shown.percent_of, "How many percent it takes off; null if it is an amount.")
    threshold: Money | None = computed(
        shown.threshold_of, "What the eligible amount must come to; null: whatever it is."
    )
    most: Money | None = computed(shown.most_of, "It never takes off more; null: there is no cap.")
    categories: list[str] = computed(shown.categories_of, "Categories that it is for; empty: all.")
    sku: str | None = computed(shown.sku_of, "The product that one gets for an exchange.")
    price: Money | None = computed(shown.price_of, "What one pays for that product; null for other kinds.")
    partner: CouponPartner | None = computed(shown.partner_of, "Where it is used, if that is at a partner.")
    validity: CouponValidity = computed(shown.validity_of, "When a coupon of it can be used.")
    stacking_group: str = computed(
        shown.group_of, "Of several coupons with the same, one can be used for an order; a partner's can with any."
    )
    ways: list[Way] = computed(shown.ways_of, "How one comes to have a coupon of it.")
    tiers_from: Tier | None = computed(least_tier_of, "The least tier that may get one; null: all may.")
    campaign: str | None = computed(
        shown.campaign_of, "Code of the campaign during which it can be claimed; null: it needs none."
    )
    opens_at: datetime | None = column("From when one can get it; null: since ever.")
    closes_at: datetime | None = column("Until when, exclusive; null: without end.")
    limit: CouponLimit | None = computed(shown.limit_of, "How often a member may get one; null: as often as they like.")
    left: int | None = batched(
        stock.left_of_templates,
        "How many can still be issued, or could a moment ago; null: there is no end of them.",
        key=STOCKED,
    )
    total: int | None = batched(
        stock.totals_of_templates,
        "How many there are in all; null: there is no end of them.",
        key=STOCKED,
        seen_by=STAFF,
    )
    budget: Money | None = batched(
        shown_templates.budgets_in_all,
        "What all its coupons may take off together; null: there is no bound.",
        key=WithNulls(stock.Budgeted._fields),
        seen_by=STAFF,
    )
    budget_left: Money | None = batched(
        shown_templates.budgets_left,
        "What of that is not set aside for coupons that can be used or given back, nor was used. What was set aside "
        "comes back when a coupon expires or is revoked.",
        key=WithNulls(stock.Budgeted._fields),
        seen_by=STAFF,
    )
    is_made_by_operator: bool = computed(
        shown.is_operators, "Whether an operator made it; else the program's file says it.", seen_by=STAFF
    )
    retired_at: datetime | None = column("Since when nobody gets one any more; null: it is not retired.")
    for_me: CouponTemplateForMe | None = batched(
        claimable.templates_for_me,
        "Whether I can claim one, and if not why and when. Null for who is no customer.",
        key=("program", "code"),
    )


@extends(Query, seen_by=EVERYONE)
class CouponTemplateQueries:
    coupon_template: CouponTemplate | None = found(
        shown_templates.templates_seen,
        "A coupon template by its id, also one that is retired; null if there is none for you.",
        of=PREFIX,
    )
    claimable_coupons: Connection[CouponTemplate] = batched(
        claimable.claimable_coupons,
        "Coupons that members of a program claim: what is open, and what will be; `forMe` says whether I can, and if "
        "not why and when.",
        key=None,
        total=claimable.number_claimable,
    )
    coupon_templates: Connection[CouponTemplate] = batched(
        shown_templates.templates_listed,
        "All coupon templates of a program: first those of its file, then those that operators made.",
        key=None,
        total=shown_templates.number_of_templates,
        seen_by=STAFF,
        arguments={
            "kind": "Only of this kind.",
            "way": "Only those that one gets in this way.",
            "include_retired": "Also those that are retired.",
        },
    )
