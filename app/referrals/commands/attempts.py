"""Attempts on codes, counted in a transaction of their own: what was refused is counted, too (R43)."""

from collections.abc import Awaitable
from datetime import datetime, timedelta
from math import ceil
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import ARRAY, Integer, Uuid, bindparam, case, delete, func, literal_column, or_
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from app.db import Write
from app.db.columns import INSTANT
from app.db.rows import table_of
from app.errors import RateLimited
from app.referrals.models import InviteAttemptsRow

MOST = 10
"""Codes that somebody may try within WITHIN; people who were given one need one or two."""
WITHIN = timedelta(hours=1)
SECOND = timedelta(seconds=1)

ROW = table_of(InviteAttemptsRow)
KEY = bindparam("key", type_=Uuid())
NOW = bindparam("now", type_=INSTANT)
IS_OVER = ROW.c.since <= bindparam("before", type_=INSTANT)
IS_FULL = func.cardinality(ROW.c.tries) >= bindparam("most", type_=Integer())
IS_KNOWN = func.array_position(ROW.c.tries, KEY).is_not(None)
FIRST = func.array_append(literal_column("'{}'::uuid[]", ARRAY(Uuid())), KEY)
TRY: Write[InviteAttemptsRow] = Write(
    InviteAttemptsRow,
    insert(InviteAttemptsRow)
    .values(owner_id=bindparam("owner_id", type_=Uuid()), since=NOW, tries=FIRST)
    .on_conflict_do_update(
        index_elements=[col(InviteAttemptsRow.owner_id)],
        set_={
            "since": case((IS_OVER, NOW), else_=ROW.c.since),
            "tries": case(
                (IS_OVER, FIRST),
                (or_(IS_KNOWN, IS_FULL), ROW.c.tries),
                else_=func.array_append(ROW.c.tries, KEY),
            ),
        },
    )
    .returning(ROW.c.tries, ROW.c.since),
)
"""One statement: who tries at the same time waits for the row, and sees what was counted before."""
FORGET: Write[InviteAttemptsRow] = Write(
    InviteAttemptsRow, delete(InviteAttemptsRow).where(col(InviteAttemptsRow.since) <= bindparam("before"))
)


class Runs(Protocol):
    """A connection on which each write is a transaction of its own."""

    def run(self, write: Write[InviteAttemptsRow], **values: Any) -> Awaitable[list[InviteAttemptsRow]]: ...


async def count_attempt(db: Runs, *, owner_id: UUID, key: UUID, now: datetime) -> None:
    """Count that somebody tries a code, whatever comes of it. The same idempotency key is one attempt, however often it
    comes (R36).

    May raise RateLimited: they tried too many of late. It says when the first of these does not count any more.
    """
    (row,) = await db.run(TRY, owner_id=owner_id, key=key, now=now, before=now - WITHIN, most=MOST)
    if key not in row.tries:
        left = ceil((row.since + WITHIN - now) / SECOND)
        minutes = ceil(left / 60)
        when = "a minute" if minutes == 1 else f"{minutes} minutes"
        raise RateLimited(f"Too many invite codes were tried. Try again in {when}.", retry_after=left)


async def forget_attempts(db: Runs, *, now: datetime) -> None:
    """Delete attempts that do not count any more."""
    await db.run(FORGET, before=now - WITHIN)
