"""By what points were multiplied: the tier that was held, or a benefit that came from elsewhere and was more."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from app.benefits.rules.given import Boost, best_boost
from app.benefits.rules.kinds import BenefitSource
from app.benefits.section import BenefitsSection
from app.points.rules import rounded
from app.points.section import Multiplied, Rounding
from app.programs.rulebook import Told, quoted, told
from app.programs.section import ONCE
from app.tiers.section import TiersSection

from .evidence import Evidence
from .steps import Step, StepCode, number


@dataclass(frozen=True)
class Given:
    """What a rule gives, before caps: once, and as it was multiplied."""

    once: Fraction
    rounding: Rounding
    multiplier: int = ONCE

    @property
    def exactly(self) -> Fraction:
        return self.once * self.multiplier / ONCE

    @property
    def amount(self) -> int:
        return rounded(self.exactly, rounding=self.rounding)


def standing_steps(evidence: Evidence, rule: Multiplied, given: Given, *, more: int) -> Iterator[Step]:
    """`more`: what the multiplier makes more of what the rule gives once."""
    stood = evidence.stood
    boost = best_boost(rule, stood.tier, stood.boosts)
    if boost is not None:
        yield Step(StepCode.BENEFIT, _boost_told(boost, evidence, given), more)
    elif given.multiplier != ONCE:
        name = _name_of(stood.tier, evidence.version.section(TiersSection))
        words = told(zh="当时等级 {tier}：{made}", en="For the tier {tier}, held then: {made}", tier=name,
                     made=_made(given))  # fmt: skip
        yield Step(StepCode.TIER, words, more)


def _boost_told(boost: Boost, evidence: Evidence, given: Given) -> Told:
    name = evidence.version.section(BenefitsSection).by_code[boost.benefit].name
    by = Told("由店铺授予", "given by the shop")
    if boost.source == BenefitSource.CAMPAIGN.name:
        by = Told(f"来自活动 {boost.by}", f"by the campaign {boost.by}")
    return told(
        zh="当时享有权益{benefit}（{by}）：{made}",
        en="For the benefit {benefit}, {by}: {made}",
        benefit=Told(quoted(name.zh).zh, quoted(name.en).en),
        by=by,
        made=_made(given),
    )


def _made(given: Given) -> Told:
    rounds = Told(f"，取整为 {given.amount:,}", f", rounded {given.amount:,}")
    return told(
        zh="×{times}，得 {exactly}{points}。",
        en="×{times} is {exactly}{points}.",
        times=number(Fraction(given.multiplier, ONCE)),
        exactly=number(given.exactly),
        points="" if given.exactly.denominator == 1 else rounds,
    )


def _name_of(code: str, section: TiersSection) -> Told:
    if not section.knows(code):
        return Told(code, code)
    name = section.tier(code).name
    return Told(name.zh, name.en)
