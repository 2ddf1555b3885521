"""The ledger of points: what was earned in lots, every movement as an entry, and where it all stands."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint, Uuid, text
from sqlmodel import Field, SQLModel

from app.db.columns import check, instant, key, of_member, one_of

from .rules import Cause, EntryKind, LotState


class AccountRow(SQLModel, table=True):
    """What a member's lots and entries come to, as of the last settling. `due_at` is when settling is next due."""

    __tablename__: ClassVar[Any] = "points_accounts"
    __table_args__: ClassVar[Any] = (
        of_member("points_accounts"),
        check("points_accounts", "available", "available >= 0"),
        check("points_accounts", "pending", "pending >= 0"),
        Index("ix_points_accounts_due_at", "due_at"),
    )
    member_id: UUID = key()
    available: int = 0
    pending: int = 0
    due_at: datetime | None = instant(default=None)
    last_entry_id: UUID | None = Field(default=None, sa_type=Uuid)


class LotRow(SQLModel, table=True):
    """Points that were earned together and lapse together."""

    __tablename__: ClassVar[Any] = "points_lots"
    __table_args__: ClassVar[Any] = (
        of_member("points_lots"),
        one_of("points_lots", "state", LotState),
        one_of("points_lots", "cause", Cause),
        check("points_lots", "remaining", "remaining >= 0 AND remaining <= earned"),
        check("points_lots", "times", "expires_at IS NULL OR activates_at IS NOT NULL AND expires_at > activates_at"),
        check("points_lots", "active", "state = 'PENDING' OR activates_at IS NOT NULL"),
        UniqueConstraint("member_id", "cause", "cause_id", "rule", name="uq_points_lots_cause"),
        Index("ix_points_lots_open", "member_id", "expires_at", postgresql_where=text("remaining > 0")),
    )
    member_id: UUID = key()
    id: UUID = key()
    earned: int
    remaining: int
    state: str
    cause: str
    cause_id: UUID = Field(sa_type=Uuid)
    rule: str
    program_version: int
    earned_at: datetime = instant()
    activates_at: datetime | None = instant(default=None)
    """When they can be spent; null until it is known."""
    expires_at: datetime | None = instant(default=None)
    """From when they cannot be spent; null until `activates_at` is known."""


class EntryRow(SQLModel, table=True):
    """One movement. Never changed, never deleted (R5). A member's ids rise in the order of writing."""

    __tablename__: ClassVar[Any] = "points_entries"
    __table_args__: ClassVar[Any] = (
        of_member("points_entries"),
        ForeignKeyConstraint(
            ["member_id", "lot_id"], ["points_lots.member_id", "points_lots.id"], name="fk_points_entries_lot"
        ),
        one_of("points_entries", "kind", EntryKind),
        one_of("points_entries", "cause", Cause),
        check("points_entries", "balance_after", "balance_after >= 0"),
        check("points_entries", "pending_after", "pending_after >= 0"),
        UniqueConstraint("member_id", "cause", "cause_id", "rule", "kind", name="uq_points_entries_cause"),
    )
    member_id: UUID = key()
    id: UUID = key()
    kind: str
    change: int
    """Of the points that can be spent."""
    pending_change: int
    balance_after: int
    """Points that could be spent after it."""
    pending_after: int
    cause: str
    cause_id: UUID = Field(sa_type=Uuid)
    rule: str
    program_version: int
    lot_id: UUID = Field(sa_type=Uuid)
    occurred_at: datetime = instant()
    """When it counts: what was due earlier than it was written is dated when it was due (R2)."""
