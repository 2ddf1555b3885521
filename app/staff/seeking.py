"""What staff seek: which members, and in what order. From what is asked to limits of statements; no I/O here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any, NamedTuple
from uuid import UUID

import regex

from app.customers.rules import Identity
from app.db import OrderedPage
from app.db.paging import FIRST_KEY, LAST_KEY, NO_CURSOR
from app.errors import BadInput
from app.facts.rules import LONGEST_ID
from app.programs.rules import ProgramVersion
from app.tiers.section import Tier, TiersSection

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NEVER = datetime(1, 1, 2, tzinfo=UTC)
"""Stands for the last order of who has none. Not the first instant that Python knows: the driver takes that for
infinity."""
INSTANTS = (NEVER, datetime(9999, 12, 30, tzinfo=UTC))
NUMBERS = (-(2**31), 2**31 - 1)
PLACE = regex.compile(r"(?<order>[A-Z_]+):(?<value>-?[0-9]{1,18})")
BASE = ""
"""As members' rows have the base tier of who never left it."""

Numbers = tuple[int | None, int | None]
"""At least, and at most; None: no limit."""
Period = tuple[datetime | None, datetime | None]
"""From, and until: exclusive; None: no limit."""


class SoughtBy(Enum):
    """What members are listed by."""

    JOINED = "JOINED"
    GROWTH = "GROWTH"
    POINTS = "POINTS"
    LAST_ORDER = "LAST_ORDER"

    __hash__ = object.__hash__  # see `Role`


class Direction(Enum):
    """Whether the least or the greatest comes first."""

    ASC = "ASC"
    DESC = "DESC"


ENDS: Mapping[SoughtBy, tuple[Any, Any]] = {
    SoughtBy.JOINED: INSTANTS,
    SoughtBy.GROWTH: NUMBERS,
    SoughtBy.POINTS: NUMBERS,
    SoughtBy.LAST_ORDER: INSTANTS,
}
"""The least and the greatest value that there is."""


def within_time(at: datetime | None) -> datetime | None:
    """Brought within the instants that the database knows."""
    return None if at is None else min(max(at, INSTANTS[0]), INSTANTS[1])


@dataclass(frozen=True)
class OrderReference:
    """An order as the system that reported it knows it."""

    source: str
    external_id: str

    def __post_init__(self) -> None:
        """May raise BadInput: no system can have reported such a one."""
        for name, text in (("source", self.source), ("id", self.external_id)):
            if not 0 < len(text) <= LONGEST_ID or not text.isprintable():
                raise BadInput(f"'order.{name}' must have 1 to {LONGEST_ID} printable characters.")


@dataclass(frozen=True)
class Sought:
    """Which members are sought; None: whatever it is. Instants may be any that can be written."""

    tiers: Sequence[str] | None = None
    growth: Numbers = (None, None)
    points: Numbers = (None, None)
    joined: Period = (None, None)
    last_order: Period = (None, None)
    none_since: datetime | None = None
    status: str | None = None
    customer: Identity | None = None
    order: OrderReference | None = None

    def __post_init__(self) -> None:
        """Instants are brought within those that the database knows."""
        for name in ("joined", "last_order"):
            object.__setattr__(self, name, tuple(map(within_time, getattr(self, name))))
        object.__setattr__(self, "none_since", within_time(self.none_since))

    @property
    def is_referred_to(self) -> bool:
        """Do references say who it is?"""
        return self.customer is not None or self.order is not None

    def limits(self, by: SoughtBy) -> tuple[int | datetime, int | datetime]:
        """The least and the greatest value that counts in an order."""
        asked: Mapping[SoughtBy, tuple[Any, Any]] = {
            SoughtBy.JOINED: self.joined,
            SoughtBy.GROWTH: self.growth,
            SoughtBy.POINTS: self.points,
            SoughtBy.LAST_ORDER: self.last_order,
        }
        least, greatest = asked[by]
        lowest, highest = ENDS[by]
        return lowest if least is None else least, highest if greatest is None else greatest


EVERYBODY = Sought()
"""Whoever it is."""


class Span(NamedTuple):
    """A part of a list in an order."""

    value: Any
    after: UUID
    """It begins after this value and id."""
    last: Any
    """It ends with this value."""


class TiersAsked(NamedTuple):
    """Tiers as members' rows name them."""

    codes: Sequence[str] | None
    """Of the tiers sought, also those that they stand for; None: any."""
    higher: Sequence[str]
    """`earned|manual`: pairs of which the earned one is higher, so that it stands where the other is held at least."""


def tiers_asked(
    version: ProgramVersion, codes: Sequence[str] | None, *, tried: Sequence[ProgramVersion] = ()
) -> TiersAsked:
    """By the ladder that is for all; tiers that only some members have are of what is `tried` on these. May raise
    BadInput: the program has no such tier."""
    if codes is None:
        return TiersAsked(None, ())
    held: dict[str, Tier] = {}
    for each in (*tried, version):
        held |= _tiers_of(each.section(TiersSection))
    for code in codes:
        if code not in held or code == BASE:
            raise BadInput(f"The program has no tier {code[:40]!r}.")
    sought = {held[code].code for code in codes}
    higher = [
        f"{earned}|{manual}"
        for earned, one in held.items()
        for manual, other in held.items()
        if one.threshold > other.threshold
    ]
    return TiersAsked([code for code, tier in held.items() if tier.code in sought], higher)


def _tiers_of(section: TiersSection) -> Mapping[str, Tier]:
    """By the codes that members' rows may have."""
    held = {BASE: section.ladder[0]} | {each.code: each for each in section.ladder}
    return held | {gone: section.tier(gone) for gone in section.successors}


def span_of(sought: Sought, by: SoughtBy, page: OrderedPage, *, is_falling: bool) -> Span:
    """From where a page of those who are sought goes, and how far. A cursor that came with other limits may be outside
    of these. May raise BadInput: the cursor is of a list in another order."""
    least, greatest = sought.limits(by)
    first, last = (greatest, least) if is_falling else (least, greatest)
    value, after = _value_at(page.place, by), page.after
    if value is None or after is None or (value > first if is_falling else value < first):
        return Span(first, LAST_KEY if is_falling else FIRST_KEY, last)
    return Span(value, after, last)


def _value_at(place: str | None, by: SoughtBy) -> Any:
    """The value of a cursor's place; None: there is no cursor. May raise BadInput: it is of a list in another order."""
    if place is None:
        return None
    found = PLACE.fullmatch(place)
    if found is None or found["order"] != by.name:
        raise BadInput(NO_CURSOR)
    value: Any = int(found["value"])
    try:
        value = EPOCH + timedelta(microseconds=value) if ENDS[by] is INSTANTS else value
    except OverflowError:
        raise BadInput(NO_CURSOR) from None
    least, greatest = ENDS[by]
    if not least <= value <= greatest:
        raise BadInput(NO_CURSOR)
    return value
