"""For whom something of where they stand is due, though nobody writes: for the job (R2, R17, R20)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Integer, String, bindparam, func, literal_column, select
from sqlmodel import col

from app.db import Reader, Statement
from app.db.columns import INSTANT
from app.members.models import PART, MemberRow

IS_ACTIVE = col(MemberRow.status) == literal_column("'ACTIVE'", String())
"""Who has left is not told anything; what is due of them is entered when they return."""
LIMIT = bindparam("limit", type_=Integer)
DUE = Statement(
    MemberRow,
    lambda _, __: (
        select(col(MemberRow.id))
        .where(IS_ACTIVE, col(MemberRow.standing_due_at) <= bindparam("now", type_=INSTANT))
        .order_by(col(MemberRow.standing_due_at))
        .limit(LIMIT)
    ),
    "now",
    "limit",
)
BEFORE = Statement(
    MemberRow,
    lambda _, __: (
        select(col(MemberRow.id))
        .where(
            IS_ACTIVE,
            col(MemberRow.program) == bindparam("program", type_=String()),
            PART.op("=")(func.any(bindparam("parts", type_=ARRAY(Integer())))),
            col(MemberRow.ladder_version) > 0,
            col(MemberRow.ladder_version) < bindparam("ladder", type_=Integer()),
        )
        .limit(LIMIT)
    ),
    "program",
    "parts",
    "ladder",
    "limit",
)


async def members_with_standing_due(db: Reader, *, now: datetime, limit: int) -> list[UUID]:
    """Members of whose tier something is due by now, the longest due first."""
    return [row.id for row in await db.fetch(DUE, (), now, limit)]


async def members_on_ladders_before(
    db: Reader, *, program: str, parts: Sequence[int], ladder: int, limit: int
) -> list[UUID]:
    """Members of these parts (see `app.programs.parts`) who stand on an earlier ladder than that of this version."""
    return [row.id for row in await db.fetch(BEFORE, (), program, parts, ladder, limit)]
