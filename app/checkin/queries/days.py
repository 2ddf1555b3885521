"""The days that members checked in on, by the index on them: however long ago somebody began."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Integer, Uuid, bindparam, func, literal_column, select, true
from sqlmodel import col

from app.checkin.models import CheckInRow
from app.checkin.rules import DAY
from app.checkin.section import LONGEST_WINDOW
from app.db import Columns, Reader, Statement, many_each
from app.db.ledgers import all_of_each
from app.db.statements import Keys, pair_each
from app.points.queries import figures_beside, with_account
from app.points.rules import Cause

Pair = tuple[UUID, UUID]

OWNER: Any = col(CheckInRow.member_id)
DAY_OF: Any = col(CheckInRow.day)
LIMIT = bindparam("limit", type_=Integer)
ENOUGH_FOR_TODAY = 2
"""Today's and the last one before."""
TO_GO_ON = frozenset(("id", "day", "streak", "longest", "bonuses"))
"""Columns that say how far the last day came, and whether it is today's."""
ENOUGH_TO_MAKE_UP = 31 + LONGEST_WINDOW + 2
"""The last one before the window; and all that were made up in a month: none is of more than a window before it."""


def _newest_of_each(columns: Sequence[Any], keys: Keys) -> Any:
    if keys.is_single:
        return select(*columns).where(keys.hold(OWNER)).order_by(DAY_OF.desc()).limit(LIMIT)
    owners = func.unnest(keys.array).table_valued("id").render_derived(name="k")
    mine = select(*columns).where(col(CheckInRow.member_id) == literal_column("k.id", Uuid()))
    some = mine.order_by(DAY_OF.desc()).limit(LIMIT).lateral("x")
    return select(some).select_from(owners.join(some, true()))


NEWEST_WITH_ACCOUNT = Statement(
    CheckInRow,
    lambda columns, keys: with_account(
        select(*columns).where(keys.hold(OWNER)).order_by(DAY_OF.desc()).limit(LIMIT), OWNER
    ),
    "limit",
)
"""Of one member, each with their points beside it."""
NEWEST_OF_EACH = Statement(CheckInRow, _newest_of_each, "limit", always=("member_id", "id"))
BETWEEN = Statement(
    CheckInRow,
    lambda columns, keys: (
        select(*columns)
        .where(keys.hold(OWNER), DAY_OF.between(bindparam("first", type_=Date), bindparam("last", type_=Date)))
        .order_by(OWNER, DAY_OF)
    ),
    "first",
    "last",
    always=("member_id", "id"),
)
BY_ID = Statement(
    CheckInRow,
    lambda columns, keys: select(*columns).where(keys.hold_pair(OWNER, col(CheckInRow.id))),
    always=("member_id", "id"),
    pairs=True,
)
ALL = all_of_each(CheckInRow, OWNER, col(CheckInRow.id))


async def days_around(db: Reader, member_id: UUID, day: date) -> tuple[list[CheckInRow], Mapping[str, Any] | None]:
    """A member's days from `day` on and the last one before it, the last first; and their points' figures, if they have
    checked in before. One read, unless a clock that is ahead has been here."""
    rows = await db.fetch(NEWEST_WITH_ACCOUNT, [member_id], ENOUGH_FOR_TODAY, columns=TO_GO_ON)
    if not rows:
        return rows, None
    days = rows if rows[0].day <= day else await days_to_make_up(db, member_id)
    return days, figures_beside(rows[0])


async def days_to_make_up(db: Reader, member_id: UUID) -> list[CheckInRow]:
    """A member's last days, the last first: all that making one up looks at."""
    return await db.fetch(NEWEST_OF_EACH, [member_id], ENOUGH_TO_MAKE_UP)


async def newest_of_members(
    db: Reader, member_ids: Sequence[UUID], *, limit: int, columns: Columns = None
) -> list[list[CheckInRow]]:
    """Each member's last days, the last first."""
    rows = await db.fetch(NEWEST_OF_EACH, member_ids, limit, columns=columns)
    return many_each(rows, member_ids, by="member_id")


async def days_between(
    db: Reader, member_ids: Sequence[UUID], first: date, last: date, *, columns: Columns = None
) -> list[list[CheckInRow]]:
    """Each member's days from the first to the last of these, in their order."""
    rows = await db.fetch(BETWEEN, member_ids, first, last, columns=columns)
    return many_each(rows, member_ids, by="member_id")


async def check_ins_by_id(db: Reader, ids: Sequence[Pair], *, columns: Columns = None) -> list[CheckInRow | None]:
    return pair_each(await db.fetch(BY_ID, ids, columns=columns), ids)


async def check_ins_of_entries(
    db: Reader, entries: Sequence[tuple[UUID, str, UUID]], *, columns: Columns = None
) -> list[CheckInRow | None]:
    """The days that movements of points are of, by member id, cause and cause's id: one statement, if any is."""
    causes = {Cause.CHECK_IN.name, Cause.MAKE_UP.name}
    keys = list(dict.fromkeys((owner, cause_id) for owner, cause, cause_id in entries if cause in causes))
    rows = await check_ins_by_id(db, keys, columns=columns) if keys else []
    found = dict(zip(keys, rows, strict=True))
    return [found.get((owner, cause_id)) if cause in causes else None for owner, cause, cause_id in entries]


async def check_ins_of_members(db: Reader, member_ids: Sequence[UUID]) -> list[CheckInRow]:
    """All of each member's, in the order in which they were entered: for the prover."""
    return await db.fetch(ALL, member_ids)


def month_of(first: date) -> tuple[date, date]:
    """The first and the last day of the month that begins then."""
    after = (first + 31 * DAY).replace(day=1)
    return first, after - DAY
