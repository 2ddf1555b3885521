"""Why a coupon cannot be had."""

from datetime import datetime

from app.coupons.rules import refusals, why_not
from app.graph import EVERYONE, SIGNED_IN, Refusal, RefusalCode, column, computed, refused_as, said, shows
from app.offers.graphql import Period

from .template import CouponTemplate

WORDS = "Why, for people, in the language asked for."
TEMPLATE = "Of what; null if it is not known here any more."


@shows(refusals.CouponOfferClosed, description="The coupon is not to be had any more.", seen_by=EVERYONE)
class CouponOfferClosed(Refusal):
    code: RefusalCode = refused_as(RefusalCode.COUPON_OFFER_CLOSED)
    message: str = said(en="It is not to be had any more.", zh="领取已结束。")
    closed_at: datetime = column("Until when it was to be had, exclusive.")


@shows(
    refusals.CouponLimitReached,
    description="The member has had as many of these coupons as a member may in a period.",
    seen_by=EVERYONE,
)
class CouponLimitReached(Refusal):
    code: RefusalCode = refused_as(RefusalCode.LIMIT_REACHED)
    message: str = computed(why_not.limit_in_words, WORDS)
    limit: int = column("How many a member may have in the period.")
    period: Period = column("The period.")
    resets_at: datetime | None = column("When the next period begins; null: there is none.")


@shows(refusals.CouponsOutOfStock, description="All of these coupons are issued.", seen_by=EVERYONE)
class CouponsOutOfStock(Refusal):
    code: RefusalCode = refused_as(RefusalCode.OUT_OF_STOCK)
    message: str = said(en="All of them are given out.", zh="已领完。")
    template: CouponTemplate | None = computed(why_not.template_meant, TEMPLATE)


@shows(
    refusals.CouponBudgetUsed,
    description="What these coupons may take off together is set aside for those that are issued.",
    seen_by=EVERYONE,
)
class CouponBudgetUsed(Refusal):
    code: RefusalCode = refused_as(RefusalCode.COUPON_BUDGET_USED)
    message: str = said(en="All of them are given out for now.", zh="名额已满。")
    template: CouponTemplate | None = computed(why_not.template_meant, TEMPLATE)


@shows(
    refusals.CouponNotClaimable,
    description="These coupons are not given in this way: `CouponTemplate.ways` says how one comes by them.",
    seen_by=EVERYONE,
)
class CouponNotClaimable(Refusal):
    code: RefusalCode = refused_as(RefusalCode.COUPON_NOT_CLAIMABLE)
    message: str = said(en="It is not given in this way.", zh="该优惠券不支持此方式领取。")
    template: CouponTemplate | None = computed(why_not.template_meant, TEMPLATE)


@shows(
    refusals.CouponCampaignNotOn,
    description="These coupons are to be had while a campaign is on for the member, and it is not.",
    seen_by=EVERYONE,
)
class CouponCampaignNotOn(Refusal):
    code: RefusalCode = refused_as(RefusalCode.CAMPAIGN_NOT_ON)
    message: str = said(en="It is to be had during a campaign that is not on for you now.", zh="活动期间方可领取。")
    campaign: str = column("Code of the campaign.")
    next_opens_at: datetime | None = column("When it is on next for the member; null if that is not known, or never.")


@shows(
    refusals.CouponCodeNotValid,
    description="It is no code, or it was used, or it brings nothing any more: nobody learns which.",
    seen_by=SIGNED_IN,
)
class CouponCodeNotValid(Refusal):
    code: RefusalCode = refused_as(RefusalCode.COUPON_CODE_NOT_VALID)
    message: str = said(en="This code is not valid.", zh="兑换码无效。")
