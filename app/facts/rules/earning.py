"""What an order earns by the rules of the program."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from app.benefits.rules.given import Boost, multiplier_of
from app.clock import days_later
from app.points.rules import earned_by, shared
from app.points.rules.caps import Capped
from app.points.section import EarningRule, PointsSection, Rounding
from app.programs.rules import ProgramVersion
from app.programs.section import ONCE
from app.tiers.rules import counts_from
from app.tiers.section import CountsAt, GrowthRuleOfAmount, TiersSection

from .lines import Line
from .orders import KnownOrder


@dataclass(frozen=True)
class Earned:
    """What a rule earns for an order."""

    rule: str
    amount: int
    weights: tuple[int, ...] = ()
    """What each line counts: they share the amount in proportion to it."""
    exact: Fraction | None = None
    """Before it was rounded; None: it was not."""

    @property
    def of_lines(self) -> list[int]:
        """Each line's part: they add up to the amount (R12)."""
        return shared(self.amount, self.weights)


def points_earned(
    lines: Sequence[Line], *, section: PointsSection, tier: str, boosts: Sequence[Boost] = ()
) -> list[Earned]:
    """Points of an order by each rule for who held that tier, and had those benefits besides; each rounded once for the
    whole order (R12, R13), before caps."""
    return [
        _points_by(rule, lines, rounding=section.rounding, by=multiplier_of(rule, tier, boosts))
        for rule in section.earning
    ]


def _points_by(rule: EarningRule, lines: Sequence[Line], *, rounding: Rounding, by: int) -> Earned:
    weighted = [line.eligible * rule.weight(line.category) for line in lines]
    amount = Fraction(sum(weighted) * by, ONCE * ONCE)
    earned = earned_by(amount, points=rule.points, per=rule.per, rounding=rounding)
    return Earned(rule.code, earned, tuple(weighted), amount * rule.points / rule.per)


def left_by_caps(earned: Sequence[Earned], capped: Sequence[Capped]) -> list[Earned]:
    """What caps leave of it, rule by rule; the lines share what is left (R12, R27)."""
    return [replace(each, amount=left.amount) for each, left in zip(earned, capped, strict=True)]


def growth_earned(lines: Sequence[Line], *, section: TiersSection) -> list[Earned]:
    """Growth of an order by each rule, from rules of its own (R22), before caps: by its amount, of which what is not a
    whole one is dropped, and for being an order."""
    eligible = sum(line.eligible for line in lines)
    for_it = [Earned(rule.code, rule.growth if rule.counts(eligible) else 0) for rule in section.orders]
    return [*(_growth_by(rule, lines) for rule in section.growth), *for_it]


def _growth_by(rule: GrowthRuleOfAmount, lines: Sequence[Line]) -> Earned:
    amount = Fraction(sum(line.eligible * rule.weight(line.category) for line in lines), ONCE)
    earned = earned_by(amount, points=rule.growth, per=rule.per, rounding=Rounding.FLOOR)
    return Earned(rule.code, earned, exact=amount * rule.growth / rule.per)


def points_of_lines(lines: Sequence[Line], earned: Sequence[Earned]) -> list[int]:
    """Each line's part of the order's points by all rules: they add up to it (R12)."""
    parts = [each.of_lines for each in earned]
    return [sum(part[number] for part in parts) for number in range(len(lines))]


def growth_counts_at(order: KnownOrder | None, *, version: ProgramVersion) -> datetime | None:
    """From when the growth of a paid order counts by the program, once that is known: payment, completion, or the end
    of the return window (R15), or with the score that is made after it (R22)."""
    at = _growth_comes_at(order, version=version)
    return None if at is None else counts_from(at, version.section(TiersSection), zone=version.zone)


def _growth_comes_at(order: KnownOrder | None, *, version: ProgramVersion) -> datetime | None:
    if order is None or order.paid_at is None:
        return None
    counts_at = version.section(TiersSection).counts_at
    if counts_at is CountsAt.PAID or order.completed_at is None:
        return order.paid_at if counts_at is CountsAt.PAID else None
    if counts_at is CountsAt.COMPLETED:
        return order.completed_at
    days = version.section(PointsSection).return_window_days
    return days_later(order.completed_at, days, zone=version.zone)
