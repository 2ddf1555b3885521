"""What becomes of a coupon: reserved, redeemed, released, returned by systems that sell; revoked (R32-R34).

All of them run under the member's lock, which makes one of two steps the first: the other is then refused by where the
first one led. What is due by time comes before any of them, dated when it was due (R2).
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from app.coupons.rules.cart import Cart, check_cart_currency
from app.coupons.rules.coupon import (
    BY_MEMBER,
    BY_SYSTEM,
    BY_TIME,
    Author,
    Coupon,
    Order,
    Taken,
    code_shown,
    given_back,
    redeemed,
    reserved,
    revoked,
    undone,
)
from app.coupons.rules.discounts import Nothing, discount_of
from app.coupons.rules.kinds import CouponState, CouponStep
from app.coupons.rules.life import MAY_BE_TAKEN, impossible, reservation_end
from app.coupons.rules.refusals import NO_COUPON, CouponNotUsable, CouponStepNotPossible, WhyNoStep
from app.coupons.rules.stacking import beside, group_of, no_place
from app.coupons.section import CouponsSection
from app.coupons.templates import template_of
from app.db import Transaction
from app.errors import BadInput, Refused
from app.programs.rules import Programs

from .stacking import others_of
from .wallet import Wallet, settled_wallet
from .writing import write_wallet


async def reserve(
    tx: Transaction,
    *,
    member_id: UUID,
    coupon_id: UUID,
    order: Order,
    cart: Cart,
    until: datetime | None,
    programs: Programs,
    now: datetime,
) -> UUID:
    """Set a coupon aside for an order, with what it takes off each of its lines: the step's id. Of a stacking group one
    is for an order, of three groups at most, and together they take off no more than is to be paid (R34). The member is
    locked, so that of two coupons that do not go together one is the first.

    May refuse: CouponStepNotPossible; CouponNotUsable. May raise BadInput: there is no such coupon, the cart is in
    another currency, or `until` cannot be; Overloaded: this process does not know the coupon's template yet.
    """
    wallet, coupon = await _found(tx, member_id, coupon_id, beside=order, now=now)
    allowed = programs.for_member(coupon.program, member_id).at(now).section(CouponsSection).reservations
    ends = reservation_end(until, allowed=allowed, now=now)
    _check(CouponStep.RESERVE, coupon, order=order, now=now)
    template = template_of(programs, coupon.program, coupon.template, coupon.version)
    check_cart_currency(cart, template.currency)
    others = await others_of(tx, wallet, coupon, order=order, programs=programs)
    _refuse_if(no_place(group_of(template.terms), [other.group for other in others]), coupon)
    by_itself = discount_of(template.terms, cart.lines)
    if isinstance(by_itself, Nothing):
        raise Refused(CouponNotUsable(member_id, coupon_id, by_itself.why, by_itself.missing, template.currency))
    off = beside(by_itself, template.terms, cart.lines, others)
    if off is None:
        raise Refused(CouponStepNotPossible(member_id, coupon_id, coupon.state, WhyNoStep.TOO_MUCH_OFF))
    after = reserved(coupon, order, until=ends, discount=off.amount)
    step = Taken(coupon_id, after.changes, CouponStep.RESERVE, coupon.state, after.state, BY_SYSTEM, order, now,
                 until=ends, discount=off.amount, discounts=off.by_line)  # fmt: skip
    step_id = wallet.take(tx, after, step)
    await write_wallet(tx, wallet)
    return step_id


async def redeem(tx: Transaction, *, member_id: UUID, coupon_id: UUID, order: Order, now: datetime) -> None:
    """It was used for the order that it is reserved for. As for reserving."""
    await _take(tx, CouponStep.REDEEM, redeemed, member_id=member_id, coupon_id=coupon_id, order=order, now=now)


async def release(tx: Transaction, *, member_id: UUID, coupon_id: UUID, order: Order, now: datetime) -> None:
    """The order that it is reserved for does not come about. As for reserving."""
    await _take(tx, CouponStep.RELEASE, given_back, member_id=member_id, coupon_id=coupon_id, order=order, now=now)


async def give_back(tx: Transaction, *, member_id: UUID, coupon_id: UUID, order: Order, now: datetime) -> None:
    """The order that it was used for was cancelled: the member has it again, or it has expired by now (R32). As for
    reserving."""
    await _take(tx, CouponStep.RETURN, given_back, member_id=member_id, coupon_id=coupon_id, order=order, now=now)


async def show_code(tx: Transaction, *, member_id: UUID, coupon_id: UUID, now: datetime) -> None:
    """From now on the member may see the partner's code; nothing if it was shown before, whatever became of the coupon
    by time. The member is locked.

    May refuse: CouponStepNotPossible. May raise BadInput: they have no such coupon.
    """
    wallet, coupon = await _found(tx, member_id, coupon_id, now=now)
    if coupon.code_shown_at is not None and coupon.state is not CouponState.REVOKED:
        return
    _refuse_if(WhyNoStep.NO_CODE if coupon.number is None else None, coupon)
    _check(CouponStep.SHOW_CODE, coupon, order=None, now=now)
    after = code_shown(coupon, at=now)
    wallet.take(tx, after, Taken(coupon_id, after.changes, CouponStep.SHOW_CODE, coupon.state, after.state, BY_MEMBER,
                                 None, now))  # fmt: skip
    await write_wallet(tx, wallet)


async def revoke(
    tx: Transaction, *, member_id: UUID, coupon_id: UUID, by: Author, reason: str | None, now: datetime
) -> None:
    """The shop takes it back before it is used, also while it is reserved: its piece goes back into the stock, its
    money into the budget. The member is locked.

    May refuse: CouponStepNotPossible. May raise BadInput: there is no such coupon.
    """
    wallet, coupon = await _found(tx, member_id, coupon_id, now=now)
    _check(CouponStep.REVOKE, coupon, order=None, now=now)
    after = revoked(coupon, at=now)
    wallet.take(tx, after, Taken(coupon_id, after.changes, CouponStep.REVOKE, coupon.state, after.state, by,
                                 coupon.order, now, reason=reason))  # fmt: skip
    await write_wallet(tx, wallet)


async def take_back(tx: Transaction, *, member_id: UUID, coupon_id: UUID, now: datetime) -> None:
    """What it was given for was undone: revoked if it is unused, also while it is reserved; if it was used that is
    remembered, so that it is not the member's again should its order be cancelled (R7, R15, R35, R37). One that has
    ended otherwise stays as it is. The member is locked, and has it."""
    wallet = await settled_wallet(tx, member_id=member_id, coupon_id=coupon_id, now=now)
    coupon = wallet.coupons[coupon_id]
    if coupon.state is CouponState.REDEEMED:
        wallet.coupons[coupon_id] = undone(coupon, is_undue=True)
    elif coupon.state in MAY_BE_TAKEN[CouponStep.REVOKE]:
        after = revoked(coupon, at=now)
        wallet.take(tx, after, Taken(coupon_id, after.changes, CouponStep.REVOKE, coupon.state, after.state, BY_TIME,
                                     coupon.order, now))  # fmt: skip
    await write_wallet(tx, wallet)


async def leave(tx: Transaction, *, member_id: UUID, coupon_id: UUID, now: datetime) -> None:
    """What it was given for is there again after it was undone: given back, it is the member's as ever. The member is
    locked, and has it."""
    wallet = await settled_wallet(tx, member_id=member_id, coupon_id=coupon_id, now=now)
    coupon = wallet.coupons[coupon_id]
    if coupon.state is CouponState.REDEEMED:
        wallet.coupons[coupon_id] = undone(coupon, is_undue=False)
    await write_wallet(tx, wallet)


async def settle_coupons(tx: Transaction, *, member_id: UUID, now: datetime) -> None:
    """Enter what time has made of a member's coupons by now. The member is locked."""
    await write_wallet(tx, await settled_wallet(tx, member_id=member_id, now=now))


