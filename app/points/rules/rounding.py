"""Whole points from amounts, and their parts on lines."""

from collections.abc import Sequence
from fractions import Fraction

from app.points.section import Rounding


def rounded(value: Fraction, *, rounding: Rounding) -> int:
    """A whole number of points, rounded once: FLOOR, or HALF_UP (R12). For values of 0 and more."""
    return int(value + Fraction(1, 2)) if rounding is Rounding.HALF_UP else int(value)


def earned_by(amount: Fraction, *, points: int, per: int, rounding: Rounding) -> int:
    """Points for an amount in minor units, weighted or not, when `per` minor units earn `points` (R12)."""
    return rounded(amount * points / per, rounding=rounding)


def shared(total: int, weights: Sequence[int]) -> list[int]:
    """A total over lines in proportion to their weights, by largest remainder, so that the lines add up to it
    (R12). Of equal remainders the earlier line's is taken to be larger; without any weight nothing is shared."""
    whole = sum(weights)
    if whole == 0:
        return [0] * len(weights)
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda line: (-(total * weights[line] % whole), line))
    for line in by_remainder[: total - sum(parts)]:
        parts[line] += 1
    return parts
