"""What an order would earn, line by line and by which rule, told beforehand and written nowhere (M11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.points.section import PointsSection
from app.programs.rules import ProgramVersion
from app.programs.section import ONCE, Words
from app.tiers.section import TiersSection

from .rules import Line, growth_earned, points_earned, points_of_lines


@dataclass(frozen=True)
class SimulatedRule:
    """What one rule of the program would give for the whole order."""

    code: str
    words: Words
    points: int
    growth: int
    multiplier: int
    """By which it was multiplied for the tier held, in hundredths."""


@dataclass(frozen=True)
class SimulatedLine:
    """What one line would bring."""

    number: int
    eligible: int
    """In minor units."""
    currency: str
    points: int


@dataclass(frozen=True)
class SimulatedOrder:
    """What an order that is paid now would earn."""

    program_version: int
    tier: str
    """Code of the tier whose multipliers count."""
    points: int
    growth: int
    lines: Sequence[SimulatedLine]
    rules: Sequence[SimulatedRule]
    at: datetime


def simulated(lines: Sequence[Line], *, version: ProgramVersion, tier: str | None, now: datetime) -> SimulatedOrder:
    """By the rules and the tier of now: the same functions that reckon a real order (R12, R13, R22)."""
    section, ladder = version.section(PointsSection), version.section(TiersSection)
    held = tier or ladder.ladder[0].code
    earned = points_earned(lines, section=section, tier=held)
    grown = growth_earned(sum(line.eligible for line in lines), section=ladder)
    by_points = [
        SimulatedRule(rule.code, rule.words, each.amount, 0, rule.multiplier(held))
        for rule, each in zip(section.earning, earned, strict=True)
    ]
    by_growth = [
        SimulatedRule(rule.code, rule.words, 0, each.amount, ONCE)
        for rule, each in zip(ladder.growth, grown, strict=True)
    ]
    parts = points_of_lines(lines, earned)
    return SimulatedOrder(
        program_version=version.number,
        tier=held,
        points=sum(each.amount for each in earned),
        growth=sum(each.amount for each in grown),
        lines=[
            SimulatedLine(number, line.eligible, version.currency, part)
            for number, (line, part) in enumerate(zip(lines, parts, strict=True), 1)
        ],
        rules=[*by_points, *by_growth],
        at=now,
    )
