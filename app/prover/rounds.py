"""Going round in the background: who was touched, who disagrees, and whose proof is oldest.

All that is left to do is in rows, so a run may end anywhere and the next goes on; who is proved twice does no harm.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
from prometheus_client import Counter

from app.coupons.proving_stock import prove_template
from app.coupons.queries.proving import every_template
from app.db import Database
from app.db.faults import LASTING
from app.failures import kind_of, place_of
from app.logs import Log
from app.members.commands import forget_touches, hold_member, touch_members
from app.members.proving import Mismatch
from app.members.queries import members_after, members_by_id, touches_after
from app.members.rules import Touch
from app.programs.queries import newest_numbers
from app.programs.rules import Programs
from app.rewards.proving_stock import prove_reward
from app.rewards.queries.proving import every_reward

from .books import mismatches_of
from .commands import forget_proofs, keep_agreeing, keep_confirmed
from .proof import AT_ONCE, BEFORE_ALL
from .queries import disagreeing, disagreeing_among, proved_among, proved_longest_ago

LOG = Log(__name__)
TOUCHES_AT_ONCE = 500
MOST_TOUCHES = 20_000
"""In one run; what is left is the next run's."""
DUE_AFTER = timedelta(hours=20)
"""Everybody's proof is renewed within a day, also when a worker was away for hours."""
MOST_DUE = 10_000
MOST_DISAGREEING = 100
"""Proved anew in every run: who was mended is cleared soon."""
LOOKED_AT_ONCE = 1_000
SLOW: tuple[type[Exception], ...] = (*LASTING, asyncpg.LockNotAvailableError)
"""A member or a reward with too much to be read in time, or a member on whose lock somebody sits: the others can be
proved all the same."""

PROVED = Counter("prover_members_proved", "Members who were held against their books by this process.")
STOCK = Counter("prover_stock_mismatches", "Findings of stock that is not what was taken of it; again at each look.")

Touched = Mapping[UUID, Sequence[Touch]]
"""Members to prove, and the touches that are done with it."""


class NotProved(Exception):
    """Some members, rewards or templates could not be proved; the log says which and why."""


async def prove_touched(database: Database, *, now: datetime, programs: Programs) -> None:
    """Prove who was touched, the longest ago first. A touch is taken away with the proof that came after it.

    Whoever cannot be proved does not hold up the others. May raise NotProved, and what the database raises.
    """
    after, done, failed = BEFORE_ALL, 0, set[UUID]()
    while done < MOST_TOUCHES:
        touches = await touches_after(database, after, limit=TOUCHES_AT_ONCE)
        touched: defaultdict[UUID, list[Touch]] = defaultdict(list)
        for touch in touches:
            touched[touch.member_id].append(touch)
        failed |= await _prove_all(database, touched, now, programs)
        if len(touches) < TOUCHES_AT_ONCE:  # who is touched meanwhile is for the next run: this one comes to an end
            break
        done, after = done + len(touches), touches[-1].id
    if failed:
        raise NotProved(len(failed))


async def prove_due(database: Database, *, now: datetime, programs: Programs) -> None:
    """Prove anew who disagreed at the last proof, and everybody whose last proof is 20 hours old, the oldest first.

    Whoever cannot be proved does not hold up the others. May raise NotProved, and what the database raises.
    """
    codes = [row.program for row in await newest_numbers(database)]
    suspects = await disagreeing(database, codes, before=now, limit=MOST_DISAGREEING)
    failed = await _prove_all(database, dict.fromkeys(suspects, ()), now, programs)
    before, done = now - DUE_AFTER, 0
    while done < MOST_DUE:
        due = await proved_longest_ago(database, codes, before=before, limit=AT_ONCE + len(failed))
        left = [member_id for member_id in due if member_id not in failed]
        if not left:
            break
        failed |= await _prove_all(database, dict.fromkeys(left, ()), now, programs)
        done += len(left)
    if failed:
        raise NotProved(len(failed))


async def touch_the_unproved(database: Database) -> None:
    """Have those proved of whom there is no proof at all: joining touches, but not everything that is in a database
    was written by us."""
    after = BEFORE_ALL
    while page := await members_after(database, after, limit=LOOKED_AT_ONCE, columns=frozenset()):
        ids = [member.id for member in page]
        proved = await proved_among(database, ids)
        async with database.transaction() as tx:
            await touch_members(tx, [member_id for member_id in ids if member_id not in proved])
        after = ids[-1]


