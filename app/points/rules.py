"""Points as money: what an order earns, when lots become active and lapse, what a balance is. No I/O here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from fractions import Fraction
from typing import Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from app.clock import days_later, months_later, next_new_year

from .section import Expiry, ExpiryKind, PointsSection, Rounding


class LotState(Enum):
    """What is written of a lot; what it counts as at an instant follows from its times (R2)."""

    PENDING = "PENDING"
    ACTIVE = "ACTIVE"
    LAPSED = "LAPSED"


class EntryKind(Enum):
    EARNED = "EARNED"
    ACTIVATED = "ACTIVATED"
    EXPIRED = "EXPIRED"


class Cause(Enum):
    """What kind of thing made the points move; `cause_id` says which one."""

    ORDER = "ORDER"


class Lot(Protocol):
    @property
    def id(self) -> UUID: ...
    @property
    def remaining(self) -> int: ...
    @property
    def state(self) -> str: ...
    @property
    def activates_at(self) -> datetime | None: ...
    @property
    def expires_at(self) -> datetime | None: ...


@dataclass(frozen=True)
class Balance:
    """Points of a member at an instant."""

    member_id: UUID
    available: int
    pending: int


@dataclass(frozen=True)
class Expiring:
    """Points that lapse together."""

    amount: int
    at: datetime


@dataclass(frozen=True)
class Due:
    """A movement that is due: a lot becomes active, or what is left of it lapses."""

    lot_id: UUID
    kind: EntryKind
    amount: int
    at: datetime


def rounded(value: Fraction, *, rounding: Rounding) -> int:
    """A whole number of points, rounded once: FLOOR, or HALF_UP (R12). For values of 0 and more."""
    return int(value + Fraction(1, 2)) if rounding is Rounding.HALF_UP else int(value)


def earned_by(amount: Fraction, *, points: int, per: int, rounding: Rounding) -> int:
    """Points for an amount in minor units, weighted or not, when `per` minor units earn `points` (R12)."""
    return rounded(amount * points / per, rounding=rounding)


def shared(total: int, weights: Sequence[int]) -> list[int]:
    """A total over lines in proportion to their weights, by largest remainder, so that the lines add up to it
    (R12). Of equal remainders the earlier line's is taken to be larger; without any weight nothing is shared."""
    whole = sum(weights)
    if whole == 0:
        return [0] * len(weights)
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda line: (-(total * weights[line] % whole), line))
    for line in by_remainder[: total - sum(parts)]:
        parts[line] += 1
    return parts


def activation(completed_at: datetime, *, return_window_days: int, zone: ZoneInfo) -> datetime:
    """When the points of an order can be spent: its return window is over (R9)."""
    return days_later(completed_at, return_window_days, zone=zone)


def expiry(activates_at: datetime, *, policy: Expiry, zone: ZoneInfo) -> datetime:
    """From when points cannot be spent: so many months from activation, or the next local January 1 (R9)."""
    if policy.kind is ExpiryKind.YEARLY:
        return next_new_year(activates_at, zone=zone)
    return months_later(activates_at, policy.months, zone=zone)


def lifetime(
    completed_at: datetime | None, *, section: PointsSection, zone: ZoneInfo
) -> tuple[datetime | None, datetime | None]:
    """When points of an order become active and when they lapse; not known until it is completed (R9)."""
    if completed_at is None:
        return None, None
    activates_at = activation(completed_at, return_window_days=section.return_window_days, zone=zone)
    return activates_at, expiry(activates_at, policy=section.expiry, zone=zone)


def due_by(lots: Iterable[Lot], *, now: datetime) -> list[Due]:
    """What is due of a member's open lots at an instant, in order of time (R2)."""
    found: list[Due] = []
    for lot in lots:
        if lot.activates_at is None or lot.activates_at > now or lot.remaining == 0:
            continue
        if lot.state == LotState.PENDING.name:
            found.append(Due(lot.id, EntryKind.ACTIVATED, lot.remaining, lot.activates_at))
        if lot.expires_at is not None and lot.expires_at <= now:
            found.append(Due(lot.id, EntryKind.EXPIRED, lot.remaining, lot.expires_at))
    return sorted(found, key=lambda due: (due.at, due.kind is EntryKind.EXPIRED, due.lot_id))


def next_due(lots: Iterable[Lot], *, settled_at: datetime) -> datetime | None:
    """When settling is next due, if nothing happens before; of lots as they were before they were settled.

    What is active already does not become so again, even if a slower clock settles later by an earlier instant.
    """
    times = [_next_due(lot, settled_at=settled_at) for lot in lots if lot.remaining]
    return min((at for at in times if at is not None and at > settled_at), default=None)


def _next_due(lot: Lot, *, settled_at: datetime) -> datetime | None:
    if lot.state == LotState.PENDING.name and (lot.activates_at is None or lot.activates_at > settled_at):
        return lot.activates_at
    return lot.expires_at
