"""Coupons of one order beside one another, looked at under the member's lock (R34)."""

from collections.abc import Sequence

from app.coupons.queries.changes import LAST
from app.coupons.rules.coupon import Coupon, Order
from app.coupons.rules.kinds import CouponState
from app.coupons.rules.stacking import Beside, group_of
from app.coupons.templates import template_of
from app.db import Transaction
from app.programs.rules import Programs

from .wallet import Wallet

SINCE_RESERVED = 2
"""Of what is reserved the last step is that, of what was used the one before the last."""
OF_ORDER = frozenset((CouponState.RESERVED, CouponState.REDEEMED))


async def others_of(
    tx: Transaction, wallet: Wallet, coupon: Coupon, *, order: Order, programs: Programs
) -> Sequence[Beside]:
    """The member's other coupons that are reserved for the order by now, or were used for it: the wallet was settled
    with them. One statement, if there are any."""
    groups = {
        each.id: group
        for each in wallet.coupons.values()
        if each.id != coupon.id and each.order == order and each.state in OF_ORDER
        and (group := group_of(template_of(programs, each.program, each.template, each.version).terms)) is not None
    }  # fmt: skip
    if not groups:
        return ()
    discounts: dict[object, Sequence[int]] = {}
    for change in await tx.fetch(LAST, [(wallet.member_id, key) for key in groups], None, SINCE_RESERVED):
        if change.discounts is not None:
            discounts[change.coupon_id] = change.discounts
    return [Beside(group, discounts[key]) for key, group in groups.items()]
