"""Every read of the outbox. Those of the worker and of staff go over all members: they lock nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    Uuid,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
)
from sqlmodel import col

from app.db import Page, Reader, Statement
from app.db.columns import INSTANT
from app.db.rows import table_of

from .models import OutboxEventRow, State

EVENTS: Any = table_of(OutboxEventRow)
EARLIER: Any = EVENTS.alias("earlier")


def literally(state: State) -> ColumnElement[str]:
    """A state in the text of a statement: with a parameter in its place Postgres could not use the partial index."""
    return literal_column(f"'{state}'")


def is_free() -> ColumnElement[bool]:
    """Waits, is due at the parameter `now`, nobody holds it, and its member has no earlier event waiting."""
    now = bindparam("now", type_=INSTANT)
    earlier = exists().where(
        EARLIER.c.member_id == EVENTS.c.member_id,
        EARLIER.c.id < EVENTS.c.id,
        EARLIER.c.state == literally(State.WAITING),
    )
    return and_(
        EVENTS.c.state == literally(State.WAITING),
        EVENTS.c.due_at <= now,
        or_(EVENTS.c.lease_until.is_(None), EVENTS.c.lease_until <= now),
        ~earlier,
    )


FREE = Statement(
    OutboxEventRow,
    lambda columns, _: (
        select(*columns).where(is_free()).order_by(EVENTS.c.due_at).limit(bindparam("limit", type_=Integer))
    ),
    "now",
    "limit",
    always=("member_id", "id"),
)
NEWEST = Statement(
    OutboxEventRow,
    lambda columns, keys: (
        select(*columns)
        .where(keys.hold(col(OutboxEventRow.member_id)))
        .order_by(EVENTS.c.id.desc())
        .limit(literal_column("1", Integer))
    ),
)
DONE_BEFORE = Statement(
    OutboxEventRow,
    lambda columns, _: (
        select(*columns)
        .where(
            EVENTS.c.state == literally(State.DONE),
            EVENTS.c.due_at < bindparam("before", type_=INSTANT),  # what the index has; ≤ ended_at
            EVENTS.c.ended_at < bindparam("before", type_=INSTANT),
        )
        .limit(bindparam("limit", type_=Integer))
    ),
    "before",
    "limit",
    always=("member_id", "id"),
)
DEAD = Statement(
    OutboxEventRow,
    lambda columns, _: (
        select(*columns)
        .where(
            EVENTS.c.state == literally(State.DEAD),
            or_(
                bindparam("after", type_=Uuid()).is_(None),
                EVENTS.c.id < bindparam("after", type_=Uuid()),
            ),
        )
        .order_by(EVENTS.c.id.desc())
        .limit(bindparam("limit", type_=Integer))
    ),
    "after",
    "limit",
)
WAITING = Statement(
    OutboxEventRow,
    lambda _, keys: (
        select(EVENTS.c.member_id)
        .where(keys.hold(EVENTS.c.member_id), EVENTS.c.state == literally(State.WAITING))
        .distinct()
    ),
    always=("member_id",),
)
COUNTS = Statement(
    OutboxEventRow,
    lambda columns, keys: (
        select(EVENTS.c.state, func.count().label("number"), func.min(EVENTS.c.occurred_at).label("oldest"))
        .where(EVENTS.c.state.in_([literally(State.WAITING), literally(State.DEAD)]))
        .group_by(EVENTS.c.state)
    ),
)
KEY = frozenset({"member_id", "id"})


@dataclass(frozen=True)
class Backlog:
    """How far behind the outbox is. Totals over all members are no snapshot of one instant."""

    waiting: int
    dead: int
    oldest_seconds: float
    """Since the oldest waiting event happened; 0 if none waits."""


async def free_events(db: Reader, *, now: datetime, most: int) -> list[OutboxEventRow]:
    """Keys of events that may be leased: at most one of each member, the longest due first."""
    return await db.fetch(FREE, (), now, most, columns=KEY)


async def newest_id(db: Reader, *, member_id: UUID) -> UUID | None:
    """The id of the newest event of a member, whatever its state."""
    rows = await db.fetch(NEWEST, [member_id], columns=frozenset({"id"}))
    return rows[0].id if rows else None


async def done_before(db: Reader, *, before: datetime, most: int) -> list[OutboxEventRow]:
    """Keys of events that were done before an instant."""
    return await db.fetch(DONE_BEFORE, (), before, most, columns=KEY)


async def dead_letters(db: Reader, *, page: Page) -> list[OutboxEventRow]:
    """Events that were tried in vain, the newest first, of all members; one more than the page shows."""
    return await db.fetch(DEAD, (), page.after, page.limit)


async def members_awaited(db: Reader, member_ids: Sequence[UUID]) -> set[UUID]:
    """Those of whom something was told that nobody has reacted to yet."""
    return {row.member_id for row in await db.fetch(WAITING, member_ids)}


async def backlog(db: Reader, *, now: datetime) -> Backlog:
    """How many wait and are dead, and since when."""
    rows: list[Any] = list(await db.fetch(COUNTS))
    found = {row["state"]: row for row in rows}
    waiting, dead = found.get(State.WAITING), found.get(State.DEAD)
    return Backlog(
        waiting=waiting["number"] if waiting else 0,
        dead=dead["number"] if dead else 0,
        oldest_seconds=max(0.0, (now - waiting["oldest"]).total_seconds()) if waiting else 0.0,
    )
