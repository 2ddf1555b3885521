"""Facts that were kept for a customer are credited: they have joined."""

from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy import bindparam, delete
from sqlmodel import col

from app.db import Transaction, Write
from app.errors import BadInput, Refused
from app.facts.models import KeptFactRow
from app.facts.queries import kept_facts
from app.facts.rules import FactKind, Report, ReportedOrder, ReportedRefund, report_kept
from app.members.commands import hold_member, lock_member
from app.programs.rules import Programs

from .activities import take_activity
from .orders import take_order
from .refunds import take_refund
from .whom import Member, is_active

LOG = structlog.get_logger()
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


async def credit_kept(
    tx: Transaction, *, programs: Programs, member: Member, joined_at: datetime, now: datetime
) -> Member:
    """Record what is kept of a customer as facts of the member that they are, in the order in which it happened; the
    member as they are then. The member is locked. What they joined too late for stays until it is forgotten.

    What cannot be recorded, because it was reported with other content since, is let go of; the log says so.
    """
    for row in await kept_facts(tx, member.customer_id, program=member.program):
        if joined_at >= row.kept_until:
            continue
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


async def credit_who_joined(
    tx: Transaction, *, programs: Programs, member_id: UUID, joined_at: datetime, now: datetime
) -> None:
    """A customer has joined: what is kept of them is credited, if they are a member still; nothing else is kept on."""
    member = await lock_member(tx, member_id=member_id)
    if is_active(member):
        await credit_kept(tx, programs=programs, member=member, joined_at=joined_at, now=now)
        await tx.run(FORGET_ALL, of_customer=member.customer_id, of_program=member.program)


async def _take(tx: Transaction, report: Report, *, programs: Programs, member: Member, now: datetime) -> None:
    if isinstance(report, ReportedOrder):
        await take_order(tx, programs=programs, member=member, order=report, now=now)
    elif isinstance(report, ReportedRefund):
        await take_refund(tx, programs=programs, member=member, refund=report, now=now)
    else:
        await take_activity(tx, programs=programs, member=member, activity=report, now=now)
