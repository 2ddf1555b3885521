"""Orders in a CSV file: which column is what, what a line says, and what is wrong with a line. No I/O here."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from app.clock import business_day
from app.customers.rules import MOST as LONGEST_CUSTOMER
from app.facts.rules import LONGEST_ID
from app.programs.rules import ProgramVersion

from .fields import amount_in, instant_in, name_in, quantity_in, shown
from .records import Record, WrongFile, records_of, text_of


@dataclass(frozen=True)
class Mapped:
    """Which column is what, by the names in the first line."""

    customer: str = "customer"
    date: str = "date"
    amount: str = "amount_usd"
    quantity: str | None = "units"
    """None: each order is one thing."""
    order: str | None = None
    """None: orders have no ids; one is known by customer, date, and which of that customer's that day it is."""

    @property
    def names(self) -> list[str]:
        asked = (self.customer, self.date, self.amount, self.quantity, self.order)
        return [name for name in asked if name is not None]


@dataclass(frozen=True, slots=True)
class ReadOrder:
    """An order as its line says."""

    line: int
    customer: str
    external_id: str
    at: datetime
    quantity: int
    amount: int
    """In minor units of the program's currency."""


@dataclass(frozen=True, order=True)
class NotTaken:
    """A line of which nothing was taken, and why."""

    line: int
    reason: str


@dataclass(frozen=True)
class OrderFile:
    """What a file says."""

    digest: bytes
    orders: Sequence[ReadOrder]
    """As they stand in the file."""
    unreadable: Sequence[NotTaken]

    @property
    def lines(self) -> int:
        """Lines that are, or should be, orders."""
        return len(self.orders) + len(self.unreadable)


@dataclass(frozen=True)
class Seen:
    """What earlier lines say."""

    days: Counter[tuple[str, date]] = field(default_factory=Counter[tuple[str, date]])
    orders: dict[str, ReadOrder] = field(default_factory=dict[str, ReadOrder])

    def next_id(self, customer: str, day: date) -> str:
        """Of a customer's next order of a day. Also counts lines of which the rest is wrong, so that others keep
        their ids once it is put right."""
        self.days[customer, day] += 1
        return f"{customer}/{day}/{self.days[customer, day]}"


def read_orders(content: bytes, *, mapped: Mapped, program: ProgramVersion, now: datetime) -> OrderFile:
    """The orders of a file. A line that is not understood is none, and the others are taken.

    A date without a time is noon in the program's time zone; a time without an offset is of that zone. May raise
    WrongFile: the file as a whole cannot be read, or lacks a column.
    """
    records = records_of(text_of(content))
    header = next(records, None)
    if header is None:
        raise WrongFile("The file is empty: its first line should name the columns.")
    places = _places(header, mapped)
    orders: list[ReadOrder] = []
    unreadable: list[NotTaken] = []
    seen = Seen()
    for record in records:
        try:
            fields = _fields(record, places, width=len(header.fields))
            orders.append(_order(record.line, fields, mapped=mapped, program=program, now=now, seen=seen))
        except ValueError as wrong:
            unreadable.append(NotTaken(record.line, str(wrong)))
    return OrderFile(hashlib.sha256(content).digest(), orders, unreadable)


def _places(header: Record, mapped: Mapped) -> Mapping[str, int]:
    names = [name.strip() for name in header.fields]
    for name in mapped.names:
        if names.count(name) != 1:
            wrong = "more than one column" if name in names else "no column"
            raise WrongFile(f"There is {wrong} '{name}'. The first line names: {', '.join(names)[:1000]}.")
    return {name: names.index(name) for name in mapped.names}


def _fields(record: Record, places: Mapping[str, int], *, width: int) -> Mapping[str, str]:
    if len(record.fields) != width:
        raise ValueError(f"it has {len(record.fields)} fields, the first line has {width}")
    return {name: record.fields[place].strip() for name, place in places.items()}


def _order(
    line: int,
    fields: Mapping[str, str],
    *,
    mapped: Mapped,
    program: ProgramVersion,
    now: datetime,
    seen: Seen,
) -> ReadOrder:
    """May raise ValueError, which says what is wrong."""
    customer = name_in(mapped.customer, fields[mapped.customer], longest=LONGEST_CUSTOMER)
    at = instant_in(mapped.date, fields[mapped.date], zone=program.zone, now=now)
    made = seen.next_id(customer, business_day(at, zone=program.zone))
    order = ReadOrder(
        line=line,
        customer=customer,
        external_id=name_in(mapped.order or "id", fields[mapped.order] if mapped.order else made, longest=LONGEST_ID),
        at=at,
        quantity=1 if mapped.quantity is None else quantity_in(mapped.quantity, fields[mapped.quantity]),
        amount=amount_in(mapped.amount, fields[mapped.amount], digits=program.currency_digits),
    )
    first = seen.orders.setdefault(order.external_id, order)
    if replace(order, line=first.line) != first:
        raise ValueError(f"order {shown(order.external_id)} is in line {first.line} already, with other content")
    return order
