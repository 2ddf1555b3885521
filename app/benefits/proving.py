"""What must be true of a member's benefits: each cause once, quotas held, what was used was had (R5, R31)."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from app.campaigns.rules import Who, fits, open_at
from app.campaigns.section import Campaign
from app.db import Reader
from app.members.proving import Claim, Key, Published, by_member
from app.points.rules.caps import period_of
from app.points.section import Period
from app.programs.rules import ProgramVersion
from app.tiers.section import TiersSection

from .models import BenefitGrantRow, BenefitUseRow
from .queries.grants import every_grant
from .queries.uses import content_digest, every_use, use_digest
from .rules.kinds import BenefitSource
from .rules.outcomes import Asked
from .section import BenefitsSection

APART = timedelta(minutes=1)
"""A use may be dated so long before the grant that it is by, or after its end by staff: each goes by the clock of its
own server as it was when it was asked, before it waited for the member's lock."""


class Member(Protocol):
    @property
    def id(self) -> UUID: ...
    @property
    def program(self) -> str: ...
    @property
    def joined_at(self) -> datetime: ...


@dataclass(frozen=True)
class BenefitBook:
    """All that a member used of their benefits, and all that staff granted them."""

    uses: Sequence[BenefitUseRow]
    grants: Sequence[BenefitGrantRow]


async def benefit_books(db: Reader, member_ids: Sequence[UUID]) -> list[BenefitBook]:
    """Two statements, however many members."""
    uses, grants = by_member(await every_use(db, member_ids)), by_member(await every_grant(db, member_ids))
    return [BenefitBook(uses.get(key, ()), grants.get(key, ())) for key in member_ids]


def benefit_keys(book: BenefitBook, *, member_id: UUID, program: str) -> Iterator[Key]:
    """What something was used for is nobody else's (R24)."""
    for use in book.uses:
        digest = use_digest(program, use.benefit, _asked(use))
        yield Key("unique_keys.owner of the benefit's use", use.id, digest, member_id)


def benefit_claims(book: BenefitBook, member: Member, *, published: Published) -> Iterator[Claim]:
    grants = {str(grant.id): grant for grant in book.grants}
    for row in (*book.uses, *book.grants):
        yield Claim("benefits of the member's program", row.id, member.program, row.program)
        yield Claim("benefits.program_version: is one", row.id, True, published.exists(row.program_version))
        version = published.version(row.program_version)
        if version is not None:
            section = version.section(BenefitsSection)
            yield Claim("benefits.benefit: was offered", row.id, True, row.benefit in section.by_code)
    for use in book.uses:
        yield Claim("benefit_uses.digest", use.id, content_digest(_asked(use)), use.digest)
        yield Claim("benefit_uses: the member had it", use.id, True, _had(use, grants, member, published=published))
    if published.held is not None:
        yield from _quotas(book.uses, zone=published.held.in_force[-1].zone)


def _asked(use: BenefitUseRow) -> Asked:
    return Asked(use.source, use.external_id, use.reference)


def _had(use: BenefitUseRow, grants: Mapping[str, BenefitGrantRow], member: Member, *, published: Published) -> bool:
    """By the tier that it says, or a grant of staff's or a campaign that was in force. What a version gave that is not
    held here cannot be said."""
    if use.granted_by == BenefitSource.STAFF.name:
        return _was_granted(use, grants.get(use.granted_by_code))
    version = published.version(use.program_version)
    if version is None:
        return True
    if use.granted_by == BenefitSource.CAMPAIGN.name:
        return _by_campaign(use, member, version=version, published=published)
    return use.benefit in _benefits_of(use.granted_by_code, version)


def _was_granted(use: BenefitUseRow, grant: BenefitGrantRow | None) -> bool:
    if grant is None or grant.benefit != use.benefit or use.used_at >= grant.until:
        return False
    if grant.revoked_at is not None and use.used_at >= grant.revoked_at + APART:
        return False
    return use.used_at > grant.granted_at - APART


def _by_campaign(use: BenefitUseRow, member: Member, *, version: ProgramVersion, published: Published) -> bool:
    """Was it open when it was used, for whoever held whatever tier, and does it give the benefit, by name or as what a
    tier has? Left out while the rules of that time are not held here."""
    held = published.held
    if held is None or max(held.versions) < published.newest:
        return True
    ruling = held.at(use.used_at)
    opened = [each.campaign for each in open_at(published.programs, ruling, at=use.used_at)]
    campaign = next((each for each in opened if each.code == use.granted_by_code), None)
    if campaign is None or not _was_for(campaign, member, at=use.used_at, version=ruling):
        return False
    effects = campaign.effects
    return use.benefit in (*effects.benefits, *_benefits_of(effects.benefits_of, version))


def _was_for(campaign: Campaign, member: Member, *, at: datetime, version: ProgramVersion) -> bool:
    audience = campaign.audience.model_copy(update={"tiers": ()})
    base = version.section(TiersSection).ladder[0].code
    return fits(audience, Who(member.joined_at), at=at, base_tier=base, zone=version.zone)


def _benefits_of(tier: str | None, version: ProgramVersion) -> Sequence[str]:
    """Codes of what a tier of the version has."""
    return next((each.benefits for each in version.section(TiersSection).ladder if each.code == tier), ())


def _quotas(uses: Sequence[BenefitUseRow], *, zone: ZoneInfo) -> Iterator[Claim]:
    """With each that counts and those before it there were no more in its period than might be: what was given back
    since counted as well, so there were rather more."""
    counting = [use for use in uses if use.given_back_at is None]
    periods = {(use.benefit, use.quota_period) for use in counting if use.quota_period is not None}
    so_far = Counter[tuple[str, str, datetime]]()
    for use in counting:
        for benefit, name in periods:
            if benefit == use.benefit:
                so_far[benefit, name, period_of(use.used_at, Period[name], zone=zone)[0]] += 1
        if use.quota_times is not None and use.quota_period is not None:
            since = period_of(use.used_at, Period[use.quota_period], zone=zone)[0]
            number = so_far[use.benefit, use.quota_period, since]
            yield Claim("benefit_uses: within the quota", use.id, True, number <= use.quota_times)
