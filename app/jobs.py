"""What runs when, on one page."""

from datetime import datetime, timedelta
from uuid import UUID

import structlog

from app import outbox
from app.db import Database
from app.db.retrying import PASSING, retried
from app.failures import kind_of, place_of
from app.graph import idempotency
from app.points.commands import settle_member
from app.points.queries import members_due
from app.programs.versions import HeldPrograms
from app.prover import prove, publish_figures
from app.timetable import Job

LOG = structlog.get_logger()
AT_ONCE = 500
"""Members who are looked up together; each is settled in a transaction of their own."""
MOST_TOLD = 100
"""Mismatches of one round that the log names."""


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


async def prove_all(database: Database, *, now: datetime, held: HeldPrograms) -> None:
    """Hold every member against their books (R5): the log names who disagrees, and in what."""
    await held.load(database)
    proof = await prove(database, now=now, programs=held.programs)
    publish_figures(proof, now=now)
    for mismatch in proof.mismatches[:MOST_TOLD]:
        LOG.error("books_disagree", member=str(mismatch.member_id), what=mismatch.what,
                  expected=str(mismatch.expected), found=str(mismatch.found))  # fmt: skip


JOBS: tuple[Job, ...] = (
    Job("settle_the_idle", timedelta(minutes=1), settle_the_idle),
    Job("prove_all", timedelta(hours=1), prove_all, at_most=timedelta(minutes=50)),
    Job("forget_done_events", timedelta(hours=1), forget_done_events),
    Job("forget_idempotency_keys", timedelta(hours=1), forget_idempotency_keys),
)
