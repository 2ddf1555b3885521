"""Every read of programs: their published versions."""

from collections.abc import Sequence

from sqlalchemy import Integer, String, bindparam, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import col

from app.db import Columns, Reader, Statement
from app.graph import Context

from .asked import code_asked
from .models import ProgramVersionRow
from .rules import Definition

PLACE = (col(ProgramVersionRow.program), col(ProgramVersionRow.number))
ALL = Statement(
    ProgramVersionRow, lambda columns, _: select(*columns).order_by(*PLACE), always=("program", "number", "digest")
)
NEWEST = Statement(
    ProgramVersionRow,
    lambda columns, _: select(*columns).ext(distinct_on(PLACE[0])).order_by(PLACE[0], PLACE[1].desc()),
    always=("program", "number", "digest"),
)
NEWEST_OF = Statement(
    ProgramVersionRow,
    lambda columns, _: (
        select(*columns).where(PLACE[0] == bindparam("program", type_=String())).order_by(PLACE[1].desc()).limit(1)
    ),
    "program",
    always=("program", "number", "digest"),
)


BY_NUMBER = Statement(
    ProgramVersionRow,
    lambda columns, _: select(*columns).where(
        PLACE[0] == bindparam("program", type_=String()), PLACE[1] == bindparam("number", type_=Integer())
    ),
    "program",
    "number",
    always=("program", "number", "digest"),
)


async def all_versions(db: Reader) -> list[ProgramVersionRow]:
    """Every version of every program with its file, each program's in the order of their numbers."""
    return await db.fetch(ALL)


async def newest_numbers(db: Reader) -> list[ProgramVersionRow]:
    """Program, number and digest of the newest version of each program: a small read that tells of any publish."""
    return await db.fetch(NEWEST, columns=frozenset())


async def newest_version(db: Reader, code: str) -> ProgramVersionRow | None:
    """The version of a program that was published last, in force or not yet; None if there is none."""
    found = await db.fetch(NEWEST_OF, (), code)
    return found[0] if found else None


async def published(db: Reader, *, definition: Definition) -> Definition | None:
    """What was published last of the same program, to compare with; None if nothing was."""
    newest = await newest_version(db, definition.program.code)
    return None if newest is None else definition.read(newest.file)


async def version_asked(
    db: Reader, *, context: Context, program: str | None = None, number: int | None = None, columns: Columns = None
) -> ProgramVersionRow | None:
    """The version of a number, else the newest. May raise BadInput: no such program for the caller."""
    code = code_asked(context, program)
    if number is None:
        found = await db.fetch(NEWEST_OF, (), code, columns=columns)
    else:
        found = await db.fetch(BY_NUMBER, (), code, number, columns=columns)
    return found[0] if found else None


async def versions_by_number(
    db: Reader, numbers: Sequence[tuple[str, int]], *, columns: Columns = None
) -> list[ProgramVersionRow | None]:
    """By (program, number): a statement for each, of which there is one."""
    found = [await db.fetch(BY_NUMBER, (), code, number, columns=columns) for code, number in numbers]
    return [rows[0] if rows else None for rows in found]