async def prove_rewards(database: Database) -> None:
    """Hold the stock of every reward against what was taken of it (R31); told each time, until somebody mends it.

    One that cannot be proved does not hold up the others. May raise NotProved, and what the database raises.
    """
    failed = 0
    for reward_id in await every_reward(database):
        try:
            found = await prove_reward(database, reward_id)
        except SLOW as error:
            LOG.error("stock_not_proved", reward=str(reward_id), error=kind_of(error), at=place_of(error))
            failed += 1
            continue
        STOCK.inc(len(found))
        for mismatch in found:
            LOG.error("stock_disagrees", reward=str(mismatch.reward_id), bucket=mismatch.bucket, what=mismatch.what,
                      expected=str(mismatch.expected), found=str(mismatch.found))  # fmt: skip
    if failed:
        raise NotProved(failed)


async def prove_coupons(database: Database) -> None:
    """Hold the stock, the budget and the codes of every coupon template against its coupons (R31); likewise."""
    failed = 0
    for template_id in await every_template(database):
        try:
            found = await prove_template(database, template_id)
        except SLOW as error:
            LOG.error("stock_not_proved", template=str(template_id), error=kind_of(error), at=place_of(error))
            failed += 1
            continue
        STOCK.inc(len(found))
        for mismatch in found:
            LOG.error("stock_disagrees", template=str(template_id), what=mismatch.what,
                      expected=str(mismatch.expected), found=str(mismatch.found))  # fmt: skip
    if failed:
        raise NotProved(failed)


async def _prove_all(database: Database, touched: Touched, now: datetime, programs: Programs) -> set[UUID]:
    """In pages; gives those who could not be proved."""
    ids, failed = list(touched), set[UUID]()
    for start in range(0, len(ids), AT_ONCE):
        page = {member_id: touched[member_id] for member_id in ids[start : start + AT_ONCE]}
        failed |= await _prove_page(database, page, now, programs)
    return failed


async def _prove_page(database: Database, touched: Touched, now: datetime, programs: Programs) -> set[UUID]:
    """If it does not work for all of them together, then one by one."""
    try:
        await _prove(database, touched, now, programs)
    except SLOW as error:
        if len(touched) == 1:
            (member_id,) = touched
            LOG.error("not_proved", member=str(member_id), error=kind_of(error), at=place_of(error))
            return {member_id}
    else:
        return set()
    return {each for one in touched.items() for each in await _prove_page(database, dict((one,)), now, programs)}


async def _prove(database: Database, touched: Touched, now: datetime, programs: Programs) -> None:
    """Those who agree are written down together; the others each under their own lock, and those who disagreed
    before: so a finding is only ever replaced by a later one."""
    found = await members_by_id(database, list(touched))
    members = {member.id: member for member in found if member is not None}
    disagree = await mismatches_of(database, list(members.values()), now=now, programs=programs)
    suspects = {each.member_id for each in disagree} | await disagreeing_among(database, list(members))
    async with database.transaction() as tx:
        await keep_agreeing(tx, [member for key, member in members.items() if key not in suspects], now=now)
        await forget_proofs(tx, touched.keys() - members.keys())
        await forget_touches(tx, [each for key in touched.keys() - suspects for each in touched[key]])
    for suspect in suspects:
        await _confirm(database, suspect, touched[suspect], now, programs)
    PROVED.inc(len(members))


async def _confirm(
    database: Database, member_id: UUID, touches: Sequence[Touch], now: datetime, programs: Programs
) -> None:
    """Prove a member while nobody writes, and tell what was not known to disagree."""
    async with database.transaction() as tx:
        member = await hold_member(tx, member_id=member_id)
        if member is None:
            return
        found = await mismatches_of(tx, [member], now=now, programs=programs)
        new = await keep_confirmed(tx, member=member, found=found, now=now)
        await forget_touches(tx, touches)
    if new:
        _tell(new[0], number=len(found))


def _tell(mismatch: Mismatch, *, number: int) -> None:
    """Once, when it is found: as long as it lasts there is the gauge, and the list for staff."""
    LOG.error("books_disagree", member=str(mismatch.member_id), mismatches=number, what=mismatch.what,
              expected=str(mismatch.expected), found=str(mismatch.found))  # fmt: skip
