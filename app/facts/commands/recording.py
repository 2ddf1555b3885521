"""What other systems report: recorded for a member, kept for who may become one, or refused."""

from collections.abc import Awaitable
from datetime import datetime
from functools import partial
from typing import Protocol, TypeVar

from app.customers.rules import Identity
from app.db import Transaction
from app.errors import Refused
from app.facts.rules import (
    ALL,
    Brings,
    FactKept,
    OrderRecorded,
    RefundRecorded,
    Report,
    ReportedOrder,
    ReportedRefund,
    checked,
    checked_refund,
    facts_of,
    may_keep,
)
from app.facts.rules.activities import ActivityRecorded, ReportedActivity, checked_activity
from app.members.rules import NotMember
from app.programs.rules import Programs

from .activities import take_activity
from .crediting import credit_kept_of
from .kept import keep_for_joining
from .orders import take_order
from .refunds import take_refund
from .whom import Member, is_active, whom_it_is_about

R = TypeVar("R", covariant=True)


class Take(Protocol[R]):
    """Records a report for a member; None: it is not for them. They have left, and it is about nothing from before, or
    it is of before they joined."""

    def __call__(self, *, member: Member) -> Awaitable[R | None]: ...


async def record_order(
    tx: Transaction,
    *,
    programs: Programs,
    program: str,
    identity: Identity,
    order: ReportedOrder,
    whenever: bool = False,
    brings: Brings = ALL,
    now: datetime,
    registered_at: datetime | None = None,
) -> OrderRecorded | FactKept:
    """Take in that an order was paid, completed, or both (see `take_order`); with `whenever` also from before they
    joined. For history `now` is of then, and `registered_at` the present (R19): it is as if it had been recorded then,
    unless that is yet to come.

    May raise BadInput; may refuse: NotMember, FactConflict.
    """
    checked(order, now=now)
    told_at = None if registered_at is None else min(now, registered_at)
    take = partial(take_order, tx, programs=programs, order=order, whenever=whenever, brings=brings, now=now,
                   recorded_at=told_at)  # fmt: skip
    return await recorded(tx, take, programs=programs, program=program, identity=identity, report=order,
                          channel=order.channel, now=now, registered_at=registered_at)  # fmt: skip


async def record_refund(
    tx: Transaction, *, programs: Programs, program: str, identity: Identity, refund: ReportedRefund, now: datetime
) -> RefundRecorded | FactKept:
    """Take in that something of an order was refunded (see `take_refund`).

    May raise BadInput; may refuse: NotMember, FactConflict.
    """
    checked_refund(refund, now=now)
    take = partial(take_refund, tx, programs=programs, refund=refund, now=now)
    return await recorded(tx, take, programs=programs, program=program, identity=identity, report=refund, now=now)


async def record_activity(
    tx: Transaction, *, programs: Programs, program: str, identity: Identity, activity: ReportedActivity, now: datetime
) -> ActivityRecorded | FactKept:
    """Take in that a customer did something (see `take_activity`). May refuse: InvalidFact, NotMember, FactConflict."""
    checked_activity(activity, now=now)
    take = partial(take_activity, tx, programs=programs, activity=activity, now=now)
    return await recorded(tx, take, programs=programs, program=program, identity=identity, report=activity,
                          channel=activity.channel, now=now)  # fmt: skip


async def recorded(
    tx: Transaction,
    take: Take[R],
    *,
    programs: Programs,
    program: str,
    identity: Identity,
    report: Report,
    channel: str | None = None,
    now: datetime,
    registered_at: datetime | None = None,
) -> R | FactKept:
    """What `take` makes of the report for the member it is about. For who is none or has left it is kept, if the
    program keeps it. What was kept of the same before they joined is recorded first: whichever came first stands (R24).

    May refuse: NotMember, also for who was none when it happened; and whatever `take` refuses.
    """
    at = [fact.occurred_at for fact in facts_of(report)]
    whom = await whom_it_is_about(
        tx,
        programs=programs,
        program=program,
        identity=identity,
        at=at,
        channel=channel,
        now=now,
        registered_at=registered_at,
    )
    member = whom.member
    if member is not None and is_active(member) and may_keep(programs.by_code[program]):
        member = await credit_kept_of(tx, report, programs=programs, member=member, now=now)
    taken = await take(member=member) if member is not None else None
    if taken is not None:
        return taken
    if member is not None and is_active(member):
        raise Refused(NotMember(program))
    customer_id = whom.customer_id
    return await keep_for_joining(
        tx, programs=programs, program=program, customer_id=customer_id, report=report, now=now
    )
