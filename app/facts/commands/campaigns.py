"""Which campaigns are open for who is reported about, when it happened (R25)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.campaigns.rules import Active, Who, active_among, known, look_at_tiers, open_at
from app.campaigns.section import Kind
from app.db import Reader
from app.programs.rules import Programs, ProgramVersion
from app.tiers.queries import tier_code_at
from app.tiers.section import TiersSection

from .whom import Member


@dataclass(frozen=True)
class Earner:
    """A member, and what is known of what is reported, as far as campaigns look at it."""

    programs: Programs
    member_id: UUID
    joined_at: datetime
    channel: str | None
    """Of an order the channel of its payment, whenever it is completed."""
    recorded_at: datetime
    """When it was recorded; of an order its payment, whenever it is completed. May be before it happens: then what was
    known at that time counts (R25)."""

    @classmethod
    def of(cls, member: Member, *, programs: Programs, channel: str | None, recorded_at: datetime) -> "Earner":
        return cls(programs, member.id, member.joined_at, channel, recorded_at)


async def open_for(
    db: Reader, earner: Earner, kind: Kind, *, version: ProgramVersion, at: datetime, ruled: bool = False
) -> tuple[str, Active]:
    """Code of the tier held at an instant, and what was open for them; of an instant that was ahead when it was
    recorded, as it was known then. The tier is read only where the rules ask for it (`ruled`) or a campaign does that
    was open then; else it is the base tier."""
    section, known_at = version.section(TiersSection), known(at, recorded_at=earner.recorded_at)
    tier, opened = section.ladder[0].code, open_at(earner.programs, version, at=at, known_at=known_at)
    if ruled or look_at_tiers(opened, kind):
        tier = await tier_code_at(db, member_id=earner.member_id, at=known_at, section=section) or tier
    return tier, active_among(opened, version, Who(earner.joined_at, tier, earner.channel), at=at)
