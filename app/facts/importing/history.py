"""Orders of a file as they are played in: in the program's days, each member's in order of time. No I/O here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.clock import business_day, days_later
from app.facts.rules import AHEAD, Line, ReportedOrder

from .reading import NotTaken, OrderFile, ReadOrder

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
    """By how many local days orders are moved, and when the import began that moved the last of them to its day."""

    days: int
    began: datetime
    zone: ZoneInfo

    def moved(self, at: datetime) -> datetime:
        """Orders of the day to which the last was moved may be of an hour that was still to come: they are of then.

        Where nothing is moved, the file says what was.
        """
        moved = days_later(at, self.days, zone=self.zone)
        is_of_that_day = business_day(moved, zone=self.zone) == business_day(self.began, zone=self.zone)
        return min(moved, self.began) if self.days and is_of_that_day else moved


def days_to_today(file: OrderFile, *, zone: ZoneInfo, now: datetime) -> int:
    """By how many days the orders must be moved so that the last one is of today (R1)."""
    last = max((business_day(order.at, zone=zone) for order in file.orders), default=None)
    return 0 if last is None else (business_day(now, zone=zone) - last).days


def moved_orders(
    file: OrderFile, *, source: str, shift: Shift, now: datetime
) -> tuple[Mapping[str, list[Due]], list[NotTaken]]:
    """Each customer's orders, oldest first, those of one instant as they stand in the file; and the lines that would
    be of the future."""
    found: dict[str, list[Due]] = {}
    ahead: list[NotTaken] = []
    for read in file.orders:
        at = shift.moved(read.at)
        if at > now + AHEAD:
            ahead.append(NotTaken(read.line, f"moved by {shift.days} days, as all of its source, it is in the future"))
        else:
            found.setdefault(read.customer, []).append(_due(read, source, at))
    for orders in found.values():
        orders.sort(key=lambda due: due.at)
    return found, ahead


def _due(read: ReadOrder, source: str, at: datetime) -> Due:
    lines = [Line(read.quantity, read.amount)]
    return Due(read.line, at, ReportedOrder(source, read.external_id, paid_at=at, completed_at=at, lines=lines))


def parts(orders: Sequence[Due]) -> Iterator[tuple[Sequence[Due], bool]]:
    """The orders, so many that a transaction can take, and whether these are the last."""
    for start in range(0, len(orders), AT_ONCE):
        yield orders[start : start + AT_ONCE], start + AT_ONCE >= len(orders)
