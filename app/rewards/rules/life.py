"""The life of a redemption: which step may follow which, and whose it is to take it (R35)."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import NamedTuple, Protocol

from app.coupons.rules.kinds import CouponState

from .kinds import ActorKind, RedemptionState, handling_of
from .refusals import WhyNot


class Step(Enum):
    """What can be asked for."""

    CONFIRM = "CONFIRM"
    FULFIL = "FULFIL"
    """By staff: it was sent, or paid out."""
    SHOW_CODE = "SHOW_CODE"
    """By the member: it fulfils a voucher."""
    CANCEL = "CANCEL"
    """By the member, before it is fulfilled, or its coupon is used."""
    REFUND = "REFUND"
    """By staff, at any time."""


LEADS_TO: Mapping[Step, RedemptionState] = {
    Step.CONFIRM: RedemptionState.CONFIRMED,
    Step.FULFIL: RedemptionState.FULFILLED,
    Step.SHOW_CODE: RedemptionState.FULFILLED,
    Step.CANCEL: RedemptionState.CANCELED,
    Step.REFUND: RedemptionState.REFUNDED,
}
MAY_FOLLOW: Mapping[RedemptionState, frozenset[RedemptionState]] = {
    RedemptionState.PENDING: frozenset((RedemptionState.CONFIRMED, RedemptionState.CANCELED, RedemptionState.REFUNDED)),
    RedemptionState.CONFIRMED: frozenset(
        (RedemptionState.FULFILLED, RedemptionState.CANCELED, RedemptionState.REFUNDED)
    ),
    RedemptionState.FULFILLED: frozenset((RedemptionState.REFUNDED,)),
    RedemptionState.CANCELED: frozenset(),
    RedemptionState.REFUNDED: frozenset(),
}
"""What can become of it from each state. Each state is reached once at most."""
WHY_NOT_OF_COUPON: Mapping[CouponState, WhyNot] = {
    CouponState.RESERVED: WhyNot.COUPON_RESERVED,
    CouponState.REDEEMED: WhyNot.COUPON_USED,
    CouponState.EXPIRED: WhyNot.COUPON_EXPIRED,
    CouponState.REVOKED: WhyNot.COUPON_REVOKED,
}
"""Why who has the coupon of a redemption cannot cancel that."""


class Actor(NamedTuple):
    """Who takes a step, and for staff the name by which they sign in."""

    kind: ActorKind
    issuer: str | None = None
    subject: str | None = None


MEMBER = Actor(ActorKind.MEMBER)


class Living(Protocol):
    """A redemption's row."""

    @property
    def state(self) -> str: ...
    @property
    def code_shown_at(self) -> datetime | None: ...


class Refusing(NamedTuple):
    """A step that cannot be taken: where the redemption is, and why."""

    state: RedemptionState
    why: WhyNot


def may_follow(state: RedemptionState, *, has_coupon: bool) -> frozenset[RedemptionState]:
    """What can become of it from a state. A coupon is there at once, and can be given up until it is used."""
    is_coupon_there = has_coupon and state is RedemptionState.FULFILLED
    return MAY_FOLLOW[state] | {RedemptionState.CANCELED} if is_coupon_there else MAY_FOLLOW[state]


class ItsCouponNow(NamedTuple):
    """The coupon of a redemption of a reward that is one."""

    state: CouponState
    """What it has become by now."""
    is_code_shown: bool
    """Whether its member has seen the partner's code of it."""

    @property
    def why_kept(self) -> WhyNot | None:
        """Why its member cannot give it back; None: they can."""
        return WHY_NOT_OF_COUPON.get(self.state) or (WhyNot.CODE_SHOWN if self.is_code_shown else None)


def impossible(step: Step, redemption: Living, *, kind: str, coupon: ItsCouponNow | None = None) -> Refusing | None:
    """Why a step cannot be taken of a redemption of a reward of this kind; None: it can. `coupon`: of a reward that is
    one."""
    state, handling = RedemptionState[redemption.state], handling_of(kind)
    if step is Step.SHOW_CODE and not handling.has_codes:
        return Refusing(state, WhyNot.NO_CODE)
    if step is Step.FULFIL and handling.has_codes:
        return Refusing(state, WhyNot.FULFILLED_BY_CODE)
    if LEADS_TO[step] in may_follow(state, has_coupon=handling.has_coupon):
        why = coupon.why_kept if step is Step.CANCEL and coupon is not None else None
        return None if why is None else Refusing(state, why)
    return Refusing(state, _why(step, state, is_shown=redemption.code_shown_at is not None))


def _why(step: Step, state: RedemptionState, *, is_shown: bool) -> WhyNot:
    if not MAY_FOLLOW[state]:
        return WhyNot.GIVEN_BACK
    if state is RedemptionState.PENDING:
        return WhyNot.NOT_CONFIRMED
    if state is RedemptionState.CONFIRMED:
        return WhyNot.CONFIRMED_ALREADY
    return WhyNot.CODE_SHOWN if is_shown and step is Step.CANCEL else WhyNot.FULFILLED_ALREADY


def is_restocked(redemption: Living, *, asked: bool, is_stocked: bool) -> bool:
    """Does what was taken of the stock go back into it? Not if there is none, nor a code that somebody has seen."""
    return asked and is_stocked and redemption.code_shown_at is None
