"""Programs and the versions of their files: reference tables, small and the same for every member."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKeyConstraint
from sqlmodel import Field, SQLModel

from app.db.columns import check, instant, one_of

from .section import ProgramKind


class ProgramRow(SQLModel, table=True):
    """A program, with what cannot change (R20). It is retired, never deleted."""

    __tablename__: ClassVar[Any] = "programs"
    __table_args__: ClassVar[Any] = (
        check("programs", "code", "code ~ '^[a-z][a-z0-9-]{1,39}$'"),
        one_of("programs", "kind", ProgramKind),
        check("programs", "currency", "currency ~ '^[A-Z]{3}$'"),
    )
    code: str = Field(primary_key=True)
    kind: str
    time_zone: str
    currency: str
    created_at: datetime = instant()
    retired_at: datetime | None = instant(default=None)


class ProgramVersionRow(SQLModel, table=True):
    """A published file. Never changed and never deleted: what was reckoned by it names its number."""

    __tablename__: ClassVar[Any] = "program_versions"
    __table_args__: ClassVar[Any] = (
        ForeignKeyConstraint(["program"], ["programs.code"], name="fk_program_versions_program"),
        check("program_versions", "number", "number >= 1"),
        check("program_versions", "share", "share IS NULL OR (share BETWEEN 1 AND 99 AND number > 1)"),
        check("program_versions", "digest", "digest ~ '^[0-9a-f]{64}$'"),
    )
    program: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    effective_from: datetime = instant()
    file: str
    """TOML, as it was published."""
    digest: str
    """SHA-256 of the file's UTF-8, hexadecimal."""
    published_at: datetime = instant()
    published_by: str
    share: int | None = None
    """It is tried on so many percent of the members; null: it is for all, as the first one is."""
