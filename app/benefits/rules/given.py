"""Benefits that members have by campaigns and from staff, and what these do: more points, campaigns that are for their
holders, coupons that these can claim. What a tier gives does that by itself, as other sections say (decision 32)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

from app.benefits.section import Benefit, BenefitKind, BenefitsSection
from app.benefits.section.kinds import EXTRAS
from app.campaigns.rules import CAMPAIGNS, Active, OpenCampaign, Who, active_among
from app.campaigns.section import CampaignsSection, Kind
from app.points.section.earning import Multiplied
from app.programs.rules import Programs, ProgramVersion
from app.tiers.section import Tier, TiersSection

from .kinds import BenefitSource


class Granted(Protocol):
    """What staff gave and did not revoke, and what is not over: its end is exclusive (R2)."""

    @property
    def id(self) -> UUID: ...
    @property
    def benefit(self) -> str: ...
    @property
    def until(self) -> datetime: ...


class Boost(NamedTuple):
    """Points multiplied by a benefit, in place of what the tier multiplies them by, if it is more."""

    benefit: str
    source: str
    """Name of a `BenefitSource`."""
    by: str
    """The campaign's code, or the id of staff's grant."""
    multiplier: int
    """In hundredths."""
    rules: tuple[str, ...]
    """Codes of the rules that earn those points."""


@dataclass(frozen=True)
class Given:
    """What somebody has at an instant beside what their tier gives."""

    campaigns: Active
    """All that is open for them."""
    also: frozenset[str] = frozenset()
    """Codes of campaigns that are for them whatever their tier (see `Who`)."""
    benefits: Sequence[tuple[Benefit, BenefitSource, str]] = ()
    """With what gives it, and by its code or id."""

    @property
    def boosts(self) -> tuple[Boost, ...]:
        return tuple(
            Boost(each.code, source.name, by, each.parameters.multiplier, each.parameters.rules)
            for each, source, by in self.benefits
            if each.kind is BenefitKind.POINTS_MULTIPLIER and each.parameters.multiplier is not None
        )

    @property
    def templates(self) -> frozenset[str]:
        """Codes of templates of which they can have coupons, whatever their tier."""
        given = (each.parameters.templates for each, _, _ in self.benefits if _is_exclusive(each))
        return frozenset(code for codes in given for code in codes)


def multiplier_of(rule: Multiplied, tier: str, boosts: Sequence[Boost]) -> int:
    """By which a rule's points are multiplied: the best of what the tier and other sources give, in hundredths."""
    return max(rule.multiplier(tier), *(each.multiplier for each in boosts if rule.code in each.rules), 0)


def best_boost(rule: Multiplied, tier: str, boosts: Sequence[Boost]) -> Boost | None:
    """What multiplies a rule's points, if it is not the tier; of several that give as much, the first."""
    best = multiplier_of(rule, tier, boosts)
    found = (each for each in boosts if rule.code in each.rules and each.multiplier == best)
    return None if best == rule.multiplier(tier) else next(found, None)


def given_to(
    opened: Sequence[OpenCampaign],
    version: ProgramVersion,
    who: Who,
    tier: Tier,
    grants: Sequence[Granted],
    *,
    at: datetime,
) -> Given:
    """Of campaigns that are open at an instant those that are for somebody, and what these and staff give them. By an
    extra they take part in more of them, which may give more in turn."""
    also = _taking_part(benefit for benefit, _ in given_by_staff(version, grants))
    while True:
        campaigns = active_among(opened, version, replace(who, also=also), at=at)
        given = list(given_by_campaigns(version, tier, campaigns))
        more = also | _taking_part(benefit for benefit, _, _ in given)
        if more == also:
            break
        also = more
    by_campaigns = [(benefit, BenefitSource.CAMPAIGN, opened.campaign.code) for benefit, opened, _ in given]
    by_staff = [(benefit, BenefitSource.STAFF, str(grant.id)) for benefit, grant in given_by_staff(version, grants)]
    return Given(campaigns, also, [*by_campaigns, *by_staff])


