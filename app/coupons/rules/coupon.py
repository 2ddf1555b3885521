"""A coupon in memory, and what each step makes of it: pure functions (R2, R31, R32)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from .kinds import CouponActor, CouponState, CouponStep


@dataclass(frozen=True)
class Order:
    """An order as another system knows it."""

    source: str
    id: str


@dataclass(frozen=True)
class Coupon:
    """A coupon's row, as far as anything becomes of it (see `models.CouponRow`)."""

    member_id: UUID
    id: UUID
    program: str
    template_id: UUID
    template: str
    version: int | None
    state: CouponState
    issued_at: datetime
    valid_from: datetime
    expires_at: datetime
    set_aside: int
    bucket: int | None
    number: int | None
    code_shown_at: datetime | None
    is_restocked: bool
    is_undue: bool
    order: Order | None
    discount: int | None
    reserved_until: datetime | None
    ended_at: datetime | None
    due_at: datetime | None
    changes: int


@dataclass(frozen=True)
class Author:
    """Who takes a step, and for staff the name by which they sign in."""

    actor: CouponActor
    issuer: str | None = None
    subject: str | None = None


BY_SYSTEM, BY_TIME, BY_MEMBER = Author(CouponActor.SYSTEM), Author(CouponActor.PROGRAM), Author(CouponActor.MEMBER)


@dataclass(frozen=True)
class Taken:
    """A step that was taken."""

    coupon_id: UUID
    number: int
    """Of the coupon's steps, from 1."""
    step: CouponStep
    before: CouponState
    after: CouponState
    by: Author
    order: Order | None
    """That it was about."""
    at: datetime
    reason: str | None = None
    until: datetime | None = None
    discount: int | None = None
    discounts: tuple[int, ...] | None = None


def reserved(coupon: Coupon, order: Order, *, until: datetime, discount: int) -> Coupon:
    """Set aside for an order. What time next makes of it is to end the reservation."""
    return replace(coupon, state=CouponState.RESERVED, order=order, discount=discount, reserved_until=until,
                   due_at=until, changes=coupon.changes + 1)  # fmt: skip


def redeemed(coupon: Coupon, *, at: datetime) -> Coupon:
    """Used. What is set aside of a budget and was not used stays so as long as the coupon may be given back as one
    that is as good as before; then it comes back by time."""
    can_return = at < coupon.expires_at
    used = min(coupon.set_aside, coupon.discount or 0)
    return replace(
        coupon,
        state=CouponState.REDEEMED,
        reserved_until=None,
        ended_at=at,
        set_aside=coupon.set_aside if can_return else used,
        due_at=coupon.expires_at if can_return and coupon.set_aside > used else None,
        changes=coupon.changes + 1,
    )


def given_back(coupon: Coupon, *, at: datetime) -> Coupon:
    """Not used for its order after all: the member has it again, or it has expired by now (R32), or is taken back, if
    what it was given for was undone since it was used (R35)."""
    if coupon.is_undue:
        return revoked(coupon, at=at)
    if at >= coupon.expires_at:
        return _ended(coupon, CouponState.EXPIRED, at=at)
    return replace(coupon, state=CouponState.ISSUED, order=None, discount=None, reserved_until=None, ended_at=None,
                   due_at=coupon.expires_at, changes=coupon.changes + 1)  # fmt: skip


def expired(coupon: Coupon) -> Coupon:
    return _ended(coupon, CouponState.EXPIRED, at=coupon.expires_at)


def revoked(coupon: Coupon, *, at: datetime) -> Coupon:
    """What was taken of the stock goes back, unless it has a code that somebody has seen."""
    goes_back = coupon.bucket is not None and coupon.code_shown_at is None
    return replace(_ended(coupon, CouponState.REVOKED, at=at), is_restocked=goes_back)


def code_shown(coupon: Coupon, *, at: datetime) -> Coupon:
    """The member has seen the partner's code: they may use it there, and it is nobody else's any more."""
    return replace(coupon, code_shown_at=at, changes=coupon.changes + 1)


def undone(coupon: Coupon, *, is_undue: bool) -> Coupon:
    """One that was used, when what it was given for was undone, or is there again: it stays used, and that is
    remembered for when it is given back."""
    return replace(coupon, is_undue=is_undue)


def settled(coupon: Coupon, *, now: datetime) -> tuple[Coupon, list[Taken]]:
    """What time has made of it by now, dated when it was due (R2)."""
    steps: list[Taken] = []
    for after, step in _by_time(coupon, now=now):
        if step is not None:
            at = coupon.due_at or now
            order = coupon.order if step is CouponStep.TIME_OUT else None
            steps.append(Taken(coupon.id, after.changes, step, coupon.state, after.state, BY_TIME, order, at))
        coupon = after
    return coupon, steps


def state_at(coupon: Coupon, now: datetime) -> CouponState:
    """What it is by now, entered or not (R2)."""
    return settled(coupon, now=now)[0].state


def _by_time(coupon: Coupon, *, now: datetime) -> Iterator[tuple[Coupon, CouponStep | None]]:
    """One after the other; without a step where only what is set aside changes."""
    while coupon.due_at is not None and coupon.due_at <= now:
        if coupon.state is CouponState.RESERVED:
            coupon, step = given_back(coupon, at=coupon.due_at), CouponStep.TIME_OUT
        elif coupon.state is CouponState.ISSUED:
            coupon, step = expired(coupon), CouponStep.EXPIRE
        else:  # it was used, and cannot be given back as good as before any more
            coupon, step = replace(coupon, set_aside=min(coupon.set_aside, coupon.discount or 0), due_at=None), None
        yield coupon, step


def _ended(coupon: Coupon, state: CouponState, *, at: datetime) -> Coupon:
    """It can be used no more: nothing of a budget is held for it."""
    return replace(coupon, state=state, order=None, discount=None, reserved_until=None, ended_at=at, set_aside=0,
                   due_at=None, changes=coupon.changes + 1)  # fmt: skip
