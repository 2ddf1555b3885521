"""The ledger of points: what was earned in lots, every movement as an entry, and where it all stands."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, PrimaryKeyConstraint, UniqueConstraint, Uuid, text
from sqlmodel import Field, SQLModel

from app.db.columns import check, instant, key, of_member, one_of

from .rules import Cause, EntryKind, HoldState, LotState

SHOWN = ["kind", "change", "pending_change", "balance_after", "cause", "cause_id", "rule", "occurred_at"]
"""What a list shows of each movement. They stand in the primary key's index, where those of one member lie together: in
the table each lies among what others did on that day, in a place of its own on the disk (decision 41)."""


class AccountRow(SQLModel, table=True):
    """What a member's lots, holds and entries come to, as of the last settling (R5)."""

    __tablename__: ClassVar[Any] = "points_accounts"
    __table_args__: ClassVar[Any] = (
        of_member("points_accounts"),
        check("points_accounts", "pending", "pending >= 0"),
        check("points_accounts", "held", "held >= 0"),
        check("points_accounts", "debt", "debt >= 0"),
        check("points_accounts", "available", "available >= 0 AND debt = 0 OR available = -debt"),
        Index("ix_points_accounts_due_at", "due_at"),
    )
    member_id: UUID = key()
    available: int = 0
    """What active lots have left, less the debt (R5): who has a debt has nothing left (R11)."""
    pending: int = 0
    held: int = 0
    debt: int = 0
    due_at: datetime | None = instant(default=None)
    """When settling is next due; never too late."""
    last_entry_id: UUID | None = Field(default=None, sa_type=Uuid)


class LotRow(SQLModel, table=True):
    """Points that were earned together and lapse together."""

    __tablename__: ClassVar[Any] = "points_lots"
    __table_args__: ClassVar[Any] = (
        of_member("points_lots"),
        one_of("points_lots", "state", LotState),
        one_of("points_lots", "cause", Cause),
        check("points_lots", "remaining", "remaining >= 0 AND remaining <= earned"),
        check("points_lots", "reversed", "reversed >= 0 AND owed >= 0 AND reversed + owed <= earned"),
        check("points_lots", "lapsed", "lapsed >= 0 AND lapsed <= earned"),
        check("points_lots", "times", "expires_at IS NULL OR activates_at IS NOT NULL AND expires_at > activates_at"),
        check("points_lots", "active", "state = 'PENDING' OR activates_at IS NOT NULL"),
        UniqueConstraint("member_id", "cause", "cause_id", "rule", name="uq_points_lots_cause"),
        Index(
            "ix_points_lots_open",
            "member_id",
            "expires_at",
            postgresql_where=text("remaining > 0 AND activates_at IS NOT NULL"),
        ),
        Index("ix_points_lots_earned_at", "member_id", "earned_at"),
    )
    member_id: UUID = key()
    id: UUID = key()
    earned: int
    remaining: int
    """What is left of it: pending, or to be spent."""
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
    reversed: int = 0
    """Taken back, from wherever, because of refunds of what earned it (R10)."""
    owed: int = 0
    """What could not be taken back and is when points return to it (R7, R11)."""
    lapsed: int = 0
    """What lapsed of it: not taken again (R10)."""
    extended_by: UUID | None = Field(default=None, sa_type=Uuid)
    """The giving back that extended it: once only (R7)."""


class EntryRow(SQLModel, table=True):
    """One movement. Never changed, never deleted (R5). A member's ids rise in the order of writing."""

    __tablename__: ClassVar[Any] = "points_entries"
    __table_args__: ClassVar[Any] = (
        PrimaryKeyConstraint("member_id", "id", name="pk_points_entries", postgresql_include=SHOWN),
        of_member("points_entries"),
        ForeignKeyConstraint(
            ["member_id", "lot_id"], ["points_lots.member_id", "points_lots.id"], name="fk_points_entries_lot"
        ),
        one_of("points_entries", "kind", EntryKind),
        one_of("points_entries", "cause", Cause),
        check("points_entries", "after", "pending_after >= 0 AND held_after >= 0 AND debt_after >= 0"),
        UniqueConstraint("member_id", "cause", "cause_id", "rule", "kind", name="uq_points_entries_cause"),
        Index(
            "uq_points_entries_hold_ended",
            "member_id",
            "cause_id",
            unique=True,
            postgresql_where=text("cause = 'HOLD' AND kind IN ('CAPTURED', 'RELEASED')"),
        ),
    )
    member_id: UUID = key()
    id: UUID = key()
    kind: str
    change: int
    """Of the points that can be spent."""
    pending_change: int
    held_change: int
    debt_change: int
    balance_after: int
    """Points that could be spent after it; below 0 by a debt."""
    pending_after: int
    held_after: int
    debt_after: int
    cause: str
    cause_id: UUID = Field(sa_type=Uuid)
    rule: str
    program_version: int
    lot_id: UUID | None = Field(default=None, sa_type=Uuid)
    """The lot that it moved, if that is one; else they are in `points_lot_uses`, as they always are for what was paid
    with lots."""
    occurred_at: datetime = instant()
    """When it counts: what was due earlier than it was written is dated when it was due (R2)."""


