"""Why a coupon cannot be had or used, as it is shown. No I/O here."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from app.coupons.templates import Template, template_by_code
from app.offers.rules.shown import PERIODS
from app.programs.money import Money, decimal_text, digits_of
from app.programs.rules import Programs

from .discounts import WhyNothing
from .refusals import CouponLimitReached, CouponNotUsable, CouponStepNotPossible, WhyNoStep

STEPS: Mapping[WhyNoStep, tuple[str, str]] = {
    WhyNoStep.NOT_YET_VALID: ("It cannot be used yet.", "优惠券尚未到可用时间。"),
    WhyNoStep.NOT_RESERVED: ("It is not reserved.", "优惠券未被占用。"),
    WhyNoStep.RESERVED_ALREADY: ("It is reserved for this order already.", "优惠券已为该订单占用。"),
    WhyNoStep.RESERVED_FOR_ANOTHER: ("It is reserved for another order.", "优惠券已被其他订单占用。"),
    WhyNoStep.REDEEMED: ("It has been used.", "优惠券已使用。"),
    WhyNoStep.REDEEMED_FOR_ANOTHER: ("It has been used for another order.", "优惠券已用于其他订单。"),
    WhyNoStep.NOT_REDEEMED: ("It has not been used.", "优惠券尚未使用。"),
    WhyNoStep.GROUP_USED: (
        "Another coupon that it cannot be used together with is taken for this order.",
        "该订单已使用同组优惠券，不可叠加。",
    ),
    WhyNoStep.GROUPS_USED: ("No more coupons can be used for this order.", "该订单可叠加的优惠券已达上限。"),
    WhyNoStep.TOO_MUCH_OFF: (
        "With the order's other coupons it would take off more than is to be paid.",
        "与该订单已用的优惠券合计超过应付金额。",
    ),
    WhyNoStep.EXPIRED: ("It has expired.", "优惠券已过期。"),
    WhyNoStep.REVOKED: ("The shop has taken it back.", "优惠券已被收回。"),
    WhyNoStep.NO_CODE: ("It has no code.", "该优惠券没有兑换码。"),
}
"""In English and Chinese."""


class OfTemplate(Protocol):
    @property
    def program(self) -> str: ...
    @property
    def template(self) -> str: ...


def template_meant(refusal: OfTemplate, *, programs: Programs, now: datetime) -> Template | None:
    """As it is offered now."""
    return template_by_code(programs, refusal.program, refusal.template, now=now)


def step_in_words(refusal: CouponStepNotPossible, *, language: str) -> str:
    english, chinese = STEPS[refusal.why]
    return chinese if language == "zh" else english


def missing_of(refusal: CouponNotUsable) -> Money | None:
    return Money(refusal.missing, refusal.currency) if refusal.missing else None


def misfit_in_words(refusal: CouponNotUsable, *, language: str) -> str:
    if refusal.misfit is WhyNothing.BELOW_THRESHOLD:
        missing = decimal_text(refusal.missing, digits=digits_of(refusal.currency))
        if language == "zh":
            return f"还差 {missing} {refusal.currency} 可用。"
        return f"{missing} {refusal.currency} are missing to what it takes."
    if refusal.misfit is WhyNothing.NOTHING_ELIGIBLE:
        return "购物车中没有适用的商品。" if language == "zh" else "Nothing that it is for is in the cart."
    return "使用后没有优惠。" if language == "zh" else "It would take off nothing."


def limit_in_words(refusal: CouponLimitReached, *, language: str) -> str:
    if language == "zh":
        return f"已达领取上限：每位会员{PERIODS[refusal.period.name][1]}最多 {refusal.limit} 张。"
    return f"You may get it {refusal.limit} times {PERIODS[refusal.period.name][0]}, and have."
