"""What must be true of the coupons of what members redeemed: each redemption of one has its own, and no other (R35)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from app.coupons.rules.kinds import CouponState
from app.coupons.section import Way
from app.members.proving import Claim

from .models import RedemptionRow
from .rules.kinds import RedemptionState, handling_of

GIVEN_BACK = frozenset((RedemptionState.CANCELED.name, RedemptionState.REFUNDED.name))
ENDED = frozenset((CouponState.REDEEMED.name, CouponState.EXPIRED.name, CouponState.REVOKED.name))


def coupon_claims(
    redemptions: Sequence[RedemptionRow], rewards: Mapping[UUID, Any], coupons: Sequence[Any]
) -> Iterator[Claim]:
    bought = {coupon.id: coupon for coupon in coupons if coupon.way == Way.REWARD.name}
    for row in redemptions:
        reward = rewards.get(row.reward_id)
        if reward is not None:
            has_coupon = handling_of(reward.kind).has_coupon
            yield Claim("redemptions.coupon_id: there is one", row.id, has_coupon, row.coupon_id is not None)
        if row.coupon_id is not None:
            yield from _of(row, reward, bought.pop(row.coupon_id, None))
    yield Claim("coupons by way of REWARD: each of a redemption", None, [], sorted(bought))


def _of(row: RedemptionRow, reward: Any, coupon: Any) -> Iterator[Claim]:
    """What was given back is not the member's any more, unless it was used: staff may refund it all the same."""
    code = None if reward is None else reward.template
    found = None if coupon is None else (coupon.cause_id, coupon.rule, coupon.template)
    yield Claim("coupons of the redemption: its cause and template", row.id, (row.id, code, code), found)
    if coupon is None or row.state not in GIVEN_BACK:
        return
    if row.state == RedemptionState.CANCELED.name:
        yield Claim("coupons of what was cancelled: taken back (R35)", row.id, CouponState.REVOKED.name, coupon.state)
    is_undue = coupon.is_undue or coupon.state != CouponState.REDEEMED.name
    yield Claim("coupons of what was given back: not good again (R7, R35)", row.id, True, is_undue)
    yield Claim("coupons of what was given back: ended (R35)", row.id, True, coupon.state in ENDED)
