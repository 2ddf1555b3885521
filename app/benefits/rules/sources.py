"""By what members have benefits: the one place where a source of them is added."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple, Protocol
from uuid import UUID

from app.benefits.section import Benefit, BenefitsSection
from app.campaigns.rules import NOTHING, Active, Who, open_at
from app.programs.rules import Programs, ProgramVersion
from app.tiers.rules import Placed, held_on, ladder_for
from app.tiers.section import Tier, TiersSection

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

    @property
    def has_only_a_tier(self) -> bool:
        """Does nothing else give them anything? As of nearly everybody, nearly always."""
        return not self.grants and not self.campaigns.open


class Held(NamedTuple):
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
    version = programs.version_for(member.program, member.id, now)
    ladder = ladder_for(member, programs=programs, now=now)
    tier = held_on(ladder.section(TiersSection), member, now=now)
    opened = open_at(programs, version, at=now)
    if not opened and not grants:
        return Holder(ladder, tier, grants, NOTHING, now)
    given = given_to(opened, version, Who(member.joined_at, tier.code), tier, grants, at=now)
    return Holder(ladder, tier, grants, given.campaigns, now, given.templates, given.also)


@lru_cache(maxsize=256)
def had_by_tiers(version: ProgramVersion) -> Mapping[str, tuple[Held, ...]]:
    """What holders of each tier have by it, by its code: in the order of the file."""
    section = version.section(BenefitsSection)
    return {
        tier.code: tuple(
            Held(benefit, BenefitSource.TIER, tier.code, of_tier=tier.code)
            for benefit in section.for_tier(tier.code, [code for code in section.by_code if code in tier.benefits])
        )
        for tier in version.section(TiersSection).ladder
    }


def _by_tier(holder: Holder) -> Iterator[Held]:
    return iter(had_by_tiers(holder.ladder)[holder.tier.code])


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
