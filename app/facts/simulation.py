"""What an order would earn, line by line and by which rule, told beforehand and written nowhere (M11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.db import Reader
from app.points.queries.earned import points_left
from app.points.rules.caps import Capped
from app.points.section import EarningRule, PointsSection
from app.programs.rules import ProgramVersion
from app.programs.section import ONCE, Words
from app.tiers.queries.earned import growth_left
from app.tiers.section import TiersSection

from .rules import Earned, Line, growth_earned, left_by_caps, points_earned, points_of_lines


@dataclass(frozen=True)
class SimulatedCut:
    """What a cap would take away of what a rule gives."""

    code: str
    words: Words
    points: int
    growth: int


@dataclass(frozen=True)
class SimulatedRule:
    """What one rule of the program would give for the whole order, after caps."""

    code: str
    words: Words
    points: int
    growth: int
    multiplier: int
    """By which it was multiplied for the tier held, in hundredths."""
    cuts: Sequence[SimulatedCut] = ()


@dataclass(frozen=True)
class SimulatedPart:
    """What one rule would give for one line."""

    code: str
    words: Words
    points: int


@dataclass(frozen=True)
class SimulatedLine:
    """What one line would bring."""

    number: int
    eligible: int
    """In minor units."""
    currency: str
    points: int
    rules: Sequence[SimulatedPart]
    """By which rules: their parts add up to the line's points."""


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


@dataclass(frozen=True)
class Buyer:
    """A member who would order."""

    id: UUID
    tier: str | None


@dataclass(frozen=True)
class CappedOrder:
    """What caps leave of an order, rule by rule."""

    points: Sequence[Capped]
    growth: Sequence[Capped]


async def simulate(
    db: Reader, lines: Sequence[Line], *, version: ProgramVersion, buyer: Buyer | None, now: datetime
) -> SimulatedOrder:
    """By the rules, the tier and the caps of now: the same functions that reckon a real order (R12, R13, R22, R27).

    One statement if a cap of points applies to a member, and one for a cap of growth. Without a buyer: for somebody in
    the base tier who has earned nothing.
    """
    tier = (buyer.tier if buyer else None) or version.section(TiersSection).ladder[0].code
    earned = points_earned(lines, section=version.section(PointsSection), tier=tier)
    given = [(each.rule, each.amount) for each in earned]
    member_id = buyer.id if buyer else None
    left = await points_left(db, member_id=member_id, earned=given, version=version, at=now)
    grown = [(each.rule, each.amount) for each in growth_earned(lines, section=version.section(TiersSection))]
    growth = await growth_left(db, member_id=member_id, earned=grown, version=version, at=now)
    capped = CappedOrder(left, growth)
    return simulated(lines, left_by_caps(earned, left), capped=capped, version=version, tier=tier, now=now)


def simulated(
    lines: Sequence[Line],
    earned: Sequence[Earned],
    *,
    capped: CappedOrder,
    version: ProgramVersion,
    tier: str,
    now: datetime,
) -> SimulatedOrder:
    """What is told of points that are earned, and what caps took of them, for somebody in that tier."""
    section, ladder = version.section(PointsSection), version.section(TiersSection)
    by_points = [
        SimulatedRule(rule.code, rule.words, each.amount, 0, rule.multiplier(tier), _cuts(each))
        for rule, each in zip(section.earning, capped.points, strict=True)
    ]
    by_growth = [
        SimulatedRule(rule.code, rule.words, 0, each.amount, ONCE, _cuts_of_growth(each))
        for rule, each in zip((*ladder.growth, *ladder.orders), capped.growth, strict=True)
    ]
    parts = points_of_lines(lines, earned)
    return SimulatedOrder(
        program_version=version.number,
        tier=tier,
        points=sum(each.amount for each in earned),
        growth=sum(each.amount for each in capped.growth),
        lines=[
            SimulatedLine(number + 1, line.eligible, version.currency, part, _parts(section.earning, earned, number))
            for number, (line, part) in enumerate(zip(lines, parts, strict=True))
        ],
        rules=[*by_points, *by_growth],
        at=now,
    )


def _parts(rules: Sequence[EarningRule], earned: Sequence[Earned], line: int) -> list[SimulatedPart]:
    """What the rules would give for a line, of those that would give anything."""
    parts = [
        SimulatedPart(rule.code, rule.words, each.of_lines[line]) for rule, each in zip(rules, earned, strict=True)
    ]
    return [part for part in parts if part.points]


def _cuts(capped: Capped) -> list[SimulatedCut]:
    return [SimulatedCut(cut.cap.code, cut.cap.words, cut.points, 0) for cut in capped.cuts]


def _cuts_of_growth(capped: Capped) -> list[SimulatedCut]:
    return [SimulatedCut(cut.cap.code, cut.cap.words, 0, cut.points) for cut in capped.cuts]
