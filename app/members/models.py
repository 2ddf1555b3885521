"""A customer's membership in a program. The row is the member's lock, and says where the member stands."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKeyConstraint, Index, Integer, Uuid, literal_column, text
from sqlmodel import Field, SQLModel

from app.db.columns import INSTANT, check, instant, key, one_of

from .rules import MemberStatus

PART: ColumnElement[int] = literal_column("get_byte(uuid_send(id), 15)", Integer)
"""Of a member's row what `app.programs.parts.part_of` says of the id."""


LAST_ORDER: ColumnElement[datetime] = literal_column("coalesce(last_order_at, '0001-01-02 00:00:00+00')", INSTANT)
"""Of a member's row: who never ordered is before all others."""


class MemberRow(SQLModel, table=True):
    """From `growth` on: where the member stands, by what is written of their growth. Only `tiers` has it changed.

    That a customer is one member of a program is a row of `unique_keys`.
    """

    __tablename__: ClassVar[Any] = "members"
    __table_args__: ClassVar[Any] = (
        ForeignKeyConstraint(["program"], ["programs.code"], name="fk_members_program"),
        Index("ix_members_program", "program", "id"),
        Index("ix_members_standing_due", "standing_due_at", postgresql_where=text("status = 'ACTIVE'")),
        Index("ix_members_ladder", "program", PART, "ladder_version"),
        Index("ix_members_joined", "program", "joined_at", "id"),
        Index("ix_members_growth", "program", "growth", "id"),
        Index("ix_members_last_order", "program", LAST_ORDER, "id"),
        one_of("members", "status", MemberStatus),
        check("members", "growth", "growth >= 0"),
        check("members", "tier", "(tier IS NULL) = (tier_since IS NULL) AND (tier IS NULL) = (tier_until IS NULL)"),
        check("members", "manual_tier", "(manual_tier IS NULL) = (manual_until IS NULL)"),
        check("members", "manual_hold", "(manual_tier IS NULL) = (manual_hold IS NULL)"),
        check("members", "left_at", "(status = 'LEFT') = (left_at IS NOT NULL)"),
    )
    id: UUID = key()
    customer_id: UUID = Field(sa_type=Uuid)
    program: str
    status: str = MemberStatus.ACTIVE.name
    joined_at: datetime = instant()
    member_since: datetime = instant()
    """When they joined or, if they left meanwhile, came back the last time."""
    left_at: datetime | None = instant(default=None)
    channel: str | None = None
    display_name: str | None = None
    invited_by: UUID | None = Field(default=None, sa_type=Uuid)
    """The member whose invitation they accepted (R37). No foreign key: they are on another machine, perhaps."""
    registered_at: datetime = instant()
    """When they came to be known here: later than `joined_at` for whom an import brought."""
    last_order_at: datetime | None = instant(default=None)
    """When the last of their orders was paid."""
    growth: int = 0
    """Growth that counts (R18), as of the last reckoning."""
    growth_until: datetime | None = instant(default=None)
    """When the next part of it lapses; null: never."""
    standing_at: datetime | None = instant(default=None)
    """The latest date of what was looked at: growth that counts from then, or a step on the ladder."""
    standing_due_at: datetime | None = instant(default=None)
    """When something of this changes next by time alone; null: never."""
    ladder_version: int = 0
    """Number of the version on whose ladder they stand; 0 until there is anything to reckon."""
    tier: str | None = None
    """Code of the tier earned; null is the base tier."""
    tier_since: datetime | None = instant(default=None)
    tier_until: datetime | None = instant(default=None)
    """End of the tier's period: it is renewed or lowered then (R17)."""
    renewal_growth: int = 0
    """Growth so far that counts towards renewing the tier."""
    notice_at: datetime | None = instant(default=None)
    """When notice was given that the tier may be lowered at the end of this period (R17)."""
    manual_tier: str | None = None
    """Code of the tier that staff set (R23)."""
    manual_until: datetime | None = instant(default=None)
    manual_hold: str | None = None
    """Whether a higher tier that is earned stands meanwhile."""


class TouchRow(SQLModel, table=True):
    """Somebody locked the member to write: their books are to be held against one another anew (R5).

    Only ever added, in the transaction of the write, by whoever locks, and taken away once the member is proved: so no
    write waits for it, and which clock was ahead is of no interest. No foreign key: the lock has just found the member.
    """

    __tablename__: ClassVar[Any] = "touches"
    __table_args__: ClassVar[Any] = (Index("ix_touches_id", "id"),)
    member_id: UUID = key()
    id: UUID = key()
