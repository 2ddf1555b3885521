"""What is written of growth and tiers."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Text, Uuid, bindparam, literal_column, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import col

from app.db import Reader, Statement
from app.db.columns import INSTANT
from app.db.ledgers import all_of_each
from app.db.rows import table_of
from app.tiers.models import GrowthEntryRow, TierChangeRow
from app.tiers.rules import STAFF, GrowthCause, held_at
from app.tiers.section import TiersSection

NEWEST = Statement(
    GrowthEntryRow,
    lambda _, keys: (
        select(col(GrowthEntryRow.id), col(GrowthEntryRow.growth_after))
        .where(keys.hold(col(GrowthEntryRow.member_id)))
        .order_by(col(GrowthEntryRow.id).desc())
        .limit(1)
    ),
)
NEWEST_CHANGE = Statement(
    TierChangeRow,
    lambda _, keys: (
        select(col(TierChangeRow.id))
        .where(keys.hold(col(TierChangeRow.member_id)))
        .order_by(col(TierChangeRow.id).desc())
        .limit(1)
    ),
)
ORIGINALS = table_of(GrowthEntryRow).alias("originals")
ENTRIES = all_of_each(GrowthEntryRow, col(GrowthEntryRow.member_id), col(GrowthEntryRow.id))
OF_CAUSE = Statement(
    GrowthEntryRow,
    lambda columns, keys: (
        select(*columns)
        .where(
            keys.hold(col(GrowthEntryRow.member_id)),
            col(GrowthEntryRow.cause) == bindparam("cause", type_=Text()),
            col(GrowthEntryRow.cause_id) == bindparam("cause_id", type_=Uuid()),
        )
        .order_by(col(GrowthEntryRow.id))
    ),
    "cause",
    "cause_id",
)
ORIGINAL = (
    select(ORIGINALS.c.id)
    .where(
        ORIGINALS.c.member_id == col(GrowthEntryRow.member_id),
        ORIGINALS.c.cause == bindparam("cause", type_=Text()),
        ORIGINALS.c.cause_id == bindparam("cause_id", type_=Uuid()),
        ORIGINALS.c.rule == bindparam("rule", type_=Text()),
    )
    .scalar_subquery()
)
OF_RULE = Statement(
    GrowthEntryRow,
    lambda columns, keys: (
        select(*columns)
        .where(
            keys.hold(col(GrowthEntryRow.member_id)),
            or_(col(GrowthEntryRow.id) == ORIGINAL, col(GrowthEntryRow.reverses) == ORIGINAL),
        )
        .order_by(col(GrowthEntryRow.id))
    ),
    "cause",
    "cause_id",
    "rule",
)
CHANGES = all_of_each(TierChangeRow, col(TierChangeRow.member_id), col(TierChangeRow.id))
IS_STAFF = or_(*(col(TierChangeRow.kind) == literal_column(f"'{kind}'", Text()) for kind in sorted(STAFF)))
HELD_AT = Statement(
    TierChangeRow,
    lambda columns, keys: (
        select(*columns)
        .ext(distinct_on(IS_STAFF))
        .where(keys.hold(col(TierChangeRow.member_id)), col(TierChangeRow.changed_at) <= bindparam("at", type_=INSTANT))
        .order_by(IS_STAFF, col(TierChangeRow.id).desc())
    ),
    "at",
)
"""What was written last of an instant: of what growth and time led to, and of what staff set."""


async def tier_code_at(db: Reader, *, member_id: UUID, at: datetime, section: TiersSection) -> str | None:
    """Code of the tier that a member held at an instant, by what was entered last of that instant (R25); None: they
    were never raised by then. `section` says which of two is higher, where staff had set one (R23)."""
    return held_at(section, await db.fetch(HELD_AT, [member_id], at), at)


async def newest_entry(db: Reader, *, member_id: UUID) -> GrowthEntryRow | None:
    """Of what was entered last of a member's growth: its id, and all growth until then."""
    found = await db.fetch(NEWEST, [member_id])
    return found[0] if found else None


async def newest_change(db: Reader, *, member_id: UUID) -> UUID | None:
    """Id of what was written last of a member's tier."""
    found = await db.fetch(NEWEST_CHANGE, [member_id])
    return found[0].id if found else None


async def growth_of_rule(
    db: Reader, *, member_id: UUID, cause: GrowthCause, cause_id: UUID, rule: str
) -> list[GrowthEntryRow]:
    """What a cause brought a member by a rule, and what was taken back of it."""
    return await db.fetch(OF_RULE, [member_id], cause.name, cause_id, rule)


async def growth_of_cause(db: Reader, *, member_id: UUID, cause: GrowthCause, cause_id: UUID) -> list[GrowthEntryRow]:
    """What a cause, such as an order, brought a member: an entry for each rule, in the order in which they were
    entered. What was taken back of it is not among them."""
    return await db.fetch(OF_CAUSE, [member_id], cause.name, cause_id)


async def growth_entries(db: Reader, member_ids: Sequence[UUID]) -> list[GrowthEntryRow]:
    """All growth of members, each member's in the order in which it was entered."""
    return await db.fetch(ENTRIES, member_ids)


async def tier_changes(db: Reader, member_ids: Sequence[UUID]) -> list[TierChangeRow]:
    """All changes of members' tiers, each member's in the order in which they happened."""
    return await db.fetch(CHANGES, member_ids)


async def opened_at(db: Reader, *, member_id: UUID) -> datetime | None:
    """When growth was entered that a member had elsewhere: what they did before is in it (R19). None: none was."""
    found = await growth_of_cause(db, member_id=member_id, cause=GrowthCause.OPENING, cause_id=member_id)
    return found[0].counts_at if found else None
