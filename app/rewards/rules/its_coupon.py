"""A reward that is a coupon: what its template has to say of who can have one, and when (R31, R35)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.coupons.rules.availability import NOBODY_LOOKED, Claimant, Left, closed, for_member, used_up
from app.coupons.rules.refusals import (
    CouponBudgetUsed,
    CouponLimitReached,
    CouponNotClaimable,
    CouponOfferClosed,
    CouponsOutOfStock,
)
from app.coupons.section import Way
from app.coupons.templates import Template
from app.offers.rules.refusals import NotYetOpen, TierTooLow
from app.programs.rules import ProgramVersion
from app.tiers.section import Tier

OverForAll = CouponNotClaimable | NotYetOpen | CouponOfferClosed | CouponsOutOfStock | CouponBudgetUsed


class Standing(Protocol):
    """Where a member stands (see `availability.Buyer`)."""

    @property
    def ladder(self) -> ProgramVersion: ...
    @property
    def tier(self) -> Tier: ...
    @property
    def growth(self) -> int: ...


@dataclass(frozen=True)
class ItsCoupon:
    """The coupon that a reward is."""

    template: Template
    counted: int
    """Coupons of the template that the member had in the present period of its limit."""
    left: Left = NOBODY_LOOKED


def over_for_all(its: ItsCoupon | None, *, now: datetime) -> OverForAll | None:
    """It is not given for points, or not now, or nothing is left of its stock or its budget; None also: no coupon."""
    if its is None:
        return None
    template = its.template
    if not template.gives(Way.REWARD):
        return CouponNotClaimable(template.program, template.code)
    return closed(template, now=now) or used_up(template, its.left)


def over_for_member(its: ItsCoupon | None, who: Standing, *, now: datetime) -> TierTooLow | CouponLimitReached | None:
    """Likewise, of its tier and its limit: a coupon that is paid for counts as one that is claimed."""
    if its is None:
        return None
    claimant = Claimant(who.ladder, who.tier, who.growth, {})
    return for_member(its.template, claimant, counted=its.counted, now=now)
