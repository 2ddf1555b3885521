"""Members of a program in an order of the client's choice, limited by what is sought of them: for staff.

What a list is ordered by need not be the members' own: upper domains say what they know of a member as an expression
over `MEMBER_ID`, and limit by it in `others`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    ColumnElement,
    Integer,
    String,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    extract,
    func,
    literal_column,
    or_,
    select,
    tuple_,
)
from sqlmodel import col

from app.db import Statement
from app.db.columns import INSTANT
from app.db.statements import Keys
from app.members.models import MemberRow

MEMBER_ID = col(MemberRow.id)
JOINED_AT: Any = col(MemberRow.joined_at)
GROWTH: Any = col(MemberRow.growth)
LAST_ORDER_AT: Any = col(MemberRow.last_order_at)
START = ("program", "value", "after", "limit")
OWN = ("growth_least", "growth_most", "joined_from", "joined_until", "status", "tiers", "higher", "now")
"""Parameters that limit members by what is written in their own rows."""


@dataclass(frozen=True)
class OwnLimits:
    """What is sought in members' own rows; None: whatever it is."""

    growth: tuple[int | None, int | None]
    """At least, and at most."""
    joined: tuple[datetime | None, datetime | None]
    """From, and until: exclusive."""
    status: str | None
    tiers: Sequence[str] | None
    """Codes of the tier held at `now`; '' for the base tier that was never left."""
    higher: Sequence[str]
    """`earned|manual`: all pairs of which the earned one stands where staff holds somebody at least on the other."""
    now: datetime

    @property
    def arguments(self) -> tuple[Any, ...]:
        return (*self.growth, *self.joined, self.status, self.tiers, self.higher, self.now)


@dataclass(frozen=True)
class OrderedBy:
    """What a list is ordered by: a value that each member has, never null; ties are in the order of ids."""

    name: str
    """It begins the places, so that none of another order is taken for one."""
    value: ColumnElement[Any]
    kind: Any
    """Of the value: Integer or INSTANT."""
    joined: tuple[Any, ColumnElement[bool]] | None = None
    """Another table (or a lateral subquery) that it is read from, which not everybody is in, and its row of a
    member."""

    @property
    def place(self) -> ColumnElement[Any]:
        """The value as a whole number in words: of an instant, its microseconds."""
        value = self.value
        if self.kind is INSTANT:
            value = (extract("epoch", value) * literal_column("1000000", Integer)).cast(BigInteger)
        return literal_column(f"'{self.name}:'", Text).op("||")(value.cast(Text))


def parameter(name: str, kind: Any) -> Any:
    return bindparam(name, type_=kind)


def within(value: Any, least: str, most: str, *, kind: Any) -> ColumnElement[bool]:
    """Two parameters that may be null, and then limit nothing. An instant is before the later one (half-open)."""
    lower, upper = parameter(least, kind), parameter(most, kind)
    below = value < upper if kind is INSTANT else value <= upper
    return and_(or_(lower.is_(None), value >= lower), or_(upper.is_(None), below))


def _holds_a_tier_sought() -> ColumnElement[bool]:
    """By now: what staff set counts until its end, and what is earned where that is higher, if it may be (R23)."""
    tiers, higher = (parameter(name, ARRAY(String())) for name in ("tiers", "higher"))
    earned, manual = func.coalesce(col(MemberRow.tier), literal_column("''", Text)), col(MemberRow.manual_tier)
    pair = earned.op("||")(literal_column("'|'", Text)).op("||")(manual)
    stands = and_(col(MemberRow.manual_hold) == literal_column("'AT_LEAST'", Text), pair == func.any(higher))
    is_manual = col(MemberRow.manual_until) > parameter("now", INSTANT)
    return or_(tiers.is_(None), case((and_(is_manual, ~stands), manual), else_=earned) == func.any(tiers))


STATUS = parameter("status", String())
OF_PROGRAM = col(MemberRow.program) == parameter("program", String())
IS_SOUGHT = and_(
    within(GROWTH, "growth_least", "growth_most", kind=Integer),
    within(JOINED_AT, "joined_from", "joined_until", kind=INSTANT),
    or_(STATUS.is_(None), col(MemberRow.status) == STATUS),
    _holds_a_tier_sought(),
)


def _held_against(others: ColumnElement[bool]) -> ColumnElement[bool]:
    """All limits as one condition: half of the rows are taken to fulfil that. As conditions of their own, which may
    limit nothing, nearly none would be taken to, and a plan be made for that."""
    return func.coalesce(and_(IS_SOUGHT, others), literal_column("false", Boolean))


def members_in_order(by: OrderedBy, *, is_falling: bool) -> Statement[MemberRow]:
    """All members, whoever they are. Arguments: the program; the value and the id to start after; how many."""

    def build(columns: Sequence[Any], _: Keys) -> Any:
        return _in_order(by, columns, is_falling=is_falling)

    return Statement(MemberRow, build, *START)


def members_sought_in_order(
    by: OrderedBy, *parameters: str, is_falling: bool, others: ColumnElement[bool], among: bool
) -> Statement[MemberRow]:
    """Keys: ids, if it is `among` these only. Arguments: as above; the last value that counts in this order; then
    `OwnLimits`; then `parameters` of `others`.

    Between the start and the last value the index of the order is read; the other limits are held against each row.
    """
    last = parameter("last", by.kind)

    def build(columns: Sequence[Any], keys: Keys) -> Any:
        found = _in_order(by, columns, is_falling=is_falling)
        found = found.where(by.value >= last if is_falling else by.value <= last, _held_against(others))
        return found.where(keys.hold(MEMBER_ID)) if among else found

    return Statement(MemberRow, build, *START, "last", *OWN, *parameters)


def _in_order(by: OrderedBy, columns: Sequence[Any], *, is_falling: bool) -> Any:
    """Nothing but the start limits where reading begins: with another limit at that end, the database might read the
    index from there, and pass by all that is before the start."""
    start = tuple_(parameter("value", by.kind), parameter("after", Uuid()))
    key = tuple_(by.value, MEMBER_ID)
    found = select(*columns, by.place.label("place"))
    if by.joined is not None:
        found = found.select_from(MemberRow).outerjoin(*by.joined)
    order = [each.desc() if is_falling else each.asc() for each in (by.value, MEMBER_ID)]
    found = found.where(OF_PROGRAM, key < start if is_falling else key > start)
    return found.order_by(*order).limit(parameter("limit", Integer))


def number_of_members_sought(*parameters: str, others: ColumnElement[bool], among: bool) -> Statement[MemberRow]:
    """How many there are, as `number`. Arguments: the program; then `OwnLimits`; then `parameters` of `others`."""

    def build(_: Sequence[Any], keys: Keys) -> Any:
        counted = select(func.count().label("number")).select_from(MemberRow).where(OF_PROGRAM, _held_against(others))
        return counted.where(keys.hold(MEMBER_ID)) if among else counted

    return Statement(MemberRow, build, "program", *OWN, *parameters)
