"""Every write of rewards, their stock, and what is redeemed."""

from .redeeming import redeem
from .steps import cancel_redemption, confirm_redemption, fulfil_redemption, refund_redemption, show_voucher_code

__all__ = [
    "cancel_redemption",
    "confirm_redemption",
    "fulfil_redemption",
    "redeem",
    "refund_redemption",
    "show_voucher_code",
]
