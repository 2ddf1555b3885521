"""Holds and what was given back of them: those of members, and those behind movements."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, String, Text, and_, bindparam, case, func, literal_column, or_, select
from sqlmodel import col

from app.db import Columns, Page, Reader, Statement, many_each
from app.db.counting import number_of_each, numbers_each
from app.db.newest import newest_of_each
from app.db.statements import pair_each
from app.points.models import GiveBackRow, HoldRow
from app.points.rules import Cause, HoldState

from .conditions import IS_HELD, NOW

Pair = tuple[UUID, UUID]
Caused = tuple[UUID, str, UUID]
"""Of an entry: member, cause, and the cause's id."""

STATES = bindparam("states", type_=ARRAY(String))
TIMED_OUT = literal_column("'TIMED_OUT'", Text)
STATE = case((and_(IS_HELD, col(HoldRow.deadline) <= NOW), TIMED_OUT), else_=col(HoldRow.state))
"""What a hold is by now, whether or not anybody has entered it (R2)."""
IS_ASKED_FOR = or_(STATES.is_(None), func.array_position(STATES, STATE).is_not(None))
OF_MEMBERS = newest_of_each(
    HoldRow, "now", "states", owner=col(HoldRow.member_id), key=col(HoldRow.id), extra=IS_ASKED_FOR
)
COUNTS = number_of_each(HoldRow, "now", "states", owner=col(HoldRow.member_id), extra=IS_ASKED_FOR)
HOLDS = Statement(
    HoldRow,
    lambda columns, keys: select(*columns).where(keys.hold_pair(col(HoldRow.member_id), col(HoldRow.id))),
    always=("member_id", "id"),
    pairs=True,
)
GIVE_BACKS = Statement(
    GiveBackRow,
    lambda columns, keys: select(*columns).where(keys.hold_pair(col(GiveBackRow.member_id), col(GiveBackRow.id))),
    always=("member_id", "id"),
    pairs=True,
)


async def holds_by_id(db: Reader, ids: Sequence[Pair], *, columns: Columns = None) -> list[HoldRow | None]:
    """Holds by (member id, id)."""
    return pair_each(await db.fetch(HOLDS, ids, columns=columns), ids)


async def give_backs_by_id(db: Reader, ids: Sequence[Pair], *, columns: Columns = None) -> list[GiveBackRow | None]:
    """What was given back, by (member id, id)."""
    return pair_each(await db.fetch(GIVE_BACKS, ids, columns=columns), ids)


async def newest_holds(
    db: Reader,
    member_ids: Sequence[UUID],
    *,
    page: Page,
    now: datetime,
    states: list[HoldState] | None = None,
    columns: Columns = None,
) -> list[list[HoldRow]]:
    """Holds, newest first; those that by now are in one of these states."""
    rows = await db.fetch(OF_MEMBERS, member_ids, page.after, page.limit, now, _names(states), columns=columns)
    return many_each(rows, member_ids, by="member_id")


async def numbers_of_holds(
    db: Reader, member_ids: Sequence[UUID], *, now: datetime, states: list[HoldState] | None = None
) -> list[int]:
    """How many holds are in one of these states by now."""
    return await numbers_each(db, COUNTS, member_ids, now, _names(states))


def _names(states: list[HoldState] | None) -> list[str] | None:
    return None if states is None else [state.name for state in states]


async def holds_of_entries(db: Reader, entries: Sequence[Caused], *, columns: Columns = None) -> list[HoldRow | None]:
    """The holds that movements are of: one statement, if any is."""
    ids = _caused_by(Cause.HOLD, entries)
    found = await holds_by_id(db, ids, columns=columns) if ids else []
    by_id = dict(zip(ids, found, strict=True))
    return [by_id.get((entry[0], entry[2])) for entry in entries]


async def give_backs_of_entries(
    db: Reader, entries: Sequence[Caused], *, columns: Columns = None
) -> list[GiveBackRow | None]:
    """What was given back, where movements are of that: one statement, if any is."""
    ids = _caused_by(Cause.GIVE_BACK, entries)
    found = await give_backs_by_id(db, ids, columns=columns) if ids else []
    by_id = dict(zip(ids, found, strict=True))
    return [by_id.get((entry[0], entry[2])) for entry in entries]


def _caused_by(cause: Cause, entries: Sequence[Caused]) -> list[Pair]:
    return list(dict.fromkeys((owner, key) for owner, by, key in entries if by == cause.name))
