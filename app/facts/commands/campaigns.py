"""What was open for who is reported about, when it happened, and how they stood then (R25)."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from app.benefits.queries.grants import grants_at
from app.benefits.rules.given import asks_for_grants, asks_for_the_tier, given_to
from app.campaigns.rules import Active, Who, known, open_at
from app.campaigns.section import Kind
from app.db import Reader
from app.facts.rules.credited import Credited, base_of, credited_by, open_for
from app.programs.rules import Programs, ProgramVersion
from app.tiers.queries import tier_code_at
from app.tiers.section import TiersSection

from .whom import Member

BOTH = frozenset((Kind.POINTS, Kind.GROWTH))


@dataclass(frozen=True)
class Earner:
    """A member, and what is known of what is reported, as far as campaigns and benefits look at it."""

    programs: Programs
    member_id: UUID
    joined_at: datetime
    channel: str | None
    """Of an order the channel of its payment, whenever it is completed."""
    recorded_at: datetime
    """When it was recorded; of an order its payment, whenever it is completed. May be before it happens: then what was
    known at that time counts (R25)."""
    credited: Credited | None = None
    """How they stood; None: nobody looked, because nothing depends on it."""

    @classmethod
    def of(cls, member: Member, *, programs: Programs, channel: str | None, recorded_at: datetime) -> "Earner":
        return cls(programs, member.id, member.joined_at, channel, recorded_at)

    @property
    def written(self) -> str | None:
        """What is kept of it with the fact."""
        return None if self.credited is None else self.credited.written()

    def as_kept(self, written: str | None, *, version: ProgramVersion) -> "Earner":
        """As they stood when the fact was recorded."""
        return self if written is None else replace(self, credited=credited_by(written, version=version))

    def stood(self, version: ProgramVersion) -> Credited:
        return self.credited or base_of(version)

    def open(self, version: ProgramVersion, *, at: datetime) -> Active:
        """What was open for them at the instant of what is reported. No statement."""
        opened = open_at(self.programs, version, at=at, known_at=known(at, recorded_at=self.recorded_at))
        return open_for(opened, version, self.stood(version), Who(self.joined_at, channel=self.channel), at=at)


async def looked_at(
    db: Reader,
    earner: Earner,
    *,
    version: ProgramVersion,
    at: datetime,
    kinds: Collection[Kind] = BOTH,
    ruled: bool = False,
) -> Earner:
    """How they stood at an instant; of an instant that was ahead when it was recorded, as it was known then. The tier
    is read only where the rules ask for it (`ruled`) or a campaign does that was open then, and what staff granted only
    where a benefit multiplies points or has its holders take part in such a campaign; else nothing is."""
    known_at = known(at, recorded_at=earner.recorded_at)
    opened = open_at(earner.programs, version, at=at, known_at=known_at)
    grants = ()
    if asks_for_grants(version, opened, kinds):
        grants = await grants_at(db, member_id=earner.member_id, at=known_at)
    if not (ruled or grants or asks_for_the_tier(version, opened, kinds)):
        return earner
    section = version.section(TiersSection)
    code = await tier_code_at(db, member_id=earner.member_id, at=known_at, section=section) or section.ladder[0].code
    tier = section.tier(code) if section.knows(code) else section.ladder[0]
    given = given_to(opened, version, Who(earner.joined_at, code, earner.channel), tier, grants, at=at)
    return replace(earner, credited=Credited(code, given.boosts if Kind.POINTS in kinds else (), given.also))
