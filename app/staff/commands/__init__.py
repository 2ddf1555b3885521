"""Every correction by staff, each with its record in the same transaction."""

from .adjusting import adjust_points, approve_adjustment, reject_adjustment
from .auditing import note
from .benefits import grant_benefit, revoke_benefit
from .campaigns import change_campaign, create_campaign
from .importing import add_asked_part, ask_for_import, start_asked_import
from .publishing import publish_program
from .redemptions import confirm_redemption, fulfil_redemption, refund_redemption
from .rewards import add_reward_stock, add_voucher_codes, change_reward, create_reward, retire_reward
from .tiers import end_manual_tier, set_manual_tier

__all__ = [
    "add_asked_part",
    "add_reward_stock",
    "add_voucher_codes",
    "adjust_points",
    "approve_adjustment",
    "ask_for_import",
    "change_campaign",
    "change_reward",
    "confirm_redemption",
    "create_campaign",
    "create_reward",
    "end_manual_tier",
    "fulfil_redemption",
    "grant_benefit",
    "note",
    "publish_program",
    "refund_redemption",
    "reject_adjustment",
    "retire_reward",
    "revoke_benefit",
    "set_manual_tier",
    "start_asked_import",
]
