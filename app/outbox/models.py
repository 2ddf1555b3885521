"""Events that wait to be reacted to: one table, keyed by the member who owns them."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from app.db.columns import check, instant, key, one_of


class State(StrEnum):
    """What became of an event."""

    WAITING = "WAITING"
    DONE = "DONE"
    DEAD = "DEAD"
    """Tried as often as it may be; a person has to look at it."""


class OutboxEventRow(SQLModel, table=True):
    """Written in the transaction in which it happened. Member-owned; no foreign key, for this lies below the domains.

    The payload has ids and scalars only, never personal data (R41).
    """

    __tablename__: ClassVar[Any] = "outbox_events"
    __table_args__ = (
        one_of("outbox_events", "state", State),
        check("outbox_events", "attempts", "attempts >= 0"),
        check("outbox_events", "lease", "(lease_until IS NULL) = (leased_by IS NULL)"),
        check("outbox_events", "ended", "(ended_at IS NULL) = (state = 'WAITING')"),
        Index("ix_outbox_events_state_due_at", "state", "due_at"),
        # What the check for earlier events of the same member reads: small however many are done.
        Index("ix_outbox_events_waiting", "member_id", "id", postgresql_where=text("state = 'WAITING'")),
    )

    member_id: UUID = key()
    id: UUID = key()
    """UUIDv7; rises in the order in which a member's events were told."""
    kind: str = Field(sa_type=Text)
    payload: str = Field(sa_type=JSONB)
    """JSON text: the driver neither reads nor writes it."""
    occurred_at: datetime = instant()
    attempts: int = Field(sa_type=Integer)
    """How often it was leased since it was told or put back: a worker that died over it counts too."""
    due_at: datetime = instant()
    lease_until: datetime | None = instant()
    """Until then, exclusive, `leased_by` alone may handle it."""
    leased_by: str | None = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    last_error: str | None = Field(sa_type=Text)
    """Name of the last failure's type; never its text, which may carry values (R41)."""
    ended_at: datetime | None = instant()
    """When it became DONE or DEAD."""
