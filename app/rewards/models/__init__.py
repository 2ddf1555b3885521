"""The tables of rewards: what can be redeemed, its stock and pool of codes, and what was redeemed."""

from .catalogue import RewardRow
from .redemptions import RedemptionChangeRow, RedemptionRow
from .stock import RewardStockRow, VoucherCodeRow

__all__ = ["RedemptionChangeRow", "RedemptionRow", "RewardRow", "RewardStockRow", "VoucherCodeRow"]
