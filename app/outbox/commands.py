"""Every write of the outbox. Each writes the events of one member only, by a condition that says what they must be."""

from datetime import datetime
from itertools import groupby
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Integer, Text, Uuid, bindparam, delete, func, null, update

from app.db import Database, Transaction, Write, insert_of
from app.db.columns import INSTANT

from .events import written
from .models import OutboxEventRow, State
from .queries import EVENTS, done_before, is_free, literally, newest_id
from .rules import KEPT_DONE, LEASE, next_attempt, share_of

FORGOTTEN_AT_ONCE = 500


class Leased(Protocol):
    """What names a lease: the event, who holds it, and its how-manieth attempt this is."""

    @property
    def member_id(self) -> UUID: ...
    @property
    def id(self) -> UUID: ...
    @property
    def leased_by(self) -> str | None: ...
    @property
    def attempts(self) -> int: ...


def _is_this() -> ColumnElement[bool]:
    """The event with the parameters `of_member` and `of_event`."""
    mine: ColumnElement[bool] = EVENTS.c.member_id == bindparam("of_member", type_=Uuid())
    return mine & (EVENTS.c.id == bindparam("of_event", type_=Uuid()))


def _is_held() -> ColumnElement[bool]:
    """Still waits, and the lease with the parameters `held_by` and `attempt` is the last that was given."""
    waits: ColumnElement[bool] = EVENTS.c.state == literally(State.WAITING)
    held = EVENTS.c.leased_by == bindparam("held_by", type_=Text())
    return waits & held & (EVENTS.c.attempts == bindparam("attempt", type_=Integer()))


TELL = insert_of(OutboxEventRow)
TAKE_LEASE: Write[OutboxEventRow] = Write(
    OutboxEventRow,
    update(EVENTS)
    .where(_is_this(), is_free())
    .values(
        attempts=EVENTS.c.attempts + 1,
        lease_until=bindparam("until", type_=INSTANT),
        leased_by=bindparam("held_by", type_=Text()),
    )
    .returning(*EVENTS.c),
)
END: Write[OutboxEventRow] = Write(
    OutboxEventRow,
    update(EVENTS)
    .where(_is_this(), _is_held())
    .values(
        state=bindparam("ends_as", type_=Text()),
        ended_at=bindparam("at", type_=INSTANT),
        last_error=func.coalesce(bindparam("error", type_=Text()), EVENTS.c.last_error),
        lease_until=null(),
        leased_by=null(),
    )
    .returning(EVENTS.c.id),
)
POSTPONE: Write[OutboxEventRow] = Write(
    OutboxEventRow,
    update(EVENTS)
    .where(_is_this(), _is_held())
    .values(
        due_at=bindparam("due", type_=INSTANT),
        last_error=bindparam("error", type_=Text()),
        lease_until=null(),
        leased_by=null(),
    )
    .returning(EVENTS.c.id),
)
PUT_BACK: Write[OutboxEventRow] = Write(
    OutboxEventRow,
    update(EVENTS)
    .where(_is_this(), EVENTS.c.state == literally(State.DEAD))
    .values(
        state=literally(State.WAITING),
        due_at=bindparam("due", type_=INSTANT),
        attempts=0,
        last_error=null(),
        ended_at=null(),
    )
    .returning(EVENTS.c.id),
)
FORGET: Write[OutboxEventRow] = Write(
    OutboxEventRow,
    delete(EVENTS).where(
        EVENTS.c.member_id == bindparam("of_member", type_=Uuid()),
        EVENTS.c.id == func.any(bindparam("events", type_=ARRAY(Uuid()))),
        EVENTS.c.state == literally(State.DONE),
    ),
)


async def tell(tx: Transaction, *, member_id: UUID, event: object, now: datetime) -> UUID:
    """Tell those above that something happened to a member; they react if and when this transaction is committed.

    To be called under the member's lock, as every command is: then the events of a member are reacted to in the
    order in which they were told, whatever the clocks of two processes say. Without the lock each is still reacted
    to once, but one of two told at the same time may overtake the other. Gives the event's id. Raises TypeError:
    `event` is not of a declared kind (see `events.event`).
    """
    return await _tell(tx, member_id, event, event_id=tx.id_after(await newest_id(tx, member_id=member_id)), now=now)


async def tell_first(tx: Transaction, *, member_id: UUID, event: object, now: datetime) -> UUID:
    """Likewise, of a member whom this transaction has made: nothing was told of them before."""
    return await _tell(tx, member_id, event, event_id=tx.new_id(), now=now)


async def _tell(tx: Transaction, member_id: UUID, event: object, *, event_id: UUID, now: datetime) -> UUID:
    kind, payload = written(event)
    values: dict[str, Any] = {"member_id": member_id, "id": event_id, "kind": kind, "payload": payload}
    fresh: dict[str, Any] = {"lease_until": None, "leased_by": None, "last_error": None, "ended_at": None}
    await tx.run(TELL, **values, **fresh, occurred_at=now, due_at=now, attempts=0, state=State.WAITING)
    return event_id


async def lease(tx: Transaction, key: OutboxEventRow, *, worker: UUID, now: datetime) -> OutboxEventRow | None:
    """Keep a free event from other workers for a while, and count the attempt; None if it is not free any more.

    One event a transaction: workers that lease many at once would wait for each other's in a circle. Who comes
    second waits for the first's commit, looks again, and finds it held: no SKIP LOCKED is needed.
    """
    until = now + LEASE
    rows = await tx.run(TAKE_LEASE, of_member=key.member_id, of_event=key.id, now=now, until=until, held_by=str(worker))
    return rows[0] if rows else None


async def end(tx: Transaction, leased: Leased, *, state: State, error: str | None, now: datetime) -> bool:
    """DONE or DEAD, if the lease is still held. False: it is another's by now."""
    return bool(await tx.run(END, **_of(leased), ends_as=state, at=now, error=error))


async def fail(tx: Transaction, leased: Leased, *, error: str, now: datetime) -> datetime | None:
    """Try it later, or never again (None) if it was tried often enough. Does nothing if the lease is another's."""
    due = next_attempt(leased.attempts, now, share=share_of(leased.id, leased.attempts))
    if due is None:
        await end(tx, leased, state=State.DEAD, error=error, now=now)
    else:
        await tx.run(POSTPONE, **_of(leased), due=due, error=error)
    return due


def _of(leased: Leased) -> dict[str, Any]:
    return {
        "of_member": leased.member_id,
        "of_event": leased.id,
        "held_by": leased.leased_by,
        "attempt": leased.attempts,
    }


async def requeue(tx: Transaction, *, member_id: UUID, event_id: UUID, now: datetime) -> bool:
    """Try a dead event again from the first attempt on; False if there is no such dead event of this member.

    Later events of the member may have been reacted to already: it comes after those.
    """
    return bool(await tx.run(PUT_BACK, of_member=member_id, of_event=event_id, due=now))


async def forget_done(database: Database, *, now: datetime) -> int:
    """Delete events that were done long ago; how many. One transaction for each member, so it can stop anywhere."""
    forgotten = 0
    while found := await done_before(database, before=now - KEPT_DONE, most=FORGOTTEN_AT_ONCE):
        for member_id, events in groupby(sorted(found, key=_key), key=lambda event: event.member_id):
            ids = [event.id for event in events]
            async with database.transaction() as tx:
                await tx.run(FORGET, of_member=member_id, events=ids)
            forgotten += len(ids)
    return forgotten


def _key(event: OutboxEventRow) -> tuple[UUID, UUID]:
    return event.member_id, event.id
