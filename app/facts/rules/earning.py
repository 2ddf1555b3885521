"""What an order earns by the rules of the program."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from app.points.rules import earned_by, shared
from app.points.rules.caps import Capped
from app.points.section import EarningRule, PointsSection, Rounding
from app.programs.rules import ProgramVersion
from app.programs.section import ONCE
from app.tiers.section import CountsAt, TiersSection

from .lines import Line
from .orders import KnownOrder


@dataclass(frozen=True)
class Earned:
    """What a rule earns for an order."""

    rule: str
    amount: int
    weights: tuple[int, ...] = ()
    """What each line counts: they share the amount in proportion to it."""

    @property
    def of_lines(self) -> list[int]:
        """Each line's part: they add up to the amount (R12)."""
        return shared(self.amount, self.weights)


@dataclass(frozen=True)
class GrowthCounted:
    """Growth of an order, and when it counts."""

    earned: Sequence[Earned]
    at: datetime


def points_earned(lines: Sequence[Line], *, section: PointsSection, tier: str) -> list[Earned]:
    """Points of an order by each rule for who held that tier, each rounded once for the whole order (R12, R13), before
    caps."""
    return [_points_by(rule, lines, rounding=section.rounding, tier=tier) for rule in section.earning]


def _points_by(rule: EarningRule, lines: Sequence[Line], *, rounding: Rounding, tier: str) -> Earned:
    weighted = [line.eligible * rule.weight(line.category) for line in lines]
    amount = Fraction(sum(weighted) * rule.multiplier(tier), ONCE * ONCE)
    earned = earned_by(amount, points=rule.points, per=rule.per, rounding=rounding)
    return Earned(rule.code, earned, tuple(weighted))


def left_by_caps(earned: Sequence[Earned], capped: Sequence[Capped]) -> list[Earned]:
    """What caps leave of it, rule by rule; the lines share what is left (R12, R27)."""
    return [replace(each, amount=left.amount) for each, left in zip(earned, capped, strict=True)]


def growth_earned(amount: int, *, section: TiersSection) -> list[Earned]:
    """Growth of an eligible amount by each rule, from rules of its own (R22); what is not a whole one is dropped."""
    return [
        Earned(rule.code, earned_by(Fraction(amount), points=rule.growth, per=rule.per, rounding=Rounding.FLOOR))
        for rule in section.growth
    ]


def points_of_lines(lines: Sequence[Line], earned: Sequence[Earned]) -> list[int]:
    """Each line's part of the order's points by all rules: they add up to it (R12)."""
    parts = [each.of_lines for each in earned]
    return [sum(part[number] for part in parts) for number in range(len(lines))]


def growth_counted(order: KnownOrder | None, *, version: ProgramVersion) -> GrowthCounted | None:
    """The growth of an order that is paid, once it counts by the program: when paid, or when completed (R15)."""
    if order is None or order.paid_at is None or order.eligible is None:
        return None
    section = version.section(TiersSection)
    at = order.paid_at if section.counts_at is CountsAt.PAID else order.completed_at
    return None if at is None else GrowthCounted(growth_earned(order.eligible, section=section), at)
