"""Where the proofs stand: the prover's own books, which nobody else reads or writes.

No foreign keys: they would have a prover that writes down a page of proofs wait for each member's lock.
"""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import SQLModel

from app.db.columns import check, instant, key


class ProofRow(SQLModel, table=True):
    """When a member was last held against their books, and what came of it."""

    __tablename__: ClassVar[Any] = "proofs"
    __table_args__: ClassVar[Any] = (
        check("proofs", "mismatches", "mismatches >= 0"),
        Index("ix_proofs_oldest", "program", "proved_at"),
        Index("ix_proofs_disagreeing", "program", "proved_at", postgresql_where=text("mismatches > 0")),
    )
    member_id: UUID = key()
    program: str
    proved_at: datetime = instant()
    """The books were read at this instant or later."""
    mismatches: int = 0
    """How many there were, also where not all of them are kept. More than 0: found under the member's lock."""


class MismatchRow(SQLModel, table=True):
    """Something of a member's books that disagreed when they were last proved. No personal data."""

    __tablename__: ClassVar[Any] = "mismatches"
    __table_args__: ClassVar[Any] = (Index("ix_mismatches_program", "program", "id"),)
    member_id: UUID = key()
    id: UUID = key()
    program: str
    what: str
    """The table and column, and of which row."""
    expected: str
    found: str
    found_at: datetime = instant()
    """When it was found first; it has been found each time since."""
