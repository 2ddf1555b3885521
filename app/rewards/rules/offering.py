"""What an operator says of a reward, whether it makes sense, and what comes of saying it. No I/O here."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import Enum

from app.errors import BadInput
from app.offers.rules.saying import (
    InLanguages,
    Limit,
    check_buckets,
    check_number,
    check_tier,
    described,
    instant_said,
    named,
)
from app.programs.money import MOST
from app.tiers.section import TiersSection


class Term(Enum):
    """What may be said of a reward, and need not be."""

    TIER_PRICES = "TIER_PRICES"
    TIERS_FROM = "TIERS_FROM"
    OPENS_AT = "OPENS_AT"
    CLOSES_AT = "CLOSES_AT"
    LIMIT = "LIMIT"


@dataclass(frozen=True)
class Said:
    """What is said of a reward, of what may be said otherwise later; None: nothing of it."""

    name: InLanguages | None = None
    description: InLanguages | None = None
    points: int | None = None
    tier_points: Mapping[str, int] | None = None
    tiers_from: str | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    limit: Limit | None = None
    is_confirmed_by_staff: bool | None = None

    @property
    def says_nothing(self) -> bool:
        return all(getattr(self, field.name) is None for field in fields(self))


def checked(said: Said, *, tiers: TiersSection) -> Said:
    """The same, trimmed. May raise BadInput: a part of it makes no sense by itself."""
    if said.points is not None:
        check_number("points", said.points, least=0)
    for code, points in (said.tier_points or {}).items():
        check_tier("tierPrices", code, tiers)
        check_number("tierPrices.points", points, least=0)
    if said.tiers_from is not None:
        check_tier("tiersFrom", said.tiers_from, tiers)
    if said.limit is not None:
        check_number("limit.times", said.limit.times, least=1)
    return replace(
        said,
        name=said.name and named(said.name),
        description=said.description and described(said.description),
        opens_at=instant_said("opensAt", said.opens_at),
        closes_at=instant_said("closesAt", said.closes_at),
    )


def check_stock(stock: int | None, buckets: int, *, has_codes: bool, has_coupon: bool) -> None:
    """May raise BadInput: there cannot be so much, or not be said here how much."""
    if has_coupon and stock is not None:
        raise BadInput("How many coupons there are is what their template says: leave 'stock' out.")
    if has_codes and stock is not None:
        raise BadInput("How many vouchers there are is how many codes: leave 'stock' out and add codes.")
    if stock is not None and not 0 <= stock <= MOST:
        raise BadInput(f"'stock' must be from 0 to {MOST}.")
    check_buckets(buckets)


def check_confirming(*, is_confirmed_by_staff: bool | None, has_coupon: bool) -> None:
    """May raise BadInput: nobody can look at what is there at once."""
    if has_coupon and is_confirmed_by_staff:
        raise BadInput("A coupon is issued at once: leave 'isConfirmedByStaff' out.")


def check_amount(amount: int | None, *, has_amount: bool) -> None:
    """May raise BadInput: a red packet without money in it, or money in anything else."""
    if has_amount and not amount:
        raise BadInput("'amount' is what is in the red packet: more than nothing.")
    if not has_amount and amount is not None:
        raise BadInput("Only a red packet has an 'amount'.")
