"""A refund of a member's order, and all that it takes back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlmodel import col

from app.db import Transaction, Write, insert_of
from app.errors import Refused
from app.facts.models import FactRow, RefundLineRow
from app.facts.rules import (
    FactConflict,
    FactKind,
    KnownOrder,
    RefundRecorded,
    ReportedRefund,
    refunded_in,
)
from app.points import commands as points
from app.programs.rules import Programs
from app.tiers import commands as tiers

from .claiming import claim_refund
from .growing import shrink_by_refund
from .invited import tell_of_order
from .keeping import INSERT_FACT, keep_order, known_order
from .reversing import Reversal, refunded_order, take_back
from .whom import Member, counts_for, is_active

INSERT_REFUND_LINE = insert_of(RefundLineRow)
REFUND: Write[FactRow] = Write(
    FactRow,
    select(FactRow).where(
        col(FactRow.member_id) == bindparam("of_member"),
        col(FactRow.kind) == FactKind.REFUND.name,
        col(FactRow.source) == bindparam("of_source"),
        col(FactRow.external_id) == bindparam("of_external_id"),
    ),
)


async def take_refund(
    tx: Transaction,
    *,
    programs: Programs,
    member: Member,
    refund: ReportedRefund,
    whenever: bool = False,
    now: datetime,
) -> RefundRecorded | None:
    """Take in that something of a member's order was refunded, before or after that is paid and completed (R25).

    It takes back its part of the points (R10, R11) and of the growth (R15), if the order has brought them; else that
    is done when it does. The member is locked. None: the order was not known before, and they have left or, but for
    `whenever`, it was before they joined (see `counts_for`). May refuse: FactConflict. May raise Overloaded.
    """
    standing = await tiers.settled_standing(tx, member=member, programs=programs, now=now)
    # Settled first, so that what was due by now is entered before the refund and not with it (R2); opened again after
    # growth was taken back, because a gift may have been revoked in between.
    await points.settled_account(tx, member_id=member.id, now=now)
    known = await _known(tx, member=member, refund=refund)
    if known is not None:
        return known
    before = await known_order(tx, member_id=member.id, source=refund.source, external_id=refund.order)
    counts = is_active(member) and (whenever or counts_for(member, programs=programs, at=[refund.refunded_at]))
    if before is None and not counts:
        return None
    currency = programs.for_member(member.program, member.id).at(now).currency
    order = before or KnownOrder(member.id, tx.new_id(), refund.source, refund.order, currency)
    if before is None:
        await keep_order(tx, is_first=True, order=order, now=now)
    refund_id = await _keep(tx, order=order, refund=refund, now=now)
    if order.program_version is None:
        return RefundRecorded(member.id, order.id, refund_id, 0, order.currency)
    version = programs.version(member.program, order.program_version)
    reversal = Reversal(order, await refunded_order(tx, order), version)
    after = refunded_in(order, refunds=reversal.refunded)
    await keep_order(tx, is_first=False, order=after, now=now)
    await shrink_by_refund(tx, member=standing, reversal=reversal, refund_id=refund_id, programs=programs, now=now)
    account = await points.settled_account(tx, member_id=member.id, now=now)  # a gift revoked pays for nothing else
    await take_back(tx, account=account, reversal=reversal, refund_id=refund_id, now=now)
    await tell_of_order(tx, member=member, order=order, now=now)
    return RefundRecorded(member.id, order.id, refund_id, after.refunded, order.currency)


async def _known(tx: Transaction, *, member: Member, refund: ReportedRefund) -> RefundRecorded | None:
    """What came of the refund when it was first reported, if it was. May refuse: FactConflict, it was told otherwise
    then, or it or its order is another customer's (R24)."""
    is_new = await claim_refund(tx, program=member.program, source=refund.source, order=refund.order,
                                refund=refund.external_id, customer_id=member.customer_id)  # fmt: skip
    if is_new:
        return None
    found = await tx.run(REFUND, of_member=member.id, of_source=refund.source, of_external_id=refund.external_id)
    if not found:
        return None
    order = await known_order(tx, member_id=member.id, source=refund.source, external_id=refund.order)
    if found[0].digest != refund.digest or order is None:
        raise Refused(FactConflict(refund.source, refund.external_id))
    return RefundRecorded(member.id, order.id, found[0].id, order.refunded, order.currency, replayed=True)


async def _keep(tx: Transaction, *, order: KnownOrder, refund: ReportedRefund, now: datetime) -> UUID:
    fact_id = tx.new_id()
    await tx.run(
        INSERT_FACT,
        member_id=order.member_id,
        id=fact_id,
        kind=FactKind.REFUND.name,
        source=refund.source,
        external_id=refund.external_id,
        order_id=order.id,
        occurred_at=refund.refunded_at,
        digest=refund.digest,
        channel=None,
        recorded_at=now,
        credited_by=None,
    )
    rows = [
        {
            "member_id": order.member_id,
            "id": tx.new_id(),
            "order_id": order.id,
            "fact_id": fact_id,
            "number": line.number,
            "amount": line.amount,
            "currency": order.currency,
        }
        for line in refund.lines
    ]
    await tx.run_many(INSERT_REFUND_LINE, rows)
    return fact_id
