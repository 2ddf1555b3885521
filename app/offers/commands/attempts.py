"""Attempts on codes, counted in a transaction of their own: what was refused is counted, too (R43).

A domain has a table of that shape, and its statements are made for it here.
"""

from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from sqlalchemy import ARRAY, Integer, Uuid, bindparam, case, delete, func, literal_column, or_
from sqlalchemy.dialects.postgresql import insert

from app.db import Write
from app.db.columns import INSTANT
from app.db.rows import table_of
from app.errors import RateLimited

R = TypeVar("R")
MOST = 10
"""Codes that somebody may try within WITHIN; people who were given one need one or two."""
WITHIN = timedelta(hours=1)
SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Attempts(Generic[R]):
    """The statements of a table with a row for each person: `owner_id`, `since` (when the first of these attempts was
    made), `tries` (idempotency keys of the attempts)."""

    attempt: Write[R]
    """One statement: who tries at the same time waits for the row, and sees what was counted before."""
    forget: Write[R]
    codes: str
    """What kind of codes, for people."""


def attempts_in(model: type[R], *, codes: str) -> Attempts[R]:
    """Statements for a table."""
    rows: Any = table_of(model).c
    key, now = bindparam("key", type_=Uuid()), bindparam("now", type_=INSTANT)
    is_over = rows.since <= bindparam("before", type_=INSTANT)
    is_full = func.cardinality(rows.tries) >= bindparam("most", type_=Integer())
    is_known = func.array_position(rows.tries, key).is_not(None)
    first = func.array_append(literal_column("'{}'::uuid[]", ARRAY(Uuid())), key)
    tries: Any = case((is_over, first), (or_(is_known, is_full), rows.tries), else_=func.array_append(rows.tries, key))
    since: Any = case((is_over, now), else_=rows.since)
    new: Any = insert(model)
    attempt = (
        new.values(owner_id=bindparam("owner_id", type_=Uuid()), since=now, tries=first)
        .on_conflict_do_update(index_elements=[rows.owner_id], set_={"since": since, "tries": tries})
        .returning(rows.tries, rows.since)
    )
    forget = delete(model).where(rows.since <= bindparam("before", type_=INSTANT))
    return Attempts(Write(model, attempt), Write(model, forget), codes)


class Runs(Protocol):
    """A connection on which each write is a transaction of its own."""

    def run(self, write: Write[R], **values: Any) -> Awaitable[list[R]]: ...


async def count_attempt(
    db: Runs, attempts: Attempts[Any], *, owner_id: UUID, key: UUID, most: int = MOST, now: datetime
) -> None:
    """Count that somebody tries a code, whatever comes of it. The same idempotency key is one attempt, however often it
    comes (R36).

    May raise RateLimited: they tried `most` of late. It says when the first of these does not count any more.
    """
    (row,) = await db.run(attempts.attempt, owner_id=owner_id, key=key, now=now, before=now - WITHIN, most=most)
    if key not in row.tries:
        left = ceil((row.since + WITHIN - now) / SECOND)
        minutes = ceil(left / 60)
        when = "a minute" if minutes == 1 else f"{minutes} minutes"
        raise RateLimited(f"Too many {attempts.codes} were tried. Try again in {when}.", retry_after=left)


async def forget_attempts(db: Runs, attempts: Attempts[Any], *, now: datetime) -> None:
    """Delete attempts that do not count any more."""
    await db.run(attempts.forget, before=now - WITHIN)
