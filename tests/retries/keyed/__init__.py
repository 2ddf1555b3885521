"""One request of each mutation with an idempotency key, and what there must be before it. Each moves something."""

from collections.abc import Mapping

from . import benefits, campaigns, coupon_keeping, coupons, members, rewards, staff
from .members import code
from .request import CLUB, DAY, OPERATOR, SHOP, SUPPORT, WHY, Prepare, Request, key, named, rich
from .rewards import redeemed, reward
from .staff import asked_for, held, place, publish, set_tier

__all__ = [
    "CLUB",
    "DAY",
    "OF_MEMBERS",
    "OF_OTHERS",
    "OPERATOR",
    "REQUESTS",
    "SHOP",
    "SUPPORT",
    "WHY",
    "Prepare",
    "Request",
    "asked_for",
    "code",
    "held",
    "key",
    "named",
    "place",
    "publish",
    "redeemed",
    "reward",
    "rich",
    "set_tier",
]

OF_MEMBERS: Mapping[str, Prepare] = {
    "joinProgram": members.join,
    "leaveProgram": members.leave,
    "checkIn": members.check_in,
    "makeUpCheckIn": members.make_up,
    "createInviteCode": members.make_code,
    "bindInviteCode": members.bind,
    "redeemReward": rewards.redeem,
    "cancelRedemption": rewards.cancel,
    "showVoucherCode": rewards.show_code,
    "claimCoupon": coupons.claim,
    "redeemCouponCode": coupons.redeem_code,
    "showCouponCode": coupons.show_code,
}
OF_OTHERS: Mapping[str, Prepare] = {
    "placeHold": staff.place,
    "captureHold": staff.capture,
    "releaseHold": staff.release,
    "giveBackPoints": staff.give_back,
    "adjustPoints": staff.adjust,
    "approveAdjustment": staff.approve,
    "rejectAdjustment": staff.reject,
    "setManualTier": staff.set_tier,
    "endManualTier": staff.end_tier,
    "publishProgram": staff.publish,
    "createReward": rewards.create_reward,
    "changeReward": rewards.change_reward,
    "retireReward": rewards.retire_reward,
    "addRewardStock": rewards.add_stock,
    "addVoucherCodes": rewards.add_codes,
    "confirmRedemption": rewards.confirm,
    "fulfilRedemption": rewards.fulfil,
    "refundRedemption": rewards.refund,
    "createCampaign": campaigns.create,
    "pauseCampaign": campaigns.pause,
    "resumeCampaign": campaigns.resume,
    "endCampaign": campaigns.end,
    "createCouponTemplate": coupon_keeping.create,
    "changeCouponTemplate": coupon_keeping.change,
    "retireCouponTemplate": coupon_keeping.retire,
    "addCouponStock": coupon_keeping.add_stock,
    "addCouponBudget": coupon_keeping.add_budget,
    "issueCoupon": coupon_keeping.issue,
    "revokeCoupon": coupon_keeping.revoke,
    "issueCoupons": coupon_keeping.issue_many,
    "createCouponCodes": coupon_keeping.make_codes,
    "addPartnerCodes": coupon_keeping.add_partner_codes,
    "readCouponCodes": coupon_keeping.read_codes,
    "reserveCoupon": coupons.reserve,
    "redeemCoupon": coupons.redeem,
    "releaseCoupon": coupons.release,
    "returnCoupon": coupons.give_back,
    "grantBenefit": benefits.grant,
    "revokeBenefit": benefits.revoke,
}
REQUESTS: Mapping[str, Prepare] = {**OF_MEMBERS, **OF_OTHERS}
"""By the mutation's name. A new one needs an entry: tests/retries/test_cut_connections.py finds those without."""
