"""Many members: all of a program, all there are, and those whose books are to be looked at."""

from typing import Any
from uuid import UUID

from sqlalchemy import Integer, String, Uuid, bindparam, distinct, func, literal_column, or_, select
from sqlmodel import col

from app.db import Columns, Page, Reader, Statement
from app.db.newest import LAST
from app.graph import Context
from app.members.models import MemberRow, TouchRow
from app.members.rules import Touch
from app.programs.asked import program_asked

AFTER = bindparam("after", type_=Uuid())
PROGRAM = bindparam("program", type_=String())

ALL = Statement(
    MemberRow,
    lambda columns, _: (
        select(*columns)
        .where(col(MemberRow.id) > AFTER)
        .order_by(col(MemberRow.id))
        .limit(bindparam("limit", type_=Integer))
    ),
    "after",
    "limit",
)
OF_PROGRAM = Statement(
    MemberRow,
    lambda columns, _: (
        select(*columns)
        .where(col(MemberRow.program) == PROGRAM, col(MemberRow.id) < func.coalesce(AFTER, LAST))
        .order_by(col(MemberRow.id).desc())
        .limit(bindparam("limit", type_=Integer))
    ),
    "program",
    "after",
    "limit",
)
NUMBER = Statement(
    MemberRow,
    lambda _, __: select(func.count().label("growth")).where(col(MemberRow.program) == PROGRAM),
    "program",
)
TOUCHES = Statement(
    TouchRow,
    lambda columns, _: (
        select(*columns)
        .where(col(TouchRow.id) > AFTER)
        .order_by(col(TouchRow.id))
        .limit(bindparam("limit", type_=Integer))
    ),
    "after",
    "limit",
)
SOME_TOUCHES = select(col(TouchRow.member_id)).limit(literal_column("100000", Integer)).subquery()
"""If the worker stands still they grow: who counts them must not wait for ever."""
WAITING = Statement(
    TouchRow,
    lambda _, __: (
        select(func.count(distinct(SOME_TOUCHES.c.member_id)).label("number"))
        .join(MemberRow, col(MemberRow.id) == SOME_TOUCHES.c.member_id)
        .where(or_(PROGRAM.is_(None), col(MemberRow.program) == PROGRAM))
    ),
    "program",
)


async def members_of_program(
    db: Reader, *, context: Context, page: Page, program: str | None = None, columns: Columns = None
) -> list[MemberRow]:
    """All who ever joined a program, the most recently registered first."""
    code = program_asked(context, program).code
    return await db.fetch(OF_PROGRAM, (), code, page.after, page.limit, columns=columns)


async def members_after(db: Reader, after: UUID, *, limit: int, columns: Columns = None) -> list[MemberRow]:
    """So many members of whatever program, in the order of their ids: for those who go round all of them."""
    return await db.fetch(ALL, (), after, limit, columns=columns)


async def touches_after(db: Reader, after: UUID, *, limit: int) -> list[Touch]:
    """So many touches in the order of their ids, which is about that of time: for the prover."""
    return [Touch(row.member_id, row.id) for row in await db.fetch(TOUCHES, (), after, limit)]


async def members_waiting(db: Reader, *, program: str | None = None) -> int:
    """How many members were touched and are not proved yet, of a program or of all; exact as long as there are few."""
    rows: list[Any] = list(await db.fetch(WAITING, (), program))
    return rows[0]["number"]


async def number_of_members(db: Reader, *, context: Context, program: str | None = None) -> int:
    (row,) = await db.fetch(NUMBER, (), program_asked(context, program).code)
    return row.growth
