"""Where a member stands, and the writes of it: the row of the member, and the change of tier that led there."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.db import Transaction, insert_of
from app.members import commands as members
from app.programs.rules import ProgramVersion
from app.tiers.models import GrowthEntryRow, TierChangeRow
from app.tiers.rules import GrowthCause, Place

INSERT_ENTRY = insert_of(GrowthEntryRow)
INSERT_CHANGE = insert_of(TierChangeRow)


@dataclass(frozen=True)
class StandingMember:
    """A member whose row is locked, and where they stand."""

    id: UUID
    growth: int
    tier: str | None
    tier_since: datetime | None

    @property
    def place(self) -> Place:
        return Place(self.tier, self.tier_since)


async def stand(tx: Transaction, *, member_id: UUID, growth: int, place: Place) -> StandingMember:
    """Write where the member stands now."""
    await members.stand(tx, member_id=member_id, growth=growth, tier=place.tier, since=place.since)
    return StandingMember(member_id, growth, place.tier, place.since)


async def keep_change(
    tx: Transaction,
    *,
    member_id: UUID,
    entry_id: UUID,
    from_tier: str | None,
    to_tier: str,
    cause: GrowthCause,
    cause_id: UUID,
    ladder: ProgramVersion,
    at: datetime,
) -> None:
    """Keep that an entry of growth led to another tier."""
    await tx.run(
        INSERT_CHANGE,
        member_id=member_id,
        id=entry_id,
        from_tier=from_tier,
        to_tier=to_tier,
        cause=cause.name,
        cause_id=cause_id,
        program_version=ladder.number,
        changed_at=at,
    )
