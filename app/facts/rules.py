"""What a reported order is, and what it earns. No I/O here."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import Enum
from uuid import UUID

from app.errors import BadInput
from app.points.rules import earned_by, shared
from app.points.section import PointsSection, Rounding
from app.programs.rules import Programs, ProgramVersion
from app.tiers.section import CountsAt, TiersSection

MOST_LINES = 200
MOST_AMOUNT = 2**31 - 1
LONGEST_ID = 200
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
"""What is said to be older is a mistake, and near the year 1 local times end."""
AHEAD = timedelta(minutes=5)
"""How far another system's clock may be ahead of ours."""


class FactKind(Enum):
    """What is reported."""

    ORDER_PAID = "ORDER_PAID"
    ORDER_COMPLETED = "ORDER_COMPLETED"


@dataclass(frozen=True)
class Line:
    """One line of an order. `amount` is for the whole quantity, in minor units."""

    quantity: int
    amount: int
    sku: str | None = None
    category: str | None = None


@dataclass(frozen=True)
class ReportedOrder:
    """What another system says of an order: that it was paid, that it was completed, or both."""

    source: str
    external_id: str
    paid_at: datetime | None
    completed_at: datetime | None
    lines: Sequence[Line]
    channel: str | None = None

    @property
    def amount(self) -> int:
        """What was paid, in minor units."""
        return sum(line.amount for line in self.lines)

    @property
    def kinds(self) -> list[FactKind]:
        """The facts that are reported."""
        return [kind for kind in FactKind if self.at(kind) is not None]

    def at(self, kind: FactKind) -> datetime | None:
        """When it happened, if it is reported."""
        return self.paid_at if kind is FactKind.ORDER_PAID else self.completed_at

    def digest(self, kind: FactKind) -> bytes:
        """Of the content of one of its facts: the same content has the same digest (R24)."""
        at = self.at(kind)
        told: list[object] = [kind.name, at.timestamp() if at else None]
        if kind is FactKind.ORDER_PAID:
            told += [(line.quantity, line.amount, line.sku, line.category) for line in self.lines]
        return hashlib.sha256(repr(told).encode()).digest()


@dataclass(frozen=True)
class KnownOrder:
    """What is known of an order."""

    member_id: UUID
    id: UUID
    source: str
    external_id: str
    currency: str
    paid_at: datetime | None = None
    completed_at: datetime | None = None
    amount: int | None = None
    """In minor units; null until it is paid."""
    program_version: int | None = None
    """The rules of the day it was paid (R25)."""
    channel: str | None = None
    points: int = 0
    growth: int = 0


@dataclass(frozen=True)
class OrderRecorded:
    """The order is known; `replayed` if nothing in the report was new."""

    member_id: UUID
    order_id: UUID
    points: int
    growth: int
    replayed: bool = False


@dataclass(frozen=True)
class FactConflict:
    """The order was reported before with other content, or for another customer."""

    source: str
    external_id: str


@dataclass(frozen=True)
class Earned:
    """What a rule earns for an order."""

    rule: str
    amount: int


@dataclass(frozen=True)
class GrowthCounted:
    """Growth of an order, and when it counts."""

    earned: Sequence[Earned]
    at: datetime


def checked(order: ReportedOrder, *, now: datetime) -> ReportedOrder:
    """The order, if it makes sense (R26). May raise BadInput, which names the argument that does not."""
    if not 0 < len(order.external_id) <= LONGEST_ID or not order.external_id.isprintable():
        raise BadInput(f"'order' must have 1 to {LONGEST_ID} printable characters.")
    if order.paid_at is None and order.completed_at is None:
        raise BadInput("Say when the order was paid ('paidAt'), or completed ('completedAt'), or both.")
    if (order.paid_at is None) != (not order.lines):
        raise BadInput("'lines' come with 'paidAt': an order that was paid has at least one line.")
    if len(order.lines) > MOST_LINES:
        raise BadInput(f"'lines' may be at most {MOST_LINES}.")
    for name, at in (("paidAt", order.paid_at), ("completedAt", order.completed_at)):
        if at is not None and at > now + AHEAD:
            raise BadInput(f"'{name}' is in the future.")
        if at is not None and at < EARLIEST:
            raise BadInput(f"'{name}' is before {EARLIEST.year}.")
    for number, line in enumerate(order.lines):
        _check_line(number, line)
    if order.amount > MOST_AMOUNT:
        raise BadInput("The order's amount is too large.")
    return order


def _check_line(number: int, line: Line) -> None:
    if not 0 < line.quantity <= MOST_AMOUNT:
        raise BadInput(f"'lines[{number}].quantity' must be more than 0.")
    if line.amount < 0:
        raise BadInput(f"'lines[{number}].amount' must be 0 or more.")
    for name, text in (("sku", line.sku), ("category", line.category)):
        if text is not None and (not 0 < len(text) <= LONGEST_ID or not text.isprintable()):
            raise BadInput(f"'lines[{number}].{name}' must have 1 to {LONGEST_ID} printable characters.")


def points_earned(amount: int, *, section: PointsSection) -> list[Earned]:
    """Points of an order by each rule, each rounded once for the whole order (R12)."""
    return [
        Earned(rule.code, earned_by(amount, points=rule.points, per=rule.per, rounding=section.rounding))
        for rule in section.earning
    ]


def growth_earned(amount: int, *, section: TiersSection) -> list[Earned]:
    """Growth of an order by each rule, from rules of its own (R22); what is not a whole one is dropped."""
    return [
        Earned(rule.code, earned_by(amount, points=rule.growth, per=rule.per, rounding=Rounding.FLOOR))
        for rule in section.growth
    ]


def points_of_lines(order: ReportedOrder, earned: Sequence[Earned]) -> list[int]:
    """Each line's part of the order's points: they add up to it (R12)."""
    return shared(sum(each.amount for each in earned), [line.amount for line in order.lines])


def growth_counted(order: KnownOrder | None, *, version: ProgramVersion) -> GrowthCounted | None:
    """The growth of an order that is paid, once it counts by the program: when paid, or when completed (R15)."""
    if order is None or order.paid_at is None or order.amount is None:
        return None
    section = version.section(TiersSection)
    at = order.paid_at if section.counts_at is CountsAt.PAID else order.completed_at
    return None if at is None else GrowthCounted(growth_earned(order.amount, section=section), at)


def taken_in(before: KnownOrder, *, order: ReportedOrder, programs: Programs, program: str) -> KnownOrder:
    """What is known of an order after a report: the same, in whatever order its facts come (R25).

    May raise BadInput: it would earn more than a member can have.
    """
    completed_at = order.completed_at or before.completed_at
    known = replace(before, completed_at=completed_at, channel=before.channel or order.channel)
    if order.paid_at is not None:
        known = replace(known, channel=order.channel or known.channel)  # where it was paid, whichever came first
        number = programs.at(program, order.paid_at).number
        known = replace(known, paid_at=order.paid_at, amount=order.amount, program_version=number)
    if known.program_version is None:
        return known
    version = programs.version(program, known.program_version)
    counted = growth_counted(known, version=version)
    earned = points_earned(known.amount or 0, section=version.section(PointsSection))
    growth = sum(each.amount for each in counted.earned) if counted else 0
    points = sum(each.amount for each in earned)
    if max(points, growth) > MOST_AMOUNT:
        raise BadInput("The order would earn more than a member can have.")
    return replace(known, points=points, growth=growth)
