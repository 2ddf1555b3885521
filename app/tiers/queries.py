"""Every read of growth and tiers."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from app.db import Reader, Statement

from .models import GrowthEntryRow, TierChangeRow

NEWEST = Statement(
    GrowthEntryRow,
    lambda _, keys: (
        select(col(GrowthEntryRow.id))
        .where(keys.hold(col(GrowthEntryRow.member_id)))
        .order_by(col(GrowthEntryRow.id).desc())
        .limit(1)
    ),
)
ENTRIES = Statement(
    GrowthEntryRow,
    lambda columns, keys: (
        select(*columns)
        .where(keys.hold(col(GrowthEntryRow.member_id)))
        .order_by(col(GrowthEntryRow.member_id), col(GrowthEntryRow.id))
    ),
)
CHANGES = Statement(
    TierChangeRow,
    lambda columns, keys: (
        select(*columns)
        .where(keys.hold(col(TierChangeRow.member_id)))
        .order_by(col(TierChangeRow.member_id), col(TierChangeRow.id))
    ),
)


async def newest_entry(db: Reader, *, member_id: UUID) -> UUID | None:
    """Id of what was entered last of a member's growth."""
    found = await db.fetch(NEWEST, [member_id])
    return found[0].id if found else None


async def growth_entries(db: Reader, member_ids: Sequence[UUID]) -> list[GrowthEntryRow]:
    """All growth of members, each member's in the order in which it was entered."""
    return await db.fetch(ENTRIES, member_ids)


async def tier_changes(db: Reader, member_ids: Sequence[UUID]) -> list[TierChangeRow]:
    """All changes of members' tiers, each member's in the order in which they happened."""
    return await db.fetch(CHANGES, member_ids)
