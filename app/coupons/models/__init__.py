"""The tables of coupons: templates of operators, stock, budgets and codes, members' coupons, jobs."""

from .coupons import CouponChangeRow, CouponRow
from .jobs import CouponJobRow
from .missed import MissedCouponRow
from .stock import CouponAttemptsRow, CouponBudgetRow, CouponCodeRow, CouponStockRow, PartnerCodeRow
from .templates import CouponTemplateRow

__all__ = [
    "CouponAttemptsRow",
    "CouponBudgetRow",
    "CouponChangeRow",
    "CouponCodeRow",
    "CouponJobRow",
    "CouponRow",
    "CouponStockRow",
    "CouponTemplateRow",
    "MissedCouponRow",
    "PartnerCodeRow",
]
