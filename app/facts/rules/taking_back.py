"""What refunds of an order take back of the points and of the growth that it brought (R10, R15)."""

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction

from app.points.rules import rounded
from app.points.section import CAMPAIGN, ClawBack, PointsSection, Rounding
from app.tiers.section import GrowthRule, GrowthRuleOfAmount, OrderGrowth, TiersSection

from .campaigns import part_taken_back
from .refunds import RefundedOrder


def points_to_take_back(
    order: RefundedOrder, *, earned: Mapping[str, int], section: PointsSection, activates_at: datetime | None
) -> Mapping[str, int]:
    """By rule, what all these refunds take back of the points that the order earned by it (R10).

    `section` is that of the version that they were earned by. Where only pending points are taken back (R11), refunds
    count that were before the points' activation: by their own time, so that it is the same whenever they are reported
    (R25).
    """
    rules = {rule.code: rule for rule in section.earning}
    counted = order.before(activates_at) if section.refunds.claw_back is ClawBack.PENDING_ONLY else order
    parts = {
        code: counted.fraction([line.eligible * rules[code].weight(line.category) for line in order.lines])
        for code in earned
        if not code.startswith(CAMPAIGN)
    }
    return _taken_back(counted, earned=earned, parts=parts)


def _taken_back(order: RefundedOrder, *, earned: Mapping[str, int], parts: Mapping[str, Fraction]) -> Mapping[str, int]:
    """By rule and by campaign, where refunds take these parts of what the rules brought."""
    whole = order.eligible_part
    return {
        code: rounded(amount * parts[code], rounding=Rounding.HALF_UP)
        if code in parts
        else part_taken_back(amount, earned=earned, parts=parts, whole=whole)
        for code, amount in earned.items()
    }


def growth_to_take_back(order: RefundedOrder, *, earned: Mapping[str, int], section: TiersSection) -> Mapping[str, int]:
    """By rule, what all these refunds take back of the growth that the order brought by it (R15). `section` is that of
    the version that it was reckoned by."""
    rules = [code for code in earned if not code.startswith(CAMPAIGN)]
    return _taken_back(order, earned=earned, parts={code: _growth_part(order, section.rule(code)) for code in rules})


def _growth_part(order: RefundedOrder, rule: GrowthRule | None) -> Fraction:
    """A part of what an amount brought; all that the order brought for being one, once it would not any more."""
    if isinstance(rule, OrderGrowth):
        return Fraction(not rule.counts(order.eligible_left))
    weigh = rule.weight if isinstance(rule, GrowthRuleOfAmount) else _once
    return order.fraction([line.eligible * weigh(line.category) for line in order.lines])


def _once(category: str | None) -> int:
    return 1
