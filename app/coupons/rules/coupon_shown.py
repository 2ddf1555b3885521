"""Coupons as they are shown: what each is by now, and what became of it (R2). No I/O here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from app.coupons.templates import Template, template_of
from app.programs.money import Money
from app.programs.rules import Programs

from .coupon import Order, Taken
from .kinds import CouponActor, CouponState, CouponStep

STATES = CouponState.__members__
ISSUED, RESERVED, EXPIRED = CouponState.ISSUED, CouponState.RESERVED, CouponState.EXPIRED
"""By names of their own: many coupons are shown at once, and an enum is slow to look into."""


class HasTimes(Protocol):
    """A coupon's row, as far as time makes something of it."""

    @property
    def state(self) -> str: ...
    @property
    def expires_at(self) -> datetime: ...
    @property
    def reserved_until(self) -> datetime | None: ...


class HasEnd(HasTimes, Protocol):
    @property
    def ended_at(self) -> datetime | None: ...


class HasTemplate(Protocol):
    @property
    def program(self) -> str: ...
    @property
    def template(self) -> str: ...
    @property
    def version(self) -> int | None: ...


class HasOrder(HasTimes, HasTemplate, Protocol):
    @property
    def order_source(self) -> str | None: ...
    @property
    def order_id(self) -> str | None: ...
    @property
    def discount(self) -> int | None: ...


@dataclass(frozen=True)
class ShownUse:
    """The order that a coupon is reserved for, or was used for."""

    source: str
    order: str
    discount: Money
    until: datetime | None


@dataclass(frozen=True)
class ShownStep:
    """A step in the life of a coupon, after it was issued."""

    number: int
    """Of the coupon's steps, from 1."""
    step: CouponStep
    from_state: CouponState
    to_state: CouponState
    actor: CouponActor
    source: str | None
    order: str | None
    until: datetime | None
    discount: Money | None
    lines: Sequence[Money]
    """What is taken off each line of the order, in their order; none but of a reservation."""
    reason: str | None
    by_issuer: str | None
    by_subject: str | None
    changed_at: datetime

    @property
    def id(self) -> UUID:
        """Its place in the coupon's history: also of one that is not entered yet, and has no id of its own."""
        return UUID(int=self.number)


def state_now(row: HasTimes, *, now: datetime) -> CouponState:
    """What it is by now: as `coupon.settled` has it, from less of the row (R2)."""
    state = STATES[row.state]
    if state is RESERVED and (until := row.reserved_until) is not None and until <= now:
        state = ISSUED
    return EXPIRED if state is ISSUED and row.expires_at <= now else state


def ended_at(row: HasEnd, *, now: datetime) -> datetime | None:
    """When it was redeemed, expired or was revoked: it may not be entered yet."""
    if row.ended_at is not None or state_now(row, now=now) is not EXPIRED:
        return row.ended_at
    return max(row.expires_at, row.reserved_until or row.expires_at)


def use_of(row: HasOrder, *, programs: Programs, now: datetime) -> ShownUse | None:
    """None: it is neither reserved nor used."""
    if state_now(row, now=now) not in (RESERVED, CouponState.REDEEMED):
        return None
    if row.order_source is None or row.order_id is None or row.discount is None:
        return None
    money = Money(row.discount, template_of_coupon(row, programs=programs).currency)
    return ShownUse(row.order_source, row.order_id, money, row.reserved_until)


def template_of_coupon(row: HasTemplate, *, programs: Programs) -> Template:
    """That by which it was issued. May raise Overloaded: it was made a moment ago."""
    return template_of(programs, row.program, row.template, row.version)


def step_due(step: Taken) -> ShownStep:
    """What time has made of a coupon, and is not entered yet."""
    order: Order | None = step.order
    return ShownStep(
        number=step.number,
        step=step.step,
        from_state=step.before,
        to_state=step.after,
        actor=step.by.actor,
        source=None if order is None else order.source,
        order=None if order is None else order.id,
        until=None,
        discount=None,
        lines=(),
        reason=None,
        by_issuer=None,
        by_subject=None,
        changed_at=step.at,
    )
