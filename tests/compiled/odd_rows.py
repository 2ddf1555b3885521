"""Rows in which is null what the graph says is not, and objects in which is not what they say.

Their table is apart from the product's: no migration and no rule for tables knows of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Integer, Uuid, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import registry
from sqlalchemy.schema import CreateTable
from sqlmodel import Field, SQLModel, col

from app.db import Columns, Reader, Statement
from app.db.rows import table_of

DIALECT: Any = postgresql.dialect()


class Apart(SQLModel, registry=registry()):
    """Tables of tests: in a metadata of their own."""


class OddRow(Apart, table=True):
    """Null wherever the graph may or may not allow it."""

    __tablename__: ClassVar[Any] = "odd_things"
    id: int = Field(primary_key=True)
    member_id: UUID | None = Field(default=None, sa_type=Uuid)
    order_id: UUID | None = Field(default=None, sa_type=Uuid)
    score: int | None = None
    text: str | None = None
    mood: str | None = None
    at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))  # pyright: ignore[reportArgumentType]
    huge: int | None = Field(default=None, sa_type=BigInteger)


CREATE = str(CreateTable(table_of(OddRow)).compile(dialect=DIALECT))
COLUMNS: Sequence[str] = table_of(OddRow).columns.keys()
ALL = Statement(OddRow, lambda columns, _: select(*columns).order_by(col(OddRow.id)), key=Integer())


class Mood(Enum):
    """Names and values differ."""

    GLAD = "glad"
    SAD = "sad"


async def all_odds(db: Reader, *, columns: Columns = None) -> list[OddRow]:
    return await db.fetch(ALL, columns=columns)


async def odd_numbered(db: Reader, *, number: int, columns: Columns = None) -> OddRow | None:
    return next((row for row in await db.fetch(ALL, columns=columns) if row.id == number), None)


async def odds_above(db: Reader, *, score: int = 0, columns: Columns = None) -> list[OddRow]:
    """With an argument at the root."""
    rows = await db.fetch(ALL, columns=None if columns is None else columns | {"score"})
    return [row for row in rows if row.score is not None and row.score > score]


@dataclass(frozen=True)
class Pair:
    """Two, of which one may be missing. Seen in the mirror it is another object each time."""

    left: UUID | None
    right: int
    names: Sequence[str | None]
    partner: "Pair | None" = None

    @property
    def mirror(self) -> "Pair":
        return Pair(self.left, -self.right, self.names)


@dataclass(frozen=True)
class Nothing:
    """What no type shows."""


@dataclass(frozen=True)
class Charter:
    """Held by the process, as programs are, and never changed."""

    __held__: ClassVar[bool] = True
    number: int
    words: tuple[str, str]
    """In English, in Chinese."""
    parts: tuple["Charter", ...] = ()
    next: "Charter | None" = None


LAST = Charter(3, ("third", "三"))
CHARTERS = (
    Charter(1, ("first", "一"), (LAST, Charter(4, ("", "四"))), LAST),
    Charter(2, ("second", "二"), next=Charter(5, ("fifth", "五"))),
)


@dataclass(frozen=True)
class Touched:
    """A mutation found a member, or none."""

    member_id: UUID | None


@dataclass(frozen=True)
class Declined:
    """A rule said no."""

    reason: str


def odd_rows(member: UUID, order: UUID, other: UUID, at: datetime) -> list[tuple[Any, ...]]:
    """In the order of the columns."""
    return [
        (1, member, order, 5, "text", "glad", at, 1),
        (2, None, None, None, None, None, None, None),
        (3, order, order, -7, "", "unheard of", at, 2**31),
        (4, other, order, 2**31 - 1, "文", "sad", at, -(2**31)),
        (5, other, None, 0, "five", None, None, 2**40),
        (6, member, member, 6, 'quo"te\n', "glad", at, -(2**31) - 1),
    ]
