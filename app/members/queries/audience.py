"""How many members somebody addresses, and who of them ordered of late: for looking at what a campaign would do."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Integer, String, bindparam, func, literal_column, select
from sqlalchemy import Text as Plain
from sqlmodel import col

from app.db import Reader, Statement
from app.db.columns import INSTANT
from app.members.models import LAST_ORDER, MemberRow

PROGRAM = bindparam("program", type_=String())
IS_ACTIVE = col(MemberRow.status) == literal_column("'ACTIVE'", Plain)
SINCE, UNTIL = bindparam("since", type_=INSTANT), bindparam("until", type_=INSTANT)
BY_TIER = Statement(
    MemberRow,
    lambda _, __: (
        select(col(MemberRow.tier), func.count().label("number"))
        .where(col(MemberRow.program) == PROGRAM, IS_ACTIVE)
        .where(col(MemberRow.joined_at) >= SINCE, col(MemberRow.joined_at) < UNTIL)
        .group_by(col(MemberRow.tier))
    ),
    "program",
    "since",
    "until",
)
ORDERED_LAST = Statement(
    MemberRow,
    lambda columns, _: (
        select(*columns)
        .where(col(MemberRow.program) == PROGRAM, LAST_ORDER >= SINCE)
        .order_by(LAST_ORDER.desc(), col(MemberRow.id).desc())
        .limit(bindparam("limit", type_=Integer()))
    ),
    "program",
    "since",
    "limit",
)


class Ordered(NamedTuple):
    """A member who ordered of late."""

    id: UUID
    tier: str | None
    joined_at: datetime


async def numbers_by_tier(
    db: Reader, *, program: str, since: datetime, until: datetime
) -> list[tuple[str | None, int]]:
    """Active members who joined in that time (half-open), by the tier that they have earned; None: the first. One
    statement."""
    rows: list[Any] = list(await db.fetch(BY_TIER, (), program, since, until))
    return [(row["tier"], row["number"]) for row in rows]


async def who_ordered_last(db: Reader, *, program: str, since: datetime, limit: int) -> Sequence[Ordered]:
    """So many members whose last order is not older, the last first. One statement, along the index of last orders."""
    columns = frozenset(("id", "tier", "joined_at"))
    rows = await db.fetch(ORDERED_LAST, (), program, since, limit, columns=columns)
    return [Ordered(row.id, row.tier, row.joined_at) for row in rows]
