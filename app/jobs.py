"""What runs when, on one page."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from app import outbox, prover
from app.clock import going_on_from
from app.coupons.commands import settle_coupons_of
from app.coupons.commands.attempts import forget_coupon_attempts
from app.coupons.queries.due import members_with_coupons_due
from app.db import Database, Transaction
from app.db.retrying import PASSING, retried
from app.facts.commands import forget_kept
from app.facts.importing import working as imports
from app.failures import kind_of, place_of
from app.graph import idempotency
from app.logs import Log
from app.members.queries.standing import members_on_ladders_before, members_with_standing_due
from app.points.commands import settle_member
from app.points.queries import members_due
from app.programs.rules import Program
from app.programs.versions import HeldPrograms
from app.referrals.commands import forget_attempts, give_due_coupons
from app.referrals.queries.due import members_with_coupons_to_get
from app.staff.commands import coupons as coupon_jobs
from app.tiers.commands import settle_standing_of
from app.tiers.rules import ladder_at
from app.timetable import Job

LOG = Log(__name__)
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
    failed = await _settle_each(
        database,
        find=lambda limit, _but: members_due(database, now=now, limit=limit),
        settle=lambda tx, member_id: settle_member(tx, member_id=member_id, now=now),
    )
    _check(failed)


async def settle_coupons(database: Database, *, now: datetime, held: HeldPrograms) -> None:
    """Enter what time has made of coupons of members for whom nothing else happens: reservations that ended, coupons
    that expired; what was set aside for them comes back to budgets (R2, R31). Likewise.
    """
    failed = await _settle_each(
        database,
        find=lambda limit, but: members_with_coupons_due(database, now=now, but=but, limit=limit),
        settle=lambda tx, member_id: settle_coupons_of(tx, member_id=member_id, now=now),
    )
    _check(failed)


async def give_referral_coupons(database: Database, *, now: datetime, held: HeldPrograms) -> None:
    """Give the coupons among the bonuses of invitations that can be used by now: they are the members' from then on,
    when this comes to it (R37). Likewise.
    """
    await held.load(database)
    failed = await _settle_each(
        database,
        find=lambda limit, but: members_with_coupons_to_get(database, now=now, but=but, limit=limit),
        settle=lambda tx, member_id: give_due_coupons(tx, member_id=member_id, programs=held.programs, now=now),
    )
    _check(failed)


async def settle_tiers(database: Database, *, now: datetime, held: HeldPrograms) -> None:
    """Renew and lower tiers whose period has ended, give notice, end what staff set, count growth that begins or
    lapses, and raise those whom an edited ladder raises (R17, R18, R20, R23).

    Whoever cannot be settled does not hold up the others. May raise NotSettled, and what the database raises.
    """
    await held.load(database)
    programs = held.programs
    edited = [
        partial(_on_ladders_before, database, program=theirs, parts=parts, now=now)
        for program in programs.by_code.values()
        for theirs, parts in program.parts.items()
    ]
    failed = 0
    for find in (partial(_due, database, now=now), *edited):
        failed += await _settle_each(
            database,
            find=find,
            settle=lambda tx, member_id: settle_standing_of(tx, member_id=member_id, programs=programs, now=now),
        )
    _check(failed)


async def _due(database: Database, limit: int, _but: Collection[UUID], *, now: datetime) -> list[UUID]:
    return await members_with_standing_due(database, now=now, limit=limit)


async def _on_ladders_before(
    database: Database,
    limit: int,
    _but: Collection[UUID],
    *,
    program: Program,
    parts: Sequence[int],
    now: datetime,
) -> list[UUID]:
    """Of those for whom the program is this."""
    ladder = ladder_at(program, now).number
    return await members_on_ladders_before(database, program=program.code, parts=parts, ladder=ladder, limit=limit)


async def _settle_each(
    database: Database,
    *,
    find: Callable[[int, Collection[UUID]], Awaitable[Sequence[UUID]]],
    settle: Callable[[Transaction, UUID], Awaitable[object]],
) -> int:
    """How many could not be settled. Who finds the members, by what is due of them, leaves out those who could not be:
    they may have more due than is looked at; where a member is found once, that need not be."""
    failed, before = set[UUID](), set[UUID]()
    while due := set(await find(AT_ONCE + len(failed), failed)) - failed:
        failed |= due & before  # it did not help: not again and again
        for member_id in due - before:
            try:
                await _settle(database, member_id, settle)
            except PASSING:
                raise
            except Exception as error:
                failed.add(member_id)
                LOG.error("not_settled", member=str(member_id), error=kind_of(error), at=place_of(error))
        before = due
    return len(failed)


def _check(failed: int) -> None:
    if failed:
        raise NotSettled(failed)


async def _settle(
    database: Database, member_id: UUID, settle: Callable[[Transaction, UUID], Awaitable[object]]
) -> None:
    async def once() -> None:
        async with database.transaction() as tx:
            await settle(tx, member_id)

    await retried(once)


async def prove_touched(database: Database, *, now: datetime, held: HeldPrograms) -> None:
    """Hold those against their books who were written to (R5)."""
    await held.load(database)
    await prover.prove_touched(database, now=now, programs=held.programs)


async def prove_everyone(database: Database, *, now: datetime, held: HeldPrograms) -> None:
    """A part of everybody at a time, so that nobody's proof is a day old (R5); and who disagreed, in every run."""
    await held.load(database)
    await prover.prove_due(database, now=now, programs=held.programs)


