"""What is kept of imports: what a file's first one fixed, each run, its lines, and what came of them."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from app.db.columns import check, instant, key, one_of

from .kinds import ImportKind, ImportState


class ImportRow(SQLModel, table=True):
    """The first import of a file: what it fixed holds for every later one, so that they find the same facts."""

    __tablename__: ClassVar[Any] = "imports"
    __table_args__: ClassVar[Any] = (
        ForeignKeyConstraint(["program"], ["programs.code"], name="fk_imports_program"),
        UniqueConstraint("program", "source", "file_digest", name="uq_imports_file"),
        check("imports", "lines", "lines >= 0"),
    )
    id: UUID = key()
    program: str
    source: str
    file_digest: bytes = Field(sa_type=LargeBinary)
    """SHA-256."""
    shift_days: int
    """By how many local days each order is moved: as the first file of its source."""
    lines: int
    started_at: datetime = instant()
    finished_at: datetime | None = instant(default=None)
    """When all of it had been played in for the first time, except lines that could not be taken."""


class ImportRunRow(SQLModel, table=True):
    """One import, or the trying of one: what is asked for, by whom, and how far it is."""

    __tablename__: ClassVar[Any] = "import_runs"
    __table_args__: ClassVar[Any] = (
        ForeignKeyConstraint(["program"], ["programs.code"], name="fk_import_runs_program"),
        one_of("import_runs", "kind", ImportKind),
        one_of("import_runs", "state", ImportState),
        check("import_runs", "by", "(by_issuer IS NULL) = (by_subject IS NULL)"),
        check("import_runs", "problem", "(state = 'FAILED') = (problem IS NOT NULL)"),
        check("import_runs", "finished_at", "(state IN ('DONE', 'FAILED')) = (finished_at IS NOT NULL)"),
        Index("ix_import_runs_waiting", "id", postgresql_where=text("state IN ('PENDING', 'RUNNING')")),
    )
    id: UUID = key()
    program: str
    kind: str
    source: str
    issuer: str
    """Of the customers' tokens: what the file calls a customer is their subject."""
    columns: str = Field(sa_type=JSONB)
    """Which column is what, as JSON text."""
    to_today: bool
    """Move orders so that the last is of today, if it is the first import from the source."""
    points: bool
    gifts: bool
    dry_run: bool
    state: str
    parts: int = 0
    """Of the file, that were uploaded."""
    header: str | None = None
    """The first line of the file."""
    next_line: int = 1
    """Of the file: the part that comes next begins with it."""
    digest: bytes = Field(default=b"", sa_type=LargeBinary)
    """Of what was read so far."""
    part_digest: bytes = Field(default=b"", sa_type=LargeBinary)
    """Of the last part."""
    lines: int = 0
    """Lines of the file that are, or should be, orders or members."""
    last_day: date | None = None
    """Local day of the last order."""
    shift_days: int | None = None
    began_at: datetime | None = instant(default=None)
    """When the first import from the source began, which moved the last of its orders to that day."""
    after_owner: UUID | None = Field(default=None, sa_type=Uuid)
    after_id: UUID | None = Field(default=None, sa_type=Uuid)
    """The last line that was come to."""
    done: int = 0
    new: int = 0
    known: int = 0
    not_taken: int = 0
    members: int = 0
    """Members who were looked at."""
    joined: int = 0
    """Of them, who were none before."""
    moves: str = Field(default="{}", sa_type=JSONB)
    """Number of members by the tiers held before and after, as JSON text: `{"v1>v2": 3}`."""
    problem: str | None = None
    by_issuer: str | None = None
    """Who asked for it; null: the command line."""
    by_subject: str | None = None
    created_at: datetime = instant()
    started_at: datetime | None = instant(default=None)
    worked_at: datetime = instant()
    """When anybody was last at it: asked for it, added lines or a part, or came to the end of a batch."""
    finished_at: datetime | None = instant(default=None)


class ImportLineRow(SQLModel, table=True):
    """A line of a file that is being imported, as it was read. Forgotten when the import is over.

    The owner is made of the import and the customer, so that an import's lines stand together in the primary key, each
    customer's together; the id is made of the local day and the line: that is the order in which they are played in.
    """

    __tablename__: ClassVar[Any] = "import_lines"
    __table_args__: ClassVar[Any] = (
        check("import_lines", "line", "line > 0"),
        Index("ix_import_lines_code", "code_key", "line", postgresql_where=text("code_key IS NOT NULL")),
    )
    owner_id: UUID = key()
    id: UUID = key()
    line: int
    customer: str
    at: datetime | None = instant(default=None)
    quantity: int
    amount: int | None = None
    """Of an order, in minor units; of a member, the growth known."""
    code: str | None = None
    """Of an order, its id; of a member, the tier held."""
    code_key: int | None = Field(default=None, sa_type=BigInteger)
    """A part of a digest of the run and `code`: by it, the first line with the same id is found."""
    content_key: int = Field(default=0, sa_type=BigInteger)
    """A part of a digest of all that the line says."""
    problem: str | None = None
    """Why nothing can be taken of it."""


class ImportNotTakenRow(SQLModel, table=True):
    """A line of which nothing was taken, and why. The id is made of the line's number."""

    __tablename__: ClassVar[Any] = "import_not_taken"
    owner_id: UUID = key()
    """The run."""
    id: UUID = key()
    line: int
    reason: str


class ImportChangeRow(SQLModel, table=True):
    """A member whom an import changes, or would."""

    __tablename__: ClassVar[Any] = "import_changes"
    owner_id: UUID = key()
    """The run."""
    id: UUID = key()
    customer: str
    """The subject of their tokens."""
    is_new: bool
    """They were no member before."""
    tier_before: str
    tier_after: str
    """Codes of the tiers held."""
    growth_before: int
    growth_after: int
    orders: int
    """New orders."""
