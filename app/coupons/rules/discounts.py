"""What a coupon takes off a cart, to the minor unit, and why it takes nothing (R12, R13, R34)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from app.coupons.section import CouponKind
from app.offers.rules.lines import LineKind
from app.points.rules.rounding import shared

from .cart import CartLine


class TakesOff(Protocol):
    """The terms of a coupon that say what it takes off: amounts in minor units."""

    @property
    def kind(self) -> CouponKind: ...
    @property
    def amount(self) -> int | None: ...
    @property
    def off(self) -> int | None: ...
    @property
    def threshold(self) -> int | None: ...
    @property
    def most(self) -> int | None: ...
    @property
    def categories(self) -> Sequence[str]: ...
    @property
    def sku(self) -> str | None: ...
    @property
    def price(self) -> int | None: ...


@dataclass(frozen=True)
class Discount:
    """What is taken off."""

    amount: int
    """In all: minor units."""
    by_line: tuple[int, ...]
    """Off each line, in their order: they add up to it (R12)."""


class WhyNothing(Enum):
    """Why a coupon takes nothing off a cart."""

    NOTHING_ELIGIBLE = "NOTHING_ELIGIBLE"
    """Nothing of what the coupon is for is in the cart; it never is for gift cards and shipping (R13)."""
    BELOW_THRESHOLD = "BELOW_THRESHOLD"
    NO_USE = "NO_USE"
    """It would take off nothing."""


@dataclass(frozen=True)
class Nothing:
    """The coupon takes nothing off the cart."""

    why: WhyNothing
    missing: int = 0
    """Of what is below the threshold: by how much, in minor units."""


def discount_of(terms: TakesOff, lines: Sequence[CartLine]) -> Discount | Nothing:
    """What a coupon takes off these lines: never more than they cost, and rounded once, down (R12).

    A partner's coupon is used elsewhere: it takes nothing off, and can be reserved for whatever is ordered there.
    """
    if terms.kind is CouponKind.PARTNER:
        return Discount(0, (0,) * len(lines))
    if terms.kind is CouponKind.EXCHANGE:
        return _exchanged(terms, lines)
    weights = [line.amount if is_for(terms, line) else 0 for line in lines]
    eligible = sum(weights)
    if not eligible:
        return Nothing(WhyNothing.NOTHING_ELIGIBLE)
    if terms.threshold is not None and eligible < terms.threshold:
        return Nothing(WhyNothing.BELOW_THRESHOLD, terms.threshold - eligible)
    amount = min(_off(terms, eligible), eligible)
    return Discount(amount, tuple(shared(amount, weights))) if amount else Nothing(WhyNothing.NO_USE)


def is_for(terms: TakesOff, line: CartLine) -> bool:
    """Goods, of the categories that are said, if any are (R13)."""
    return line.kind is LineKind.GOODS and (not terms.categories or line.category in terms.categories)


def _off(terms: TakesOff, eligible: int) -> int:
    """An amount, or so many percent up to a cap."""
    if terms.off is None:
        return terms.amount or 0
    percent = eligible * terms.off // 100
    return percent if terms.most is None else min(percent, terms.most)


def _exchanged(terms: TakesOff, lines: Sequence[CartLine]) -> Discount | Nothing:
    """One piece of the product, for nothing or for its fixed price: of several lines that have it the dearest, of
    those the first."""
    pieces = [_piece(line) if line.kind is LineKind.GOODS and line.sku == terms.sku else 0 for line in lines]
    dearest = max(pieces, default=0)
    if not dearest:
        return Nothing(WhyNothing.NOTHING_ELIGIBLE)
    amount = max(dearest - (terms.price or 0), 0)
    amount = amount if terms.most is None else min(amount, terms.most)
    if not amount:
        return Nothing(WhyNothing.NO_USE)
    place = pieces.index(dearest)
    return Discount(amount, tuple(amount if number == place else 0 for number in range(len(lines))))


def _piece(line: CartLine) -> int:
    """What one of a line's things costs: where they cost not quite the same, no more than the least of them."""
    return line.amount // line.quantity
