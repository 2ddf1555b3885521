"""Orders of a file as they are played in: in the program's days, each member's in order of time. No I/O here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.clock import business_day, days_later
from app.facts.rules import Line, ReportedOrder

from .reading import OrderFile, ReadOrder

AT_ONCE = 200
"""Orders of a member in one transaction."""


@dataclass(frozen=True, slots=True)
class Due:
    """An order to be played in, paid and completed at the instant `at`."""

    line: int
    at: datetime
    order: ReportedOrder


@dataclass(frozen=True)
class Shift:
    """By how many local days the orders of a file are moved; none to after `until`."""

    days: int
    until: datetime
    zone: ZoneInfo

    def moved(self, at: datetime) -> datetime:
        """A file that is not moved says what was. In one that is, today's orders may be of an hour that is still to
        come: they are of now."""
        return min(days_later(at, self.days, zone=self.zone), self.until) if self.days else at


def days_to_today(file: OrderFile, *, zone: ZoneInfo, now: datetime) -> int:
    """By how many days the orders must be moved so that the last one is of today (R1)."""
    last = max((business_day(order.at, zone=zone) for order in file.orders), default=None)
    return 0 if last is None else (business_day(now, zone=zone) - last).days


def by_customer(file: OrderFile, *, source: str, shift: Shift) -> Mapping[str, list[Due]]:
    """Each customer's orders, oldest first; those of one instant as they stand in the file."""
    found: dict[str, list[Due]] = {}
    for read in file.orders:
        found.setdefault(read.customer, []).append(_due(read, source, shift.moved(read.at)))
    for orders in found.values():
        orders.sort(key=lambda due: due.at)
    return found


def _due(read: ReadOrder, source: str, at: datetime) -> Due:
    lines = [Line(read.quantity, read.amount)]
    return Due(read.line, at, ReportedOrder(source, read.external_id, paid_at=at, completed_at=at, lines=lines))


def parts(orders: Sequence[Due]) -> Iterator[tuple[Sequence[Due], bool]]:
    """The orders, so many that a transaction can take, and whether these are the last."""
    for start in range(0, len(orders), AT_ONCE):
        yield orders[start : start + AT_ONCE], start + AT_ONCE >= len(orders)
