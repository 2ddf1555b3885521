"""Coupons beside one another: one of a group for an order, and together no more than is to be paid (R34)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from app.coupons.section import CouponKind, CouponTemplate
from app.offers.rules.lines import LineKind
from app.points.rules.rounding import shared

from .cart import CartLine
from .discounts import Discount, is_for
from .refusals import WhyNoStep

MOST_GROUPS = 3
"""Of which coupons are used for an order."""


@dataclass(frozen=True)
class Beside:
    """A coupon that is reserved for the same order, or was used for it."""

    group: str
    by_line: Sequence[int]
    """What it takes off each line of the cart with which it was reserved: minor units."""


def group_of(terms: CouponTemplate) -> str | None:
    """None: a partner's coupon, which takes nothing off, stands beside any."""
    return None if terms.kind is CouponKind.PARTNER else terms.stacking_group


def no_place(group: str | None, taken: Collection[str]) -> WhyNoStep | None:
    """Why a coupon of a group cannot be reserved beside those of an order, by their groups; None: it can."""
    if group is None:
        return None
    if group in taken:
        return WhyNoStep.GROUP_USED
    return WhyNoStep.GROUPS_USED if len(set(taken)) >= MOST_GROUPS else None


def beside(
    off: Discount, terms: CouponTemplate, lines: Sequence[CartLine], others: Iterable[Beside]
) -> Discount | None:
    """What a coupon takes off each line beside others of the order: as much as by itself, but no line falls below
    zero. None: they leave less than it takes off."""
    goods = [line.amount if line.kind is LineKind.GOODS else 0 for line in lines]
    left, unpaid = goods, sum(goods)
    for other in others:
        taken = sum(other.by_line)
        parts = other.by_line if len(other.by_line) == len(lines) else shared(min(taken, sum(left)), left)
        left = [max(amount - part, 0) for amount, part in zip(left, parts, strict=True)]
        unpaid -= taken
    if all(part <= amount for part, amount in zip(off.by_line, left, strict=True)) and off.amount <= unpaid:
        return off
    mine = [
        amount if _is_of(terms, line, part) else 0 for amount, line, part in zip(left, lines, off.by_line, strict=True)
    ]
    if off.amount > min(sum(mine), unpaid):
        return None
    return replace(off, by_line=tuple(shared(off.amount, mine)))


def _is_of(terms: CouponTemplate, line: CartLine, part: int) -> bool:
    """One product is exchanged, which stands on one line."""
    return part > 0 if terms.kind is CouponKind.EXCHANGE else is_for(terms, line)
