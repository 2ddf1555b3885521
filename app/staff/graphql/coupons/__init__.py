"""How staff keep coupon templates, and see to coupons."""

from .codes import CouponCodeKeeping
from .issuing import CouponChangeAuthor, CouponIssuingMutations
from .jobs import CouponJobAuthor, CouponJobQueries
from .templates import CouponTemplateMutations

__all__ = [
    "CouponChangeAuthor",
    "CouponCodeKeeping",
    "CouponIssuingMutations",
    "CouponJobAuthor",
    "CouponJobQueries",
    "CouponTemplateMutations",
]