async def prove_rewards(database: Database, *, now: datetime, held: HeldPrograms) -> None:
    """The stock of rewards against what was taken of it (R31)."""
    await prover.prove_rewards(database)


async def prove_coupons(database: Database, *, now: datetime, held: HeldPrograms) -> None:
    """The stock, the budgets and the codes of coupons against what was issued of them (R31)."""
    await prover.prove_coupons(database)


async def touch_the_unproved(database: Database, *, now: datetime, held: HeldPrograms) -> None:
    """Have those proved who came into the database by another way than joining."""
    await prover.touch_the_unproved(database)


async def forget_kept_facts(database: Database, *, now: datetime, held: HeldPrograms) -> None:
    """Facts of who was not a member, and did not become one in time."""
    await forget_kept(database, now=now)


async def do_imports(database: Database, *, now: datetime, held: HeldPrograms) -> None:
    """Imports that staff started, one after the other: what was begun is gone on with (R19)."""
    await held.load(database)
    await imports.do_imports(database, programs=held.programs, now=now)


async def forget_imports(database: Database, *, now: datetime, held: HeldPrograms) -> None:
    """What imports of a month ago were told, and what is left of those that were killed."""
    await imports.forget_imports(database, now=now)


async def do_coupons(database: Database, *, now: datetime, held: HeldPrograms) -> None:
    """Coupons for many, and codes, that staff asked for: what was begun is gone on with."""
    await coupon_jobs.do_coupon_jobs(database, held=held, clock=going_on_from(now))


async def forget_invite_attempts(database: Database, *, now: datetime, held: HeldPrograms) -> None:
    """Attempts on invite codes that do not count any more."""
    await forget_attempts(database, now=now)


async def forget_tried_coupon_codes(database: Database, *, now: datetime, held: HeldPrograms) -> None:
    """Attempts on coupon codes that do not count any more."""
    await forget_coupon_attempts(database, now=now)


JOBS: tuple[Job, ...] = (
    Job("settle_the_idle", timedelta(minutes=1), settle_the_idle),
    Job("settle_coupons", timedelta(minutes=1), settle_coupons),
    Job("give_referral_coupons", timedelta(minutes=1), give_referral_coupons),
    Job("settle_tiers", timedelta(minutes=1), settle_tiers),
    Job("prove_touched", timedelta(seconds=15), prove_touched),
    Job("prove_everyone", timedelta(minutes=1), prove_everyone),
    Job("prove_rewards", timedelta(minutes=10), prove_rewards),
    Job("prove_coupons", timedelta(minutes=10), prove_coupons),
    Job("touch_the_unproved", timedelta(hours=1), touch_the_unproved),
    Job("do_imports", timedelta(seconds=2), do_imports, at_most=timedelta(minutes=3)),
    Job("do_coupons", timedelta(seconds=2), do_coupons, at_most=timedelta(minutes=3)),
    Job("forget_imports", timedelta(hours=1), forget_imports),
    Job("forget_done_events", timedelta(hours=1), forget_done_events),
    Job("forget_idempotency_keys", timedelta(hours=1), forget_idempotency_keys),
    Job("forget_kept_facts", timedelta(hours=1), forget_kept_facts),
    Job("forget_invite_attempts", timedelta(hours=1), forget_invite_attempts),
    Job("forget_tried_coupon_codes", timedelta(hours=1), forget_tried_coupon_codes),
)
