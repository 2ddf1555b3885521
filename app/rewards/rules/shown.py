"""Redemptions, and why something did not come of them, as they are shown. No I/O here."""

from collections.abc import Mapping
from typing import Protocol

from app.offers.rules.shown import PERIODS
from app.programs.money import Money
from app.programs.rules import Programs
from app.tiers.rules.seen import tier_named
from app.tiers.section import Tier

from .kinds import OPEN, RedemptionState
from .refusals import RedemptionLimitReached, StepNotPossible, WhyNot


class HasTier(Protocol):
    @property
    def program(self) -> str: ...
    @property
    def program_version(self) -> int: ...
    @property
    def tier(self) -> str: ...


class HasAmount(Protocol):
    @property
    def amount(self) -> int | None: ...
    @property
    def currency(self) -> str | None: ...


WHY: Mapping[WhyNot, tuple[str, str]] = {
    WhyNot.NOT_CONFIRMED: ("Staff have not confirmed it yet.", "兑换尚未经客服确认。"),
    WhyNot.CONFIRMED_ALREADY: ("It has been confirmed already.", "兑换已确认。"),
    WhyNot.FULFILLED_ALREADY: ("It has been fulfilled already: ask the shop.", "兑换已完成，如有问题请联系客服。"),
    WhyNot.CODE_SHOWN: ("Its code has been shown: ask the shop.", "券码已查看，如有问题请联系客服。"),
    WhyNot.GIVEN_BACK: ("It has been cancelled or refunded.", "兑换已取消或已退款。"),
    WhyNot.FULFILLED_BY_CODE: ("A voucher is fulfilled when its code is shown.", "券类兑换在查看券码时完成。"),
    WhyNot.NO_CODE: ("This reward has no code.", "该兑换商品没有券码。"),
    WhyNot.COUPON_RESERVED: ("Its coupon is set aside for an order.", "优惠券已被订单占用。"),
    WhyNot.COUPON_USED: ("Its coupon has been used.", "优惠券已使用。"),
    WhyNot.COUPON_EXPIRED: ("Its coupon has expired.", "优惠券已过期。"),
    WhyNot.COUPON_REVOKED: ("Its coupon was taken back: ask the shop.", "优惠券已被收回，如有问题请联系客服。"),
}
"""In English and Chinese."""


def tier_of_redemption(row: HasTier, *, programs: Programs) -> Tier:
    """As the rules of then describe it. May raise Overloaded: they were published a moment ago."""
    return tier_named(programs, programs.version(row.program, row.program_version), row.tier)


def amount_of_redemption(row: HasAmount) -> Money | None:
    return None if row.amount is None or row.currency is None else Money(row.amount, row.currency)


def is_cancelable(state: str) -> bool:
    """By the member: it is not fulfilled, and so no code was shown (R35)."""
    return RedemptionState[state] in OPEN


def why_in_words(refusal: StepNotPossible, *, language: str) -> str:
    english, chinese = WHY[refusal.why]
    return chinese if language == "zh" else english


def limit_in_words(refusal: RedemptionLimitReached, *, language: str) -> str:
    if language == "zh":
        return f"已达兑换上限：每位会员{PERIODS[refusal.period.name][1]}最多 {refusal.limit} 次。"
    return f"You may redeem it {refusal.limit} times {PERIODS[refusal.period.name][0]}, and have."