async def _take(
    tx: Transaction,
    step: CouponStep,
    makes: Callable[..., Coupon],
    *,
    member_id: UUID,
    coupon_id: UUID,
    order: Order,
    now: datetime,
) -> None:
    wallet, coupon = await _found(tx, member_id, coupon_id, now=now)
    _check(step, coupon, order=order, now=now)
    after = makes(coupon, at=now)
    wallet.take(tx, after, Taken(coupon_id, after.changes, step, coupon.state, after.state, BY_SYSTEM, order, now))
    await write_wallet(tx, wallet)


async def _found(
    tx: Transaction, member_id: UUID, coupon_id: UUID, *, beside: Order | None = None, now: datetime
) -> tuple[Wallet, Coupon]:
    """`beside`: with those of that order. May raise BadInput: the member has no such coupon (R43)."""
    wallet = await settled_wallet(tx, member_id=member_id, coupon_id=coupon_id, order=beside, now=now)
    if coupon_id not in wallet.coupons:
        raise BadInput(NO_COUPON)
    return wallet, wallet.coupons[coupon_id]


def _check(step: CouponStep, coupon: Coupon, *, order: Order | None, now: datetime) -> None:
    """May refuse: CouponStepNotPossible."""
    _refuse_if(impossible(step, coupon, order=order, now=now), coupon)


def _refuse_if(why: WhyNoStep | None, coupon: Coupon) -> None:
    if why is not None:
        raise Refused(CouponStepNotPossible(coupon.member_id, coupon.id, coupon.state, why))
