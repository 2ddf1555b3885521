"""Reacting to events: each reaction in one transaction with the mark that it is done, so that it happens once."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Protocol
from uuid import UUID

from app.db import Database, Transaction
from app.failures import kind_of, place_of
from app.logs import Log

from . import commands
from .events import Told, read
from .models import OutboxEventRow, State
from .queries import free_events
from .rules import HANDLING, MOST_ATTEMPTS, spread

LOG = Log(__name__)
LOOKED_AT = 64
"""Free events that a worker reads to choose from, so that several workers do not all want the same few."""


class Reaction(Protocol):
    """What follows from an event: commands of the domains, in the transaction that marks the event done.

    `held` is what the process holds in memory (programs by version). Whatever it raises undoes it, and it is tried
    again later; it needs no idempotency of its own. Nothing goes over the network in it.
    """

    def __call__(self, tx: Transaction, told: Told[Any], *, now: datetime, held: Any) -> Awaitable[None]: ...


Reactions = Mapping[type, Reaction]
"""By the event's class. From an event without a reaction nothing follows: it is done at once."""


class Outcome(Enum):
    DONE = "DONE"
    FAILED = "FAILED"
    LOST = "LOST"
    """Another worker had it or took it over."""


class LeaseLost(Exception):
    """The event was handled too long and is another worker's now: what was done here must be undone."""


@dataclass(frozen=True)
class Post:
    """What it takes to react to events: one for each worker."""

    database: Database
    reactions: Reactions
    held: Any
    clock: Callable[[], datetime]
    worker: UUID
    at_once: int


async def deliver_some(post: Post) -> int:
    """React to as many free events as may be handled at once; how many were leased, 0 if there was nothing to do.

    May raise what the database raises when it is away. What is leased then is free again when its lease lapses.
    """
    found = await free_events(post.database, now=post.clock(), most=LOOKED_AT)
    chosen = spread(found, worker=post.worker, most=post.at_once)
    outcomes = await asyncio.gather(*(deliver(post, event) for event in chosen), return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
    return sum(outcome is not Outcome.LOST for outcome in outcomes)


async def deliver(post: Post, key: OutboxEventRow) -> Outcome:
    """Lease one event, react to it, and mark it done or postpone it.

    The lease keeps others from working in vain. That the effect comes once does not rest on it: the mark is made in
    the reaction's own transaction, and only if the event still waits under this very lease.
    """
    now = post.clock()
    async with post.database.transaction() as tx:
        leased = await commands.lease(tx, key, worker=post.worker, now=now)
    if leased is None:
        return Outcome.LOST
    if leased.attempts > MOST_ATTEMPTS:  # every attempt took its worker along, none lived to say that it failed
        return await _failed(post, leased, "LeaseLapsed", place="")
    try:
        async with asyncio.timeout(HANDLING.total_seconds()), post.database.transaction() as tx:
            await _react(post, tx, leased, now)
            if not await commands.end(tx, leased, state=State.DONE, error=None, now=now):
                raise LeaseLost
    except LeaseLost:
        LOG.warning("outbox_lease_lost", kind=leased.kind, event_id=str(leased.id), attempt=leased.attempts)
        return Outcome.LOST
    except Exception as error:
        return await _failed(post, leased, kind_of(error), place=place_of(error))
    return Outcome.DONE


async def _react(post: Post, tx: Transaction, leased: OutboxEventRow, now: datetime) -> None:
    event: object = read(leased.kind, leased.payload)
    reaction = post.reactions.get(type(event))
    if reaction is not None:
        told = Told(leased.member_id, leased.id, leased.occurred_at, event)
        await reaction(tx, told, now=now, held=post.held)


async def _failed(post: Post, leased: OutboxEventRow, error: str, *, place: str) -> Outcome:
    """If the failure was a lost reply to a COMMIT, the event is done and this finds nothing to postpone."""
    async with post.database.transaction() as tx:
        due = await commands.fail(tx, leased, error=error, now=post.clock())
    told = {"kind": leased.kind, "event_id": str(leased.id), "attempt": leased.attempts, "error": error, "at": place}
    if due is None:
        LOG.error("outbox_event_dead", **told)
    else:
        LOG.warning("outbox_event_failed", **told, due_at=due.isoformat())
    return Outcome.FAILED
