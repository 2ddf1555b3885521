"""Every write of coupons, their templates, stock, budgets and codes. What is about a member runs under their lock."""

from .claiming import claim_coupon, redeem_coupon_code, show_coupon_code
from .giving import follow, give, order_of_giving
from .issuing import Because, Whose, issue
from .ordering import redeem_coupon, release_coupon, reserve_coupon, return_coupon, settle_coupons_of
from .steps import revoke, settle_coupons, take_back
from .tier_gifts import follow_tier_gift

__all__ = [
    "Because",
    "Whose",
    "claim_coupon",
    "follow",
    "follow_tier_gift",
    "give",
    "issue",
    "order_of_giving",
    "redeem_coupon",
    "redeem_coupon_code",
    "release_coupon",
    "reserve_coupon",
    "return_coupon",
    "revoke",
    "settle_coupons",
    "settle_coupons_of",
    "show_coupon_code",
    "take_back",
]
