"""How staff keep coupon templates, and see to coupons."""

from .issuing import CouponChangeAuthor, CouponIssuingMutations
from .jobs import CouponJobAuthor, CouponJobQueries
from .templates import CouponTemplateMutations

__all__ = [
    "CouponChangeAuthor",
    "CouponIssuingMutations",
    "CouponJobAuthor",
    "CouponJobQueries",
    "CouponTemplateMutations",
]
