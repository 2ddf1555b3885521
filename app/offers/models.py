"""What tables of codes have in common; each domain that offers some has a table of its own."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, LargeBinary, Uuid
from sqlmodel import Field, SQLModel

from app.db.columns import instant


class PooledCode(SQLModel):
    """A code of a pool beside a stock in buckets (see `commands.codes`): taken with the piece of its number. Who has it
    may use it: it is in no log, outcome, event or audit entry. A table adds what it is a pool of, and what took it."""

    digest: bytes = Field(sa_type=LargeBinary)
    """SHA-256 of the code: the same code is never taken up twice for a pool. That it is in no other pool of the program
    is a row of `unique_keys`."""
    code: str
    bucket: int
    number: int = Field(sa_type=BigInteger)
    """Its place in the queue of its bucket, from 1."""
    taken_by: UUID | None = Field(default=None, sa_type=Uuid)
    """The member who has it; a plain column, for the pool is not a member's."""
    added_at: datetime = instant()
