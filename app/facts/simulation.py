"""What an order would earn, line by line and by which rule, told beforehand and written nowhere (M11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.benefits.queries.grants import grants_at
from app.benefits.rules.given import asks_for_grants, given_to, multiplier_of
from app.campaigns.rules import Active, Who, open_at
from app.campaigns.section import Campaign, Kind
from app.db import Reader
from app.points.queries.earned import points_left
from app.points.rules.caps import Capped
from app.points.section import PointsSection
from app.programs.rules import Programs, ProgramVersion
from app.programs.section import ONCE, Words
from app.tiers.queries.earned import growth_left
from app.tiers.section import TiersSection

from .rules import Bringing, Earned, Line, growth_earned, points_earned, points_of_lines
from .rules.credited import Credited


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
    """By which it was multiplied for the tier held, or by a benefit; of a campaign, by which it multiplies; in
    hundredths."""
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
    joined_at: datetime


@dataclass(frozen=True)
class CappedOrder:
    """What caps leave of an order, rule by rule."""

    points: Sequence[Capped]
    growth: Sequence[Capped]


@dataclass(frozen=True)
class Bringings:
    points: Bringing
    growth: Bringing


async def simulate(
    db: Reader,
    lines: Sequence[Line],
    *,
    programs: Programs,
    version: ProgramVersion,
    buyer: Buyer | None,
    channel: str | None = None,
    now: datetime,
) -> SimulatedOrder:
    """By the rules, the campaigns, the tier and the caps of now: the same functions that reckon a real order (R12, R13,
    R22, R25, R27).

    One statement if a cap of points applies to a member, one for a cap of growth, and one for what staff granted, if
    that may count. Without a buyer: for somebody in
    the base tier who has earned nothing, and joins with the order.
    """
    stood, campaigns = await _standing(db, buyer, programs=programs, version=version, channel=channel, now=now)
    section, member_id = version.section(PointsSection), buyer.id if buyer else None
    earned = points_earned(lines, section=section, tier=stood.tier, boosts=stood.boosts)
    bringing = Bringing(earned, campaigns.points, section.rounding)
    growing = Bringing(growth_earned(lines, section=version.section(TiersSection)), campaigns.growth)
    left = await points_left(db, member_id=member_id, earned=bringing.given, adding=bringing.adding, version=version,
                             at=now)  # fmt: skip
    growth = await growth_left(db, member_id=member_id, earned=growing.given, adding=growing.adding, version=version,
                               at=now)  # fmt: skip
    capped = CappedOrder(left, growth)
    return simulated(lines, Bringings(bringing, growing), capped=capped, version=version, stood=stood, now=now)


async def _standing(
    db: Reader,
    buyer: Buyer | None,
    *,
    programs: Programs,
    version: ProgramVersion,
    channel: str | None,
    now: datetime,
) -> tuple[Credited, Active]:
    """How somebody stands now, and what is open for them."""
    section, opened = version.section(TiersSection), open_at(programs, version, at=now)
    code = (buyer.tier if buyer else None) or section.ladder[0].code
    who = Who(buyer.joined_at if buyer else None, code, channel)
    asks = buyer is not None and asks_for_grants(version, opened, frozenset(Kind))
    grants = await grants_at(db, member_id=buyer.id, at=now) if buyer is not None and asks else ()
    tier = section.tier(code) if section.knows(code) else section.ladder[0]
    given = given_to(opened, version, who, tier, grants, at=now)
    return Credited(code, given.boosts, given.also), given.campaigns


def simulated(
    lines: Sequence[Line],
    bringings: Bringings,
    *,
    capped: CappedOrder,
    version: ProgramVersion,
    stood: Credited,
    now: datetime,
) -> SimulatedOrder:
    """What is told of points that are earned, and what caps took of them, for somebody who stands so."""
    section, ladder = version.section(PointsSection), version.section(TiersSection)
    earned = bringings.points.left_by(capped.points)
    by = {rule.code: multiplier_of(rule, stood.tier, stood.boosts) for rule in section.earning}
    by_points = [Named(rule.code, rule.words, by[rule.code]) for rule in section.earning]
    by_points += [_of_campaign(each.campaign, Kind.POINTS) for each in bringings.points.campaigns]
    by_growth = [Named(rule.code, rule.words, ONCE) for rule in (*ladder.growth, *ladder.orders)]
    by_growth += [_of_campaign(each.campaign, Kind.GROWTH) for each in bringings.growth.campaigns]
    parts = points_of_lines(lines, earned)
    return SimulatedOrder(
        program_version=version.number,
        tier=stood.tier,
        points=sum(each.amount for each in earned),
        growth=sum(each.amount for each in capped.growth),
        lines=[
            SimulatedLine(number + 1, line.eligible, version.currency, part, _parts(by_points, earned, number))
            for number, (line, part) in enumerate(zip(lines, parts, strict=True))
        ],
        rules=[
            *(
                SimulatedRule(rule.code, rule.words, each.amount, 0, rule.multiplier, _cuts(each, 1, 0))
                for rule, each in zip(by_points, capped.points, strict=True)
            ),
            *(
                SimulatedRule(rule.code, rule.words, 0, each.amount, rule.multiplier, _cuts(each, 0, 1))
                for rule, each in zip(by_growth, capped.growth, strict=True)
            ),
        ],
        at=now,
    )


class Named(NamedTuple):
    """A rule or a campaign, as it is told."""

    code: str
    words: Words
    multiplier: int


def _of_campaign(campaign: Campaign, kind: Kind) -> Named:
    by = campaign.effects.points if kind is Kind.POINTS else campaign.effects.growth
    return Named(campaign.rule, campaign.name, by or ONCE)


def _parts(rules: Sequence[Named], earned: Sequence[Earned], line: int) -> list[SimulatedPart]:
    """What the rules and campaigns would give for a line, of those that would give anything."""
    parts = [
        SimulatedPart(rule.code, rule.words, each.of_lines[line]) for rule, each in zip(rules, earned, strict=True)
    ]
    return [part for part in parts if part.points]


def _cuts(capped: Capped, points: int, growth: int) -> list[SimulatedCut]:
    """Of points, or of growth."""
    cuts = [(cut.cap, cut.points) for cut in capped.cuts]
    return [SimulatedCut(cap.code, cap.words, points * amount, growth * amount) for cap, amount in cuts]
