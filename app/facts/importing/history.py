"""Orders of a file as they are played in: in the program's days, each member's in order of time. No I/O here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from app.clock import business_day, days_later
from app.facts.rules import AHEAD, Line, ReportedOrder

from .fields import shown
from .reading import NotTaken


class OrderLine(Protocol):
    """A line as it was put into the database."""

    @property
    def id(self) -> UUID: ...
    @property
    def line(self) -> int: ...
    @property
    def customer(self) -> str: ...
    @property
    def at(self) -> datetime | None: ...
    @property
    def quantity(self) -> int: ...
    @property
    def amount(self) -> int | None: ...
    @property
    def code(self) -> str | None: ...
    @property
    def code_key(self) -> int | None: ...
    @property
    def content_key(self) -> int: ...
    @property
    def problem(self) -> str | None: ...


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
        if not self.days:
            return at
        moved = days_later(at, self.days, zone=self.zone)
        is_of_that_day = business_day(moved, zone=self.zone) == business_day(self.began, zone=self.zone)
        return min(moved, self.began) if is_of_that_day else moved


@dataclass(frozen=True)
class Telling:
    """How lines of a file are told as orders."""

    source: str
    shift: Shift
    first_of: Mapping[int, tuple[int, int]]
    """By the id of an order, the first line of the file that has it, and what it says; all as keys."""


def days_to_today(last: date | None, *, zone: ZoneInfo, now: datetime) -> int:
    """By how many days the orders must be moved so that the last one is of today (R1)."""
    return 0 if last is None else (business_day(now, zone=zone) - last).days


def day_of(line: OrderLine) -> int:
    """The local day of a line, as a number; 0 if it is not known."""
    return line.id.int >> 64


def first_said(line: OrderLine, first_of: Mapping[int, tuple[int, int]]) -> int | None:
    """The line that said something else of the order before; None: none did."""
    first = None if line.code_key is None else first_of.get(line.code_key)
    return None if first is None or first[1] == line.content_key else first[0]


def told(lines: Sequence[OrderLine], telling: Telling, *, now: datetime) -> tuple[list[Due], list[NotTaken]]:
    """A customer's orders of whole days, oldest first, those of one instant as they stand in the file; and the lines
    of which nothing can be taken."""
    found: list[Due] = []
    wrong: list[NotTaken] = []
    for _, of_day in groupby(lines, day_of):
        for number, line in enumerate(of_day, 1):
            due = _told(line, number, telling, now=now)
            if isinstance(due, Due):
                found.append(due)
            else:
                wrong.append(due)
    found.sort(key=lambda due: due.at)
    return found, wrong


def _told(line: OrderLine, number: int, telling: Telling, *, now: datetime) -> Due | NotTaken:
    if line.problem is not None or line.at is None or line.amount is None:
        return NotTaken(line.line, line.problem or "nothing is known of it")
    first = first_said(line, telling.first_of)
    if first is not None:
        return NotTaken(line.line, f"order {shown(line.code or '')} is in line {first} already, with other content")
    at = telling.shift.moved(line.at)
    if at > now + AHEAD:
        moved = f"moved by {telling.shift.days} days, as all of its source, it is in the future"
        return NotTaken(line.line, moved if telling.shift.days else "it is in the future")
    name = line.code or f"{line.customer}/{date.fromordinal(day_of(line))}/{number}"
    bought = (Line(line.quantity, line.amount),)
    return Due(line.line, at, ReportedOrder(telling.source, name, paid_at=at, completed_at=at, lines=bought))
