"""Coupons as systems that sell ask for them: each is a command by itself, with the member's lock (R32, R33)."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from app.coupons.rules.cart import Cart
from app.coupons.rules.coupon import Order
from app.coupons.rules.outcomes import CouponRedeemed, CouponReleased, CouponReserved, CouponReturned
from app.coupons.rules.refusals import NO_COUPON
from app.db import Transaction
from app.errors import BadInput
from app.members.commands import lock_member
from app.programs.rules import Programs

from .steps import give_back, redeem, release, reserve, settle_coupons

Pair = tuple[UUID, UUID]
"""The member's id and the coupon's."""


async def reserve_coupon(
    tx: Transaction,
    *,
    coupon: Pair,
    order: Order,
    cart: Cart,
    until: datetime | None,
    allowed: Collection[str],
    programs: Programs,
    now: datetime,
) -> CouponReserved:
    """See `steps.reserve`. `allowed`: programs that the caller may touch; another's coupon is none (R43)."""
    member_id, coupon_id = await _locked(tx, coupon, allowed)
    step_id = await reserve(tx, member_id=member_id, coupon_id=coupon_id, order=order, cart=cart, until=until,
                            programs=programs, now=now)  # fmt: skip
    return CouponReserved(member_id, coupon_id, step_id, cart.currency)


async def redeem_coupon(
    tx: Transaction, *, coupon: Pair, order: Order, allowed: Collection[str], now: datetime
) -> CouponRedeemed:
    """See `steps.redeem`."""
    member_id, coupon_id = await _locked(tx, coupon, allowed)
    await redeem(tx, member_id=member_id, coupon_id=coupon_id, order=order, now=now)
    return CouponRedeemed(member_id, coupon_id)


async def release_coupon(
    tx: Transaction, *, coupon: Pair, order: Order, allowed: Collection[str], now: datetime
) -> CouponReleased:
    """See `steps.release`."""
    member_id, coupon_id = await _locked(tx, coupon, allowed)
    await release(tx, member_id=member_id, coupon_id=coupon_id, order=order, now=now)
    return CouponReleased(member_id, coupon_id)


async def return_coupon(
    tx: Transaction, *, coupon: Pair, order: Order, allowed: Collection[str], now: datetime
) -> CouponReturned:
    """See `steps.give_back`."""
    member_id, coupon_id = await _locked(tx, coupon, allowed)
    await give_back(tx, member_id=member_id, coupon_id=coupon_id, order=order, now=now)
    return CouponReturned(member_id, coupon_id)


async def settle_coupons_of(tx: Transaction, *, member_id: UUID, now: datetime) -> None:
    """Settle somebody for whom nothing else happens: for the job that settles the idle (R2)."""
    await lock_member(tx, member_id=member_id)
    await settle_coupons(tx, member_id=member_id, now=now)


async def _locked(tx: Transaction, coupon: Pair, allowed: Collection[str]) -> Pair:
    """Lock the member. May raise BadInput: of another program than the caller's, and that is not said (R43)."""
    member = await lock_member(tx, member_id=coupon[0])
    if member.program not in allowed:
        raise BadInput(NO_COUPON)
    return coupon
