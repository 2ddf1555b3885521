"""By what members have benefits: the one place where a source of them is added."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

from app.benefits.section import Benefit, BenefitsSection
from app.benefits.section.kinds import BY_TIER
from app.campaigns.rules import Active, Who, active
from app.programs.rules import Programs, ProgramVersion
from app.tiers.rules import Placed, ladder_for, tier_of
from app.tiers.section import Tier, TiersSection

from .kinds import BenefitSource


class Member(Placed, Protocol):
    """What a member's row says of their tier, and since when they are one."""

    @property
    def joined_at(self) -> datetime: ...


class Granted(Protocol):
    """What staff gave and did not revoke, and what is not over: its end is exclusive (R2)."""

    @property
    def id(self) -> UUID: ...
    @property
    def benefit(self) -> str: ...
    @property
    def until(self) -> datetime: ...


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


def holder_of(member: Member, grants: Sequence[Granted], *, programs: Programs, now: datetime) -> Holder:
    """Who holds what they hold now."""
    version, tier = programs.for_member(member.program, member.id).at(now), tier_of(member, programs=programs, now=now)
    campaigns = active(programs, version, Who(member.joined_at, tier.code), at=now)
    return Holder(ladder_for(member, programs=programs, now=now), tier, grants, campaigns, now)


def _by_tier(holder: Holder) -> Iterator[Held]:
    for benefit in holder.section.for_tier(holder.tier.code, holder.tier.benefits):
        yield Held(benefit, BenefitSource.TIER, holder.tier.code)


def _by_campaign(holder: Holder) -> Iterator[Held]:
    """What campaigns give by name, and what those of a higher tier have, while they are open for the member."""
    source, section = BenefitSource.CAMPAIGN, holder.section
    for code, opened in holder.campaigns.benefits.items():
        for benefit in section.for_tier(holder.tier.code, [code]):
            if benefit.kind not in BY_TIER:
                yield Held(benefit, source, opened.campaign.code, opened.occurrence.closes_at)
    for tier in tiers_above(holder):
        opened = holder.campaigns.benefits_of.get(tier.code)
        if opened is None:
            continue
        for benefit in section.for_tier(tier.code, tier.benefits):
            if benefit.kind not in BY_TIER:
                yield Held(benefit, source, opened.campaign.code, opened.occurrence.closes_at)


def _by_staff(holder: Holder) -> Iterator[Held]:
    """As the program declares it for all; nothing of what it does not offer any more."""
    for grant in holder.grants:
        benefit = holder.section.by_code.get(grant.benefit)
        if benefit is not None and benefit.kind not in BY_TIER:
            yield Held(benefit, BenefitSource.STAFF, str(grant.id), grant.until)


SOURCES: Mapping[BenefitSource, Callable[[Holder], Iterator[Held]]] = {
    BenefitSource.TIER: _by_tier,
    BenefitSource.CAMPAIGN: _by_campaign,
    BenefitSource.STAFF: _by_staff,
}
"""In the order in which they are named where several give the same."""


def tiers_above(holder: Holder) -> Sequence[Tier]:
    """The tiers that the member does not hold yet, lowest first."""
    ladder = holder.ladder.section(TiersSection).ladder
    return [tier for tier in ladder if tier.threshold > holder.tier.threshold]
