"""What `[benefits]` and the sections below it say of one another: put together, or found wrong. No I/O here."""

from collections.abc import Iterable, Iterator, Sequence

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


def _by_campaigns(section: BenefitsSection, tiers: TiersSection, campaigns: CampaignsSection) -> Iterator[Finding]:
    """An extra is given by campaigns: each that is named is for just the tiers that have it."""
    planned = {campaign.code: campaign for campaign in campaigns.planned}
    places: list[tuple[Place, Parameters]] = [
        (("offered", number), benefit.parameters) for number, benefit in enumerate(section.offered)
    ]
    places += [(("of_tier", number), each.parameters) for number, each in enumerate(section.of_tier) if each.parameters]
    for place, parameters in places:
        for number, code in enumerate(parameters.campaigns):
            where = (*place, "parameters", "campaigns", number)
            if code not in planned:
                yield where, f'"{code}" is no campaign'
                continue
            having = [tier.code for tier in tiers.ladder if _names(section.for_tier(tier.code, tier.benefits), code)]
            audience = planned[code].audience.tiers
            if set(having) != set(audience):
                yield where, f'the campaign "{code}" is for {_listed(audience)}, and {_listed(having)} have this'


def _names(benefits: Iterable[Benefit], campaign: str) -> bool:
    return any(campaign in benefit.parameters.campaigns for benefit in benefits)


def _listed(tiers: Sequence[str]) -> str:
    return ", ".join(f'"{tier}"' for tier in tiers) or "no tiers"
