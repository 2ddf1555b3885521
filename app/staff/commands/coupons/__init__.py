"""What staff do about coupons, each with its record in the same transaction; and what the worker does for them."""

from .asking import ask_for_codes, ask_for_coupons
from .codes import add_partner_codes, read_coupon_codes
from .coupons import issue_coupon, revoke_coupon
from .templates import (
    add_coupon_budget,
    add_coupon_stock,
    change_coupon_template,
    create_coupon_template,
    retire_coupon_template,
)
from .working import do_coupon_jobs

__all__ = [
    "add_coupon_budget",
    "add_coupon_stock",
    "add_partner_codes",
    "ask_for_codes",
    "ask_for_coupons",
    "change_coupon_template",
    "create_coupon_template",
    "do_coupon_jobs",
    "issue_coupon",
    "read_coupon_codes",
    "retire_coupon_template",
    "revoke_coupon",
]
