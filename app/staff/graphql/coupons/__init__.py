"""How staff keep coupon templates, and see to coupons."""

from .issuing import CouponChangeAuthor, CouponIssuingMutations
from .jobs import CouponJobQueries
from .templates import CouponTemplateMutations

__all__ = ["CouponChangeAuthor", "CouponIssuingMutations", "CouponJobQueries", "CouponTemplateMutations"]