def given_by_campaigns(
    version: ProgramVersion, tier: Tier, campaigns: Active
) -> Iterator[tuple[Benefit, OpenCampaign, Tier]]:
    """What campaigns give by name, and what those of a higher tier have, to who holds a tier; with the tier as whose
    holders have it."""
    section = version.section(BenefitsSection)
    for code, opened in campaigns.benefits.items():
        for benefit in section.for_tier(tier.code, [code]):
            yield benefit, opened, tier
    for above in tiers_above(version, tier):
        opened = campaigns.benefits_of.get(above.code)
        if opened is not None:
            for benefit in section.for_tier(above.code, above.benefits):
                yield benefit, opened, above


def given_by_staff(version: ProgramVersion, grants: Sequence[Granted]) -> Iterator[tuple[Benefit, Granted]]:
    """As the program declares it for all; nothing of what it does not offer any more."""
    offered: Mapping[str, Benefit] = version.section(BenefitsSection).by_code
    for grant in grants:
        if grant.benefit in offered:
            yield offered[grant.benefit], grant


def tiers_above(version: ProgramVersion, tier: Tier) -> Sequence[Tier]:
    """Those that who holds a tier does not hold yet, lowest first."""
    return [each for each in version.section(TiersSection).ladder if each.threshold > tier.threshold]


def may_take_part(programs: Programs, version: ProgramVersion, tier: Tier) -> bool:
    """May a benefit have who holds a tier take part in a campaign that is not for that tier?"""
    extras = version.section(BenefitsSection).extra_campaigns
    if not extras:
        return False
    made = [each.campaign for each in programs.extra(CAMPAIGNS, version.code)]  # noqa: S610
    for campaign in (*version.section(CampaignsSection).planned, *made):
        if campaign.audience.tiers and tier.code not in campaign.audience.tiers and campaign.code in extras:
            return True
    return False


def asks_for_grants(version: ProgramVersion, opened: Sequence[OpenCampaign], kinds: Collection[Kind]) -> bool:
    """May what staff granted change what is earned? If points are multiplied by a benefit, or one has its holders take
    part in a campaign that is open."""
    section = version.section(BenefitsSection)
    tiered = {each.campaign.code for each in opened if each.campaign.audience.tiers and each.campaign.kinds & {*kinds}}
    extras = (codes for codes in section.extras.values())
    return bool(Kind.POINTS in kinds and section.multiplying) or any(codes & tiered for codes in extras)


def asks_for_coupons(version: ProgramVersion, template: str, campaign: str | None) -> bool:
    """May coupons of a template, which need that campaign, be had whatever the tier, by a benefit?"""
    section = version.section(BenefitsSection)
    exclusive = any(template in codes for codes in section.exclusive.values())
    return exclusive or any(campaign in codes for codes in section.extras.values())


def asks_for_the_tier(version: ProgramVersion, opened: Sequence[OpenCampaign], kinds: Collection[Kind]) -> bool:
    """May what campaigns that are open bring depend on the tier that is held? If one is for some tiers, or gives what
    multiplies points."""
    multiplying = version.section(BenefitsSection).multiplying
    return any(
        (each.campaign.audience.tiers and each.campaign.kinds & {*kinds})
        or (Kind.POINTS in kinds and multiplying and Kind.BENEFITS in each.campaign.kinds)
        for each in opened
    )


def _taking_part(benefits: Iterator[Benefit]) -> frozenset[str]:
    """Codes of campaigns that are for who has these benefits."""
    return frozenset(code for each in benefits if each.kind in EXTRAS for code in each.parameters.campaigns)


def _is_exclusive(benefit: Benefit) -> bool:
    return benefit.kind is BenefitKind.EXCLUSIVE_COUPONS
