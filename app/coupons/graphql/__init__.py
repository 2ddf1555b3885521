"""What a client sees of coupons and their templates."""

from .claiming import ClaimingMutations
from .coupon import Coupon, MemberCoupons
from .gifts import TierGiftCoupon
from .job import CouponJob
from .missed import MemberMissedCoupons, TierGiftMissedCoupon
from .ordering import CouponOrderMutations
from .showing import CouponCodeMutations
from .template import CouponTemplate, CouponTemplateQueries

__all__ = [
    "ClaimingMutations",
    "Coupon",
    "CouponCodeMutations",
    "CouponJob",
    "CouponOrderMutations",
    "CouponTemplate",
    "CouponTemplateQueries",
    "MemberCoupons",
    "MemberMissedCoupons",
    "TierGiftCoupon",
    "TierGiftMissedCoupon",
]
