"""Keeping facts of those who are not members, until they join or it is too late."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, delete
from sqlmodel import col

from app.customers.commands import lock_customer
from app.db import Database, Transaction, Write, insert_of
from app.errors import Refused
from app.facts.models import KeptFactRow
from app.facts.queries import activity_digest, kept_of_report, kept_overdue
from app.facts.rules import (
    FactConflict,
    FactKept,
    Report,
    ReportedOrder,
    ReportedRefund,
    ToKeep,
    facts_of,
    kept_until,
)
from app.members.queries import member_of_customer
from app.members.rules import NotMember
from app.programs.rules import Programs

from .claiming import claim_for, claim_order, claim_refund
from .whom import is_active, is_kept

LEEWAY = timedelta(days=1)
"""Facts are deleted so much later than they need to be: until then, who joined in time has been credited."""
AT_ONCE = 500
FIRST = UUID(int=0)
INSERT = insert_of(KeptFactRow)
FORGET: Write[KeptFactRow] = Write(
    KeptFactRow,
    delete(KeptFactRow).where(
        col(KeptFactRow.customer_id) == bindparam("of_customer"),
        col(KeptFactRow.program) == bindparam("of_program"),
        col(KeptFactRow.kept_until) <= bindparam("before"),
    ),
)


async def keep_for_joining(
    tx: Transaction, *, programs: Programs, program: str, customer_id: UUID, report: Report, now: datetime
) -> FactKept:
    """Keep the facts of a report; those that are kept already stay as they are (R24).

    The customer or, if they have left, the member is locked (see `whom_it_is_about`). May refuse: NotMember, they are
    not kept (any more); FactConflict, one is with other content, or another customer's.
    """
    facts = facts_of(report)
    if not is_kept(programs, program, at=[fact.occurred_at for fact in facts], now=now):
        raise Refused(NotMember(program))
    await _claim(tx, report, program=program, customer_id=customer_id)
    kept = await kept_of_report(tx, customer_id, program=program, report=report)
    before = {(row.kind, row.source, row.external_id): row for row in kept}
    ends: list[datetime] = []
    for fact in facts:
        known = before.get((fact.kind.name, fact.source, fact.external_id))
        if known is not None and known.digest != fact.digest:
            raise Refused(FactConflict(fact.source, fact.external_id))
        if known is not None:
            ends.append(known.kept_until)
        else:
            ends.append(await _keep(tx, fact, programs=programs, program=program, customer_id=customer_id, now=now))
    return FactKept(min(ends))


async def _claim(tx: Transaction, report: Report, *, program: str, customer_id: UUID) -> None:
    """As it is claimed when it is recorded."""
    source, external_id = report.source, report.external_id
    conflict = FactConflict(source, external_id)
    if isinstance(report, ReportedOrder):
        await claim_order(tx, program=program, source=source, order=external_id, customer_id=customer_id,
                          conflict=conflict)  # fmt: skip
    elif isinstance(report, ReportedRefund):
        await claim_refund(tx, program=program, source=source, order=report.order, refund=external_id,
                           customer_id=customer_id)  # fmt: skip
    else:
        digest = activity_digest(program, kind=report.kind, source=source, external_id=external_id)
        await claim_for(tx, kind="activity", digest=digest, customer_id=customer_id, conflict=conflict)


async def _keep(
    tx: Transaction, fact: ToKeep, *, programs: Programs, program: str, customer_id: UUID, now: datetime
) -> datetime:
    until = kept_until(fact.occurred_at, version=programs.at(program, fact.occurred_at))
    if until is None:
        raise TypeError("it is not kept")
    await tx.run(
        INSERT,
        customer_id=customer_id,
        id=tx.new_id(),
        program=program,
        kind=fact.kind.name,
        source=fact.source,
        external_id=fact.external_id,
        occurred_at=fact.occurred_at,
        digest=fact.digest,
        content=fact.content,
        kept_until=until,
        recorded_at=now,
    )
    return until


async def forget_kept(database: Database, *, now: datetime) -> None:
    """Delete what nobody can be credited with any more, a customer's in a transaction: it may stop anywhere.

    Whoever is a member is left alone: what they joined in time for is theirs, whenever they are credited with it. Keys
    in `unique_keys` stay: they are the same customer's if the same is reported again.
    """
    before, after = now - LEEWAY, FIRST
    while found := await kept_overdue(database, before=before, after=after, limit=AT_ONCE):
        for row in found:
            await _forget(database, row.customer_id, row.program, before)
        after = found[-1].customer_id


async def _forget(database: Database, customer_id: UUID, program: str, before: datetime) -> None:
    async with database.transaction() as tx:
        await lock_customer(tx, customer_id=customer_id)
        member = await member_of_customer(tx, program=program, customer_id=customer_id)
        if member is None or not is_active(member):
            await tx.run(FORGET, of_customer=customer_id, of_program=program, before=before)
