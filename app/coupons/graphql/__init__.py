"""What a client sees of coupons and their templates."""

from .claiming import ClaimingMutations
from .coupon import Coupon, MemberCoupons
from .gifts import TierGiftCoupon
from .job import CouponJob
from .ordering import CouponOrderMutations
from .template import CouponTemplate, CouponTemplateQueries

__all__ = [
    "ClaimingMutations",
    "Coupon",
    "CouponJob",
    "CouponOrderMutations",
    "CouponTemplate",
    "CouponTemplateQueries",
    "MemberCoupons",
    "TierGiftCoupon",
]
