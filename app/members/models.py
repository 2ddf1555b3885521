"""A customer's membership in a program. The row is the member's lock, and says where the member stands."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, Uuid
from sqlmodel import Field, SQLModel

from app.db.columns import check, instant, key, one_of

from .rules import MemberStatus


class MemberRow(SQLModel, table=True):
    """`growth` and `tier` are what the growth ledger comes to; only `tiers` has them changed.

    That a customer is one member of a program is a row of `unique_keys`.
    """

    __tablename__: ClassVar[Any] = "members"
    __table_args__: ClassVar[Any] = (
        ForeignKeyConstraint(["program"], ["programs.code"], name="fk_members_program"),
        Index("ix_members_program", "program", "id"),
        one_of("members", "status", MemberStatus),
        check("members", "growth", "growth >= 0"),
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
    growth: int = 0
    tier: str | None = None
    """Code of the tier reached; null is the base tier."""
    tier_since: datetime | None = instant(default=None)


class TouchRow(SQLModel, table=True):
    """Somebody locked the member to write: their books are to be held against one another anew (R5).

    Only ever added, in the transaction of the write and by the statement that locks, and taken away once the member
    is proved: so no write waits for it, and which clock was ahead is of no interest. No foreign key: the lock has
    just found the member.
    """

    __tablename__: ClassVar[Any] = "touches"
    __table_args__: ClassVar[Any] = (Index("ix_touches_id", "id"),)
    member_id: UUID = key()
    id: UUID = key()
