"""What a reported order is, and what it earns. No I/O here."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import Enum
from fractions import Fraction
from uuid import UUID

from app.errors import BadInput
from app.points.rules import earned_by, shared
from app.points.section import EarningRule, PointsSection, Rounding
from app.programs.rules import ProgramVersion
from app.programs.section import ONCE
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


class LineKind(Enum):
    """What a line is for."""

    GOODS = "GOODS"
    SHIPPING = "SHIPPING"
    GIFT_CARD = "GIFT_CARD"


@dataclass(frozen=True)
class Line:
    """One line of an order. Amounts are for the whole quantity, in minor units."""

    quantity: int
    amount: int
    sku: str | None = None
    category: str | None = None
    kind: LineKind = LineKind.GOODS
    by_points: int = 0
    """What points paid of the amount."""
    by_coupons: int = 0
    """What coupons paid of the amount."""

    @property
    def eligible(self) -> int:
        """What earns: not gift cards, not shipping, not what points or coupons paid for (R13)."""
        return self.amount - self.by_points - self.by_coupons if self.kind is LineKind.GOODS else 0


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
        """What was to be paid, in minor units."""
        return sum(line.amount for line in self.lines)

    @property
    def eligible(self) -> int:
        """What of it earns, in minor units (R13)."""
        return sum(line.eligible for line in self.lines)

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
            told += [
                (line.quantity, line.amount, line.sku, line.category, line.kind.name, line.by_points, line.by_coupons)
                for line in self.lines
            ]
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
    eligible: int | None = None
    """What of the amount earns (R13)."""
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
    of_lines: tuple[int, ...] = ()
    """Each line's part: they add up to the amount (R12)."""


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
    for name, at in (("paidAt", order.paid_at), ("completedAt", order.completed_at)):
        if at is not None and at > now + AHEAD:
            raise BadInput(f"'{name}' is in the future.")
        if at is not None and at < EARLIEST:
            raise BadInput(f"'{name}' is before {EARLIEST.year}.")
    check_lines(order.lines)
    return order


def check_lines(lines: Sequence[Line]) -> None:
    """Quantities above 0, amounts of 0 and more (R26), and not too much of either. May raise BadInput."""
    if len(lines) > MOST_LINES:
        raise BadInput(f"'lines' may be at most {MOST_LINES}.")
    for number, line in enumerate(lines):
        _check_line(number, line)
    if sum(line.amount for line in lines) > MOST_AMOUNT:
        raise BadInput("The order's amount is too large.")


def _check_line(number: int, line: Line) -> None:
    if not 0 < line.quantity <= MOST_AMOUNT:
        raise BadInput(f"'lines[{number}].quantity' must be more than 0.")
    for name, amount in (("amount", line.amount), ("paidByPoints", line.by_points), ("paidByCoupons", line.by_coupons)):
        if amount < 0:
            raise BadInput(f"'lines[{number}].{name}' must be 0 or more.")
    if line.by_points + line.by_coupons > line.amount:
        raise BadInput(f"'lines[{number}]': points and coupons paid more than its amount.")
    for name, text in (("sku", line.sku), ("category", line.category)):
        if text is not None and (not 0 < len(text) <= LONGEST_ID or not text.isprintable()):
            raise BadInput(f"'lines[{number}].{name}' must have 1 to {LONGEST_ID} printable characters.")


def points_earned(lines: Sequence[Line], *, section: PointsSection, tier: str) -> list[Earned]:
    """Points of an order by each rule for who held that tier, each rounded once for the whole order (R12, R13)."""
    return [_points_by(rule, lines, rounding=section.rounding, tier=tier) for rule in section.earning]


def _points_by(rule: EarningRule, lines: Sequence[Line], *, rounding: Rounding, tier: str) -> Earned:
    weighted = [line.eligible * rule.weight(line.category) for line in lines]
    amount = Fraction(sum(weighted) * rule.multiplier(tier), ONCE * ONCE)
    earned = earned_by(amount, points=rule.points, per=rule.per, rounding=rounding)
    return Earned(rule.code, earned, tuple(shared(earned, weighted)))


def growth_earned(amount: int, *, section: TiersSection) -> list[Earned]:
    """Growth of an eligible amount by each rule, from rules of its own (R22); what is not a whole one is dropped."""
    return [
        Earned(rule.code, earned_by(Fraction(amount), points=rule.growth, per=rule.per, rounding=Rounding.FLOOR))
        for rule in section.growth
    ]


def points_of_lines(lines: Sequence[Line], earned: Sequence[Earned]) -> list[int]:
    """Each line's part of the order's points by all rules: they add up to it (R12)."""
    return [sum(each.of_lines[number] for each in earned) for number in range(len(lines))]


def growth_counted(order: KnownOrder | None, *, version: ProgramVersion) -> GrowthCounted | None:
    """The growth of an order that is paid, once it counts by the program: when paid, or when completed (R15)."""
    if order is None or order.paid_at is None or order.eligible is None:
        return None
    section = version.section(TiersSection)
    at = order.paid_at if section.counts_at is CountsAt.PAID else order.completed_at
    return None if at is None else GrowthCounted(growth_earned(order.eligible, section=section), at)


def taken_in(
    before: KnownOrder, *, order: ReportedOrder, version: ProgramVersion | None, earned: Sequence[Earned]
) -> KnownOrder:
    """What is known of an order after a report: the same, in whatever order its facts come (R25).

    `version` is that of the day it was paid, and `earned` the points by it, if that is reported or was known.
    May raise BadInput: it would earn more than a member can have.
    """
    completed_at = order.completed_at or before.completed_at
    known = replace(before, completed_at=completed_at, channel=before.channel or order.channel)
    if order.paid_at is not None:
        known = replace(known, channel=order.channel or known.channel)  # where it was paid, whichever came first
        known = replace(known, paid_at=order.paid_at, amount=order.amount, eligible=order.eligible)
        known = replace(known, points=sum(each.amount for each in earned))
    if version is None:
        return known
    known = replace(known, program_version=version.number)
    counted = growth_counted(known, version=version)
    growth = sum(each.amount for each in counted.earned) if counted else 0
    points = known.points
    if max(points, growth) > MOST_AMOUNT:
        raise BadInput("The order would earn more than a member can have.")
    return replace(known, points=points, growth=growth)
