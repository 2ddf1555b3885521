"""The life of a coupon: which step may follow where it is, and why not (R32, R33)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from app.coupons.section import Reservations
from app.errors import BadInput

from .coupon import Order
from .kinds import CouponState, CouponStep
from .refusals import WhyNoStep

LONGEST_ORDER = 200
MAY_BE_TAKEN: Mapping[CouponStep, frozenset[CouponState]] = {
    CouponStep.SHOW_CODE: frozenset((CouponState.ISSUED,)),
    CouponStep.RESERVE: frozenset((CouponState.ISSUED,)),
    CouponStep.REDEEM: frozenset((CouponState.RESERVED,)),
    CouponStep.RELEASE: frozenset((CouponState.RESERVED,)),
    CouponStep.TIME_OUT: frozenset((CouponState.RESERVED,)),
    CouponStep.RETURN: frozenset((CouponState.REDEEMED,)),
    CouponStep.EXPIRE: frozenset((CouponState.ISSUED,)),
    CouponStep.REVOKE: frozenset((CouponState.ISSUED, CouponState.RESERVED)),
}
LEADS_TO: Mapping[CouponStep, frozenset[CouponState]] = {
    CouponStep.SHOW_CODE: frozenset((CouponState.ISSUED,)),
    CouponStep.RESERVE: frozenset((CouponState.RESERVED,)),
    CouponStep.REDEEM: frozenset((CouponState.REDEEMED,)),
    CouponStep.RELEASE: frozenset((CouponState.ISSUED, CouponState.EXPIRED)),
    CouponStep.TIME_OUT: frozenset((CouponState.ISSUED, CouponState.EXPIRED)),
    CouponStep.RETURN: frozenset((CouponState.ISSUED, CouponState.EXPIRED, CouponState.REVOKED)),
    CouponStep.EXPIRE: frozenset((CouponState.EXPIRED,)),
    CouponStep.REVOKE: frozenset((CouponState.REVOKED,)),
}
"""EXPIRED where its time has passed (R32), REVOKED where what it was given for was undone meanwhile (R35)."""
OF_ITS_ORDER = frozenset((CouponStep.REDEEM, CouponStep.RELEASE, CouponStep.RETURN))
"""Steps that only the order takes which the coupon is reserved for, or was used for."""
FROM_ITS_BEGINNING = frozenset((CouponStep.RESERVE, CouponStep.SHOW_CODE))
"""Not before the coupon can be used."""
ENDED = {
    CouponState.REDEEMED: WhyNoStep.REDEEMED,
    CouponState.EXPIRED: WhyNoStep.EXPIRED,
    CouponState.REVOKED: WhyNoStep.REVOKED,
}


class Living(Protocol):
    """A coupon that was settled."""

    @property
    def state(self) -> CouponState: ...
    @property
    def order(self) -> Order | None: ...
    @property
    def valid_from(self) -> datetime: ...


def impossible(step: CouponStep, coupon: Living, *, order: Order | None = None, now: datetime) -> WhyNoStep | None:
    """Why a step cannot be taken, of a coupon that was settled; None: it can."""
    if coupon.state not in MAY_BE_TAKEN[step]:
        return _why(step, coupon, order)
    if step in OF_ITS_ORDER and coupon.order != order:
        is_reserved = coupon.state is CouponState.RESERVED
        return WhyNoStep.RESERVED_FOR_ANOTHER if is_reserved else WhyNoStep.REDEEMED_FOR_ANOTHER
    if step in FROM_ITS_BEGINNING and now < coupon.valid_from:
        return WhyNoStep.NOT_YET_VALID
    return None


def _why(step: CouponStep, coupon: Living, order: Order | None) -> WhyNoStep:
    if step is CouponStep.RETURN and coupon.state in (CouponState.ISSUED, CouponState.RESERVED):
        return WhyNoStep.NOT_REDEEMED
    if coupon.state is CouponState.ISSUED:
        return WhyNoStep.NOT_RESERVED
    if coupon.state is CouponState.RESERVED:
        return WhyNoStep.RESERVED_ALREADY if coupon.order == order else WhyNoStep.RESERVED_FOR_ANOTHER
    return ENDED[coupon.state]


def reservation_end(asked: datetime | None, *, allowed: Reservations, now: datetime) -> datetime:
    """Until when a coupon is reserved (exclusive). May raise BadInput: past, or too far off."""
    until = now + allowed.usual if asked is None else asked
    if not now < until <= now + allowed.longest:
        raise BadInput(f"'until' must be later than now, and at most {allowed.most_days} days.")
    return until


def order_named(source: str, asked: str) -> Order:
    """May raise BadInput: not the id of an order."""
    if not 0 < len(asked) <= LONGEST_ORDER or not asked.isprintable():
        raise BadInput(f"'order' must have 1 to {LONGEST_ORDER} printable characters.")
    return Order(source, asked)
