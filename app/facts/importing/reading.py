"""What a line of a CSV file says of an order or a member, by which columns, and what is wrong with it. No I/O here."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

import orjson

from app.customers.rules import MOST as LONGEST_CUSTOMER
from app.facts.rules import LONGEST_ID
from app.programs.rules import ProgramVersion
from app.tiers.section import TiersSection

from .fields import amount_in, growth_in, instants_in, name_in, quantity_in, shown
from .records import Record, WrongFile


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


@dataclass(frozen=True)
class MappedMembers:
    """Which column is what, of a file of members."""

    customer: str = "customer"
    tier: str | None = "tier"
    """None: nobody brings a tier along."""
    joined: str = "joined"
    growth: str | None = None
    """None: no growth is known."""


Columns = Mapped | MappedMembers


@dataclass(frozen=True, slots=True)
class ReadLine:
    """What a line says of an order, or of a member; or what is wrong with it."""

    line: int
    customer: str = ""
    """Empty: it cannot be known."""
    at: datetime | None = None
    quantity: int = 1
    amount: int | None = None
    """Of an order, in minor units of the program's currency; of a member, the growth known."""
    code: str | None = None
    """Of an order, its id; of a member, the tier that they bring along."""
    problem: str | None = None
    """Nothing is taken of it. It still counts as an order of that customer and day if those are right, so that others
    keep their ids once it is put right."""


@dataclass(frozen=True, order=True)
class NotTaken:
    """A line of which nothing was taken, and why."""

    line: int
    reason: str


class Read(Protocol):
    """What the fields of a line say. May raise ValueError, which says what is wrong."""

    def __call__(self, line: int, fields: Sequence[str]) -> ReadLine: ...


def reader_of(columns: Columns, header: Sequence[str], *, program: ProgramVersion, now: datetime) -> Read:
    """How lines are read whose columns the first line names. May raise WrongFile: a column is missing, or twice there.

    A date without a time is noon in the program's time zone; a time without an offset is of that zone.
    """
    names = [name.strip() for name in header]
    places = {key: _place(names, name) for key, name in asdict(columns).items() if name is not None}
    instant = instants_in(program.zone, now)
    if isinstance(columns, Mapped):
        read = _orders(columns, places, instant, digits=program.currency_digits)
    else:
        read = _members(columns, places, instant, tiers=program.section(TiersSection))
    return _of_width(read, len(names))


def _place(names: Sequence[str], name: str) -> int:
    if names.count(name) != 1:
        wrong = "more than one column" if name in names else "no column"
        raise WrongFile(f"There is {wrong} '{name}'. The first line names: {', '.join(names)[:1000]}.")
    return names.index(name)


def _of_width(read: Read, width: int) -> Read:
    def checked(line: int, fields: Sequence[str]) -> ReadLine:
        if len(fields) != width:
            return ReadLine(line, problem=f"it has {len(fields)} fields, the first line has {width}")
        try:
            return read(line, fields)
        except ValueError as wrong:
            return ReadLine(line, problem=str(wrong))

    return checked


Instant = Callable[[str, str], datetime]
"""The instant that the text in a column says."""


def _orders(columns: Mapped, places: Mapping[str, int], instant: Instant, *, digits: int) -> Read:
    customer_at, date_at, amount_at = places["customer"], places["date"], places["amount"]
    quantity_at, order_at = places.get("quantity"), places.get("order")

    def read(line: int, fields: Sequence[str]) -> ReadLine:
        customer = name_in(columns.customer, fields[customer_at].strip(), longest=LONGEST_CUSTOMER)
        at = instant(columns.date, fields[date_at].strip())
        try:
            return ReadLine(
                line,
                customer,
                at,
                1 if quantity_at is None else quantity_in(columns.quantity or "", fields[quantity_at].strip()),
                amount_in(columns.amount, fields[amount_at].strip(), digits=digits),
                None
                if order_at is None
                else name_in(columns.order or "", fields[order_at].strip(), longest=LONGEST_ID),
            )
        except ValueError as wrong:
            return ReadLine(line, customer, at, problem=str(wrong))

    return read


def _members(columns: MappedMembers, places: Mapping[str, int], instant: Instant, *, tiers: TiersSection) -> Read:
    codes = {tier.code for tier in tiers.ladder}
    tier_at, growth_at = places.get("tier"), places.get("growth")

    def read(line: int, fields: Sequence[str]) -> ReadLine:
        customer = name_in(columns.customer, fields[places["customer"]].strip(), longest=LONGEST_CUSTOMER)
        joined = instant(columns.joined, fields[places["joined"]].strip())
        tier = None if tier_at is None else fields[tier_at].strip() or None
        if tier is not None and tier not in codes:
            raise ValueError(f"{columns.tier}: {shown(tier)} is no tier of the program: {', '.join(sorted(codes))}")
        growth = None if growth_at is None else growth_in(columns.growth or "", fields[growth_at].strip())
        return ReadLine(line, customer, joined, amount=growth, code=tier)

    return read


def header_of(records: Iterator[Record]) -> Record:
    """The first line. May raise WrongFile: there is none."""
    header = next(records, None)
    if header is None:
        raise WrongFile("The file is empty: its first line should name the columns.")
    return header


def columns_as_json(columns: Columns) -> str:
    return orjson.dumps(asdict(columns)).decode()


def columns_of(text: str, *, orders: bool) -> Columns:
    return (Mapped if orders else MappedMembers)(**orjson.loads(text))


def local_day(at: datetime, zone: ZoneInfo) -> int:
    """The local date (R1), as a number."""
    return at.astimezone(zone).toordinal()
