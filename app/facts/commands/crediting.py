"""Facts that were kept for a customer are credited: they have joined."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, delete
from sqlmodel import col

from app.db import Transaction, Write
from app.errors import BadInput, Refused
from app.facts.events import KeptFactsRemain
from app.facts.models import KeptFactRow
from app.facts.queries import kept_facts, kept_of_report
from app.facts.rules import FactKind, Report, ReportedOrder, ReportedRefund, report_kept
from app.logs import Log
from app.members.commands import hold_member, lock_member
from app.outbox import tell
from app.programs.rules import Programs

from .activities import take_activity
from .orders import take_order
from .refunds import take_refund
from .whom import Member, is_active

LOG = Log(__name__)
AT_ONCE = 200
"""Facts credited in one transaction, for which the member is locked: some seconds."""
FORGET: Write[KeptFactRow] = Write(
    KeptFactRow,
    delete(KeptFactRow).where(
        col(KeptFactRow.customer_id) == bindparam("of_customer"), col(KeptFactRow.id) == bindparam("of_fact")
    ),
)
FORGET_ALL: Write[KeptFactRow] = Write(
    KeptFactRow,
    delete(KeptFactRow).where(
        col(KeptFactRow.customer_id) == bindparam("of_customer"), col(KeptFactRow.program) == bindparam("of_program")
    ),
)


async def credit_kept_of(
    tx: Transaction, report: Report, *, programs: Programs, member: Member, now: datetime
) -> Member:
    """Record what is kept of the same fact or order as a report, before that is: whichever came first stands (R24).
    The member as they are then; they are locked. The rest is left to the reaction to their joining."""
    rows = await kept_of_report(tx, member.customer_id, program=member.program, report=report)
    in_time = [row for row in rows if member.member_since < row.kept_until]
    return await _credit(tx, in_time, programs=programs, member=member, now=now)


async def credit_who_joined(tx: Transaction, *, programs: Programs, member_id: UUID, now: datetime) -> None:
    """A customer has joined: what is kept of them is credited by when they did, if they are a member still; nothing
    else is kept on. What is too much for one transaction has its own event: `KeptFactsRemain`."""
    member = await lock_member(tx, member_id=member_id)
    if not is_active(member):
        return
    rows = await kept_facts(
        tx, member.customer_id, program=member.program, since=member.member_since, limit=AT_ONCE + 1
    )
    await _credit(tx, rows[:AT_ONCE], programs=programs, member=member, now=now)
    if len(rows) > AT_ONCE:
        await tell(tx, member_id=member_id, event=KeptFactsRemain(member_id), now=now)
    else:
        await tx.run(FORGET_ALL, of_customer=member.customer_id, of_program=member.program)


async def _credit(
    tx: Transaction, rows: Sequence[KeptFactRow], *, programs: Programs, member: Member, now: datetime
) -> Member:
    """What cannot be recorded, because it was reported with other content since, is let go of; the log says so."""
    for row in rows:
        try:
            async with tx.savepoint():
                report = report_kept(FactKind[row.kind], row.content)
                await _take(tx, report, programs=programs, member=member, now=now)
        except (Refused, BadInput) as error:
            what = error.answer if isinstance(error, Refused) else error
            LOG.error("kept_fact_not_credited", member=str(member.id), fact=str(row.id), error=type(what).__name__)
        await tx.run(FORGET, of_customer=member.customer_id, of_fact=row.id)
        member = await hold_member(tx, member_id=member.id) or member
    return member


async def _take(tx: Transaction, report: Report, *, programs: Programs, member: Member, now: datetime) -> None:
    """Whenever it was: what is kept says itself until when it counts."""
    if isinstance(report, ReportedOrder):
        await take_order(tx, programs=programs, member=member, order=report, whenever=True, now=now)
    elif isinstance(report, ReportedRefund):
        await take_refund(tx, programs=programs, member=member, refund=report, whenever=True, now=now)
    else:
        await take_activity(tx, programs=programs, member=member, activity=report, whenever=True, now=now)