class LotUseRow(SQLModel, table=True):
    """What a movement moved of a lot: for spending and holding, what the lot paid (R6)."""

    __tablename__: ClassVar[Any] = "points_lot_uses"
    __table_args__: ClassVar[Any] = (
        of_member("points_lot_uses"),
        ForeignKeyConstraint(
            ["member_id", "entry_id"],
            ["points_entries.member_id", "points_entries.id"],
            name="fk_points_lot_uses_entry",
        ),
        ForeignKeyConstraint(
            ["member_id", "lot_id"], ["points_lots.member_id", "points_lots.id"], name="fk_points_lot_uses_lot"
        ),
        UniqueConstraint("member_id", "entry_id", "lot_id", name="uq_points_lot_uses_lot"),
        check("points_lot_uses", "amount", "amount > 0"),
        check("points_lot_uses", "returned", "returned >= 0 AND returned <= amount"),
    )
    member_id: UUID = key()
    id: UUID = key()
    entry_id: UUID = Field(sa_type=Uuid)
    lot_id: UUID = Field(sa_type=Uuid)
    number: int
    """Its place among those of the movement, from 1."""
    amount: int
    returned: int = 0
    """Of what was paid: given back, or released (R7, R14)."""


class HoldRow(SQLModel, table=True):
    """Points taken out of what can be spent, until the hold ends: once (R14)."""

    __tablename__: ClassVar[Any] = "points_holds"
    __table_args__: ClassVar[Any] = (
        of_member("points_holds"),
        ForeignKeyConstraint(
            ["member_id", "entry_id"], ["points_entries.member_id", "points_entries.id"], name="fk_points_holds_entry"
        ),
        one_of("points_holds", "state", HoldState),
        check("points_holds", "amount", "amount > 0"),
        check("points_holds", "deadline", "deadline > placed_at"),
        check("points_holds", "ended_at", "(state = 'OPEN') = (ended_at IS NULL)"),
        check("points_holds", "given_back", "given_back >= 0 AND given_back <= amount"),
        check("points_holds", "captured", "given_back = 0 OR state = 'CAPTURED'"),
        Index("ix_points_holds_open", "member_id", postgresql_where=text("state = 'OPEN'")),
    )
    member_id: UUID = key()
    id: UUID = key()
    amount: int
    state: str
    placed_at: datetime = instant()
    deadline: datetime = instant()
    """It can be captured before; from then on it has timed out (R2)."""
    ended_at: datetime | None = instant(default=None)
    source: str
    """The system that placed it."""
    reference: str | None = None
    """What it is for, in that system's words."""
    entry_id: UUID = Field(sa_type=Uuid)
    """The movement that placed it: its uses say which lots paid."""
    program_version: int
    given_back: int = 0


class GiveBackRow(SQLModel, table=True):
    """Points that a captured hold had spent, given back (R7)."""

    __tablename__: ClassVar[Any] = "points_give_backs"
    __table_args__: ClassVar[Any] = (
        of_member("points_give_backs"),
        ForeignKeyConstraint(
            ["member_id", "hold_id"], ["points_holds.member_id", "points_holds.id"], name="fk_points_give_backs_hold"
        ),
        check("points_give_backs", "amount", "amount > 0"),
        Index("ix_points_give_backs_hold", "member_id", "hold_id"),
    )
    member_id: UUID = key()
    id: UUID = key()
    hold_id: UUID = Field(sa_type=Uuid)
    amount: int
    by_shop: bool
    """Did the shop cancel what they were spent on? Only then a lot may be extended."""
    given_back_at: datetime = instant()
