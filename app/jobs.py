"""What runs when, on one page."""

from datetime import datetime, timedelta
from uuid import UUID

import structlog

from app import outbox, prover
from app.db import Database
from app.db.retrying import PASSING, retried
from app.facts.commands import forget_kept
from app.failures import kind_of, place_of
from app.graph import idempotency
from app.points.commands import settle_member
from app.points.queries import members_due
from app.programs.versions import HeldPrograms
from app.timetable import Job

LOG = structlog.get_logger()
AT_ONCE = 500
"""Members who are looked up together; each is settled in a transaction of their own."""


class NotSettled(Exception):
    """Some members could not be settled; the log says who and why."""


async def forget_done_events(database: Database, *, now: datetime, held: HeldPrograms) -> None:
    """Events that were reacted to a week ago are of no more use."""
    await outbox.forget_done(database, now=now)


async def forget_idempotency_keys(database: Database, *, now: datetime, held: HeldPrograms) -> None:
    """Keys that nobody will repeat any more: they are kept for 48 hours (R36)."""
    await idempotency.forget_old(database, now=now)


async def settle_the_idle(database: Database, *, now: datetime, held: HeldPrograms) -> None:
    """Enter what is due of members for whom nothing else happens (R2). Nothing waits for it: reads reckon anyway.

    Whoever cannot be settled does not hold up the others. May raise NotSettled, and what the database raises.
    """
    failed = set[UUID]()
    while due := set(await members_due(database, now=now, limit=AT_ONCE + len(failed))) - failed:
        for member_id in due:
            try:
                await _settle(database, member_id, now)
            except PASSING:
                raise
            except Exception as error:
                failed.add(member_id)
                LOG.error("not_settled", member=str(member_id), error=kind_of(error), at=place_of(error))
    if failed:
        raise NotSettled(len(failed))


async def _settle(database: Database, member_id: UUID, now: datetime) -> None:
    async def once() -> None:
        async with database.transaction() as tx:
            await settle_member(tx, member_id=member_id, now=now)

    await retried(once)


async def prove_touched(database: Database, *, now: datetime, held: HeldPrograms) -> None:
    """Hold those against their books who were written to (R5)."""
    await held.load(database)
    await prover.prove_touched(database, now=now, programs=held.programs)


async def prove_everyone(database: Database, *, now: datetime, held: HeldPrograms) -> None:
    """A part of everybody at a time, so that nobody's proof is a day old (R5); and who disagreed, in every run."""
    await held.load(database)
    await prover.prove_due(database, now=now, programs=held.programs)


async def touch_the_unproved(database: Database, *, now: datetime, held: HeldPrograms) -> None:
    """Have those proved who came into the database by another way than joining."""
    await prover.touch_the_unproved(database)


async def forget_kept_facts(database: Database, *, now: datetime, held: HeldPrograms) -> None:
    """Facts of who was not a member, and did not become one in time."""
    await forget_kept(database, now=now)


JOBS: tuple[Job, ...] = (
    Job("settle_the_idle", timedelta(minutes=1), settle_the_idle),
    Job("prove_touched", timedelta(seconds=15), prove_touched),
    Job("prove_everyone", timedelta(minutes=1), prove_everyone),
    Job("touch_the_unproved", timedelta(hours=1), touch_the_unproved),
    Job("forget_done_events", timedelta(hours=1), forget_done_events),
    Job("forget_idempotency_keys", timedelta(hours=1), forget_idempotency_keys),
    Job("forget_kept_facts", timedelta(hours=1), forget_kept_facts),
)
