"""What `[benefits]` and the sections below it say of one another: put together, or found wrong. No I/O here."""

from collections.abc import Iterator, Mapping, Sequence

from app.campaigns.section import CampaignsSection
from app.points.section import PointsSection
from app.programs.problems import Finding, Place
from app.programs.section import ONCE
from app.tiers.section import Tier, TiersSection

from .section import Benefit, BenefitKind, BenefitsSection, Parameters


def join_tiers(section: BenefitsSection, tiers: TiersSection) -> None:
    """Have each step of the ladder know what its benefits are. Once, when the file is put together."""
    for tier in tiers.ladder:
        tier.give(section.for_tier(tier.code, tier.benefits))


def ladder_problems(section: BenefitsSection, tiers: TiersSection) -> Iterator[Finding]:
    """What is wrong in `[tiers]`: a tier has what nobody offers."""
    for number, tier in enumerate(tiers.ladder):
        for place, code in enumerate(tier.benefits):
            if code not in section.by_code:
                yield ("ladder", number, "benefits", place), f'"{code}" is no benefit that is offered'


def benefit_problems(
    section: BenefitsSection, tiers: TiersSection, points: PointsSection, campaigns: CampaignsSection
) -> Iterator[Finding]:
    """What is wrong in `[benefits]`: of a tier that does not have it, or a promise that nothing keeps."""
    having = {tier.code: tier for tier in tiers.ladder}
    for number, each in enumerate(section.of_tier):
        tier = having.get(each.tier)
        if tier is None:
            yield ("of_tier", number, "tier"), f'"{each.tier}" is no tier of the ladder'
        elif each.benefit not in tier.benefits:
            yield ("of_tier", number, "benefit"), f'the tier "{each.tier}" does not have "{each.benefit}"'
    for number, benefit in enumerate(section.offered):
        if benefit.kind is BenefitKind.POINTS_MULTIPLIER:
            yield from _multiplied(section, number, benefit, tiers, points)
    yield from _by_campaigns(section, tiers, campaigns)


def _multiplied(
    section: BenefitsSection, number: int, benefit: Benefit, tiers: TiersSection, points: PointsSection
) -> Iterator[Finding]:
    """More points are given by the rules that earn them: each that is named gives just what is said to whoever has it,
    and to nobody else."""
    rules = {rule.code: rule for _, _, rule in points.multiplied}
    for place, code in enumerate(benefit.parameters.rules):
        if code not in rules:
            yield ("offered", number, "parameters", "rules", place), f'"{code}" is no rule that earns points'
    for tier in tiers.ladder:
        said = _multiplier_of(section, tier, benefit.code)
        for rule in [rules[code] for code in benefit.parameters.rules if code in rules]:
            given = rule.multiplier(tier.code)
            if given != said:
                words = f'"{tier.code}" has {said / ONCE:g} times, and the rule "{rule.code}" gives it {given / ONCE:g}'
                yield ("offered", number, "parameters", "multiplier"), words


def _multiplier_of(section: BenefitsSection, tier: Tier, code: str) -> int:
    """What a benefit makes of points for the holders of a tier, in hundredths."""
    found = section.for_tier(tier.code, [each for each in tier.benefits if each == code])
    return (found[0].parameters.multiplier or ONCE) if found else ONCE


def coupon_problems(
    section: BenefitsSection, tiers: TiersSection, tiers_from: Mapping[str, str | None]
) -> Iterator[Finding]:
    """Exclusive coupons are such: each template that is named can be had from the lowest tier on that has the benefit.
    `tiers_from`: of each template of the file the least tier that can have it."""
    for place, parameters in _places(section):
        for number, code in enumerate(parameters.templates):
            where = (*place, "parameters", "templates", number)
            if code not in tiers_from:
                yield where, f'"{code}" is no template of coupons'
                continue
            least = next((tier.code for tier in tiers.ladder if _has(section, tier, template=code)), None)
            if least != tiers_from[code]:
                yield where, f'coupons of "{code}" are for {_from(tiers_from[code])}, and this is for {_from(least)}'


def _by_campaigns(section: BenefitsSection, tiers: TiersSection, campaigns: CampaignsSection) -> Iterator[Finding]:
    """An extra is given by campaigns: each that is named is for just the tiers that have it."""
    planned = {campaign.code: campaign for campaign in campaigns.planned}
    for place, parameters in _places(section):
        for number, code in enumerate(parameters.campaigns):
            where = (*place, "parameters", "campaigns", number)
            if code not in planned:
                yield where, f'"{code}" is no campaign'
                continue
            having = [tier.code for tier in tiers.ladder if _has(section, tier, campaign=code)]
            audience = planned[code].audience.tiers
            if set(having) != set(audience):
                yield where, f'the campaign "{code}" is for {_listed(audience)}, and {_listed(having)} have this'


def _places(section: BenefitsSection) -> Iterator[tuple[Place, Parameters]]:
    """All that is said of how much there is of benefits, and where."""
    for number, benefit in enumerate(section.offered):
        yield ("offered", number), benefit.parameters
    for number, each in enumerate(section.of_tier):
        if each.parameters is not None:
            yield ("of_tier", number), each.parameters


def _has(section: BenefitsSection, tier: Tier, *, campaign: str | None = None, template: str | None = None) -> bool:
    """Have the holders of a tier what is given by a campaign, or by coupons of a template?"""
    said = [benefit.parameters for benefit in section.for_tier(tier.code, tier.benefits)]
    return any(campaign in each.campaigns or template in each.templates for each in said)


def _from(tier: str | None) -> str:
    return "everybody" if tier is None else f'"{tier}" and above'


def _listed(tiers: Sequence[str]) -> str:
    return ", ".join(f'"{tier}"' for tier in tiers) or "no tiers"
