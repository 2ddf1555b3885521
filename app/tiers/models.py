"""The ledger of growth, and what it did to tiers."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint, Uuid
from sqlmodel import Field, SQLModel

from app.db.columns import check, instant, key, of_member, one_of

from .rules import GrowthCause


class GrowthEntryRow(SQLModel, table=True):
    """One movement of growth. Never changed, never deleted; growth is never spent (R15)."""

    __tablename__: ClassVar[Any] = "growth_entries"
    __table_args__: ClassVar[Any] = (
        of_member("growth_entries"),
        one_of("growth_entries", "cause", GrowthCause),
        check("growth_entries", "growth_after", "growth_after >= 0"),
        check("growth_entries", "reverses", "(cause = 'REFUND') = (reverses IS NOT NULL)"),
        check("growth_entries", "taken_back", "reverses IS NULL OR change < 0"),
        ForeignKeyConstraint(
            ["member_id", "reverses"],
            ["growth_entries.member_id", "growth_entries.id"],
            name="fk_growth_entries_reverses",
        ),
        UniqueConstraint("member_id", "cause", "cause_id", "rule", name="uq_growth_entries_cause"),
    )
    member_id: UUID = key()
    id: UUID = key()
    change: int
    growth_after: int
    cause: str
    cause_id: UUID = Field(sa_type=Uuid)
    rule: str
    program_version: int
    """The rules by which it was reckoned: the original's also for what reverses it."""
    ladder_version: int
    """The rules whose ladder it was held against."""
    counts_at: datetime = instant()
    """When it counts: the original's date also for what reverses it (R15)."""
    reverses: UUID | None = Field(default=None, sa_type=Uuid)
    """The entry of which this takes back all or a part."""


class TierChangeRow(SQLModel, table=True):
    """A member came to another tier, and by what. The id is that of the growth entry that brought it.

    An entry that brings growth raises from when that counts; one that takes back corrects when it is entered.
    """

    __tablename__: ClassVar[Any] = "tier_changes"
    __table_args__: ClassVar[Any] = (
        of_member("tier_changes"),
        one_of("tier_changes", "cause", GrowthCause),
        UniqueConstraint("member_id", "cause", "cause_id", "to_tier", name="uq_tier_changes_cause"),
    )
    member_id: UUID = key()
    id: UUID = key()
    from_tier: str | None = None
    to_tier: str
    """The code of the base tier for whom nothing else is left."""
    cause: str
    cause_id: UUID = Field(sa_type=Uuid)
    program_version: int
    """The rules whose ladder it was."""
    changed_at: datetime = instant()
