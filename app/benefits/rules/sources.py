"""By what members have benefits: the one place where a source of them is added."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

from app.benefits.section import Benefit, BenefitsSection
from app.campaigns.rules import Active, Who, open_at
from app.programs.rules import Programs, ProgramVersion
from app.tiers.rules import Placed, ladder_for, tier_of
from app.tiers.section import Tier

from .given import Granted, given_by_campaigns, given_by_staff, given_to
from .kinds import BenefitSource


class Member(Placed, Protocol):
    """What a member's row says of their tier, and since when they are one."""

    @property
    def joined_at(self) -> datetime: ...


class InForce(NamedTuple):
    """A grant of staff's that is in force."""

    id: UUID
    benefit: str
    until: datetime


@dataclass(frozen=True)
class Holder:
    """A member, as far as it matters for which benefits they have."""

    ladder: ProgramVersion
    """The version on whose ladder they stand."""
    tier: Tier
    """That they hold."""
    grants: Sequence[Granted]
    """Staff's that are in force."""
    campaigns: Active
    """What is open for them."""
    now: datetime
    templates: frozenset[str] = frozenset()
    """Codes of templates of which they can have coupons whatever their tier, by benefits of campaigns and staff."""
    also: frozenset[str] = frozenset()
    """Codes of campaigns that are for them whatever their tier; likewise."""

    @property
    def section(self) -> BenefitsSection:
        return self.ladder.section(BenefitsSection)


@dataclass(frozen=True)
class Held:
    """A benefit that a member has, as they have it."""

    benefit: Benefit
    source: BenefitSource
    by: str
    """The tier's code, the campaign's, or the id of staff's grant."""
    until: datetime | None = None
    """When that is known: it is had before that instant."""
    of_tier: str | None = None
    """Code of the tier as whose holders have it they have it; None: as the program declares it for all."""


def holder_of(member: Member, grants: Sequence[Granted], *, programs: Programs, now: datetime) -> Holder:
    """Who holds what they hold now."""
    version, tier = programs.for_member(member.program, member.id).at(now), tier_of(member, programs=programs, now=now)
    who, opened = Who(member.joined_at, tier.code), open_at(programs, version, at=now)
    given = given_to(opened, version, who, tier, grants, at=now)
    ladder = ladder_for(member, programs=programs, now=now)
    return Holder(ladder, tier, grants, given.campaigns, now, given.templates, given.also)


def _by_tier(holder: Holder) -> Iterator[Held]:
    for benefit in holder.section.for_tier(holder.tier.code, holder.tier.benefits):
        yield Held(benefit, BenefitSource.TIER, holder.tier.code, of_tier=holder.tier.code)


def _by_campaign(holder: Holder) -> Iterator[Held]:
    """While they are open for the member."""
    for benefit, opened, tier in given_by_campaigns(holder.ladder, holder.tier, holder.campaigns):
        yield Held(benefit, BenefitSource.CAMPAIGN, opened.campaign.code, opened.occurrence.closes_at, tier.code)


def _by_staff(holder: Holder) -> Iterator[Held]:
    for benefit, grant in given_by_staff(holder.ladder, holder.grants):
        yield Held(benefit, BenefitSource.STAFF, str(grant.id), grant.until)


SOURCES: Mapping[BenefitSource, Callable[[Holder], Iterator[Held]]] = {
    BenefitSource.TIER: _by_tier,
    BenefitSource.CAMPAIGN: _by_campaign,
    BenefitSource.STAFF: _by_staff,
}
"""In the order in which they are named where several give the same."""
