"""Benefits as they are shown: those that a member has, those that they do not have yet, and what was used."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple, Protocol
from uuid import UUID

from app.benefits.section import Benefit, BenefitsSection
from app.programs.rules import Programs, ProgramVersion
from app.tiers.section import Tier, TiersSection

from .given import tiers_above
from .held import benefits_held
from .kinds import BenefitSource, BenefitUseState
from .quota import QuotaLeft
from .sources import Held, Holder, had_by_tiers


class HeldSeen(NamedTuple):
    """A benefit that a member has, and what is left of its quota."""

    benefit: Benefit
    source: BenefitSource
    until: datetime | None
    quota: QuotaLeft | None


class LockedBenefit(NamedTuple):
    """A benefit that a member does not have, and a higher tier would give."""

    benefit: Benefit
    """As it would be had there."""
    tier: Tier
    """The lowest that gives it."""
    growth_missing: int


class HasUse(Protocol):
    """What a row says of what was used."""

    @property
    def program(self) -> str: ...
    @property
    def benefit(self) -> str: ...
    @property
    def program_version(self) -> int: ...
    @property
    def of_tier(self) -> str | None: ...


class HasGrant(Protocol):
    """What a row says of what was granted."""

    @property
    def program(self) -> str: ...
    @property
    def benefit(self) -> str: ...
    @property
    def program_version(self) -> int: ...


class HasEnd(Protocol):
    @property
    def given_back_at(self) -> datetime | None: ...


class Row(NamedTuple):
    """How often a member used a benefit since the beginning of a period."""

    member_id: UUID
    benefit: str
    since: datetime


Lacked = tuple[Benefit, Tier]


def locked_for(holder: Holder, *, growth: int) -> list[LockedBenefit]:
    """What higher tiers would give that nothing gives the member now: each once, with the lowest of them."""
    if holder.has_only_a_tier:
        lacked = _lacked_in_tiers(holder.ladder)[holder.tier.code]
    else:
        lacked = _lacked(holder.ladder, holder.tier, codes_of(benefits_held(holder)))
    return [LockedBenefit(benefit, tier, max(tier.threshold - growth, 0)) for benefit, tier in lacked]


def _lacked(version: ProgramVersion, tier: Tier, known: Sequence[str]) -> Sequence[Lacked]:
    """What tiers above one give beside what is known, each with the lowest of them."""
    section, found = version.section(BenefitsSection), dict[str, Lacked]()
    for above in tiers_above(version, tier):
        for benefit in section.for_tier(above.code, above.benefits):
            if benefit.code not in known and benefit.code not in found:
                found[benefit.code] = benefit, above
    return tuple(found.values())


@lru_cache(maxsize=256)
def _lacked_in_tiers(version: ProgramVersion) -> Mapping[str, Sequence[Lacked]]:
    """Of who has nothing but what a tier gives, by its code."""
    had = had_by_tiers(version)
    return {
        tier.code: _lacked(version, tier, codes_of(had[tier.code])) for tier in version.section(TiersSection).ladder
    }


def first_tier_with(code: str, tiers: TiersSection) -> Tier | None:
    """The lowest tier whose members have a benefit."""
    return next((tier for tier in tiers.ladder if code in tier.benefits), None)


def benefit_of_use(use: HasUse, *, programs: Programs) -> Benefit:
    """As the member had it then. May raise Overloaded: this process does not hold that version yet."""
    version = programs.version(use.program, use.program_version)
    section = version.section(BenefitsSection)
    if use.of_tier is None:
        return section.by_code[use.benefit]
    (benefit,) = section.for_tier(use.of_tier, [use.benefit])
    return benefit


def benefit_of_grant(grant: HasGrant, *, programs: Programs) -> Benefit:
    """As the program declared it then. Likewise."""
    return programs.version(grant.program, grant.program_version).section(BenefitsSection).by_code[grant.benefit]


def state_of(use: HasEnd) -> BenefitUseState:
    return BenefitUseState.USED if use.given_back_at is None else BenefitUseState.GIVEN_BACK


def codes_of(held: Sequence[Held]) -> list[str]:
    return [each.benefit.code for each in held]
