"""What is reported of an order, and what is known of it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.errors import BadInput

from .kinds import AHEAD, EARLIEST, LONGEST_ID, FactKind
from .lines import Line, check_lines

ORDER_FACTS = (FactKind.ORDER_PAID, FactKind.ORDER_COMPLETED)


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
        return [kind for kind in ORDER_FACTS if self.at(kind) is not None]

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
    eligible_left: int | None = None
    """What of that was not refunded."""
    program_version: int | None = None
    """The rules of the day it was paid (R25)."""
    channel: str | None = None
    refunded: int = 0
    """What of the amount was refunded, in minor units."""
    points: int = 0
    growth: int = 0
    brings_points: bool = True
    """False: history that was imported without points (R19)."""


@dataclass(frozen=True)
class Brings:
    """What comes of facts beside growth: all of it, but for history, which brings no more than is asked for (R19)."""

    points: bool = True
    gifts: bool = True
    """What tiers give for being reached."""


ALL = Brings()


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
    """The fact was reported before with other content, or for another customer."""

    source: str
    external_id: str


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
