"""What refunds of an order take back of its points (R10, R11)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from app.db import Transaction
from app.facts.queries import lines_of_orders, lines_of_refunds, refunds_of_orders
from app.facts.rows import line_of, refund_of
from app.facts.rules import KnownOrder, KnownRefund, Line, RefundedOrder, points_to_take_back
from app.points import commands as points
from app.points.commands import load_lots_of
from app.points.rules import Cause, lifetime
from app.points.section import PointsSection
from app.programs.rules import ProgramVersion


@dataclass(frozen=True)
class Reversal:
    """A paid order, the refunds of it that are known, and the version by which it earned (R25)."""

    order: KnownOrder
    refunded: RefundedOrder
    version: ProgramVersion

    @property
    def activates_at(self) -> datetime | None:
        """When the order's points become active, if it is known."""
        section = self.version.section(PointsSection)
        return lifetime(self.order.completed_at, section=section, zone=self.version.zone)[0]


async def refunded_order(tx: Transaction, order: KnownOrder) -> RefundedOrder:
    """A paid order's lines, and the refunds of it."""
    (lines,) = await lines_of_orders(tx, [(order.member_id, order.id)])
    return RefundedOrder([line_of(line) for line in lines], await _refunds_of(tx, order))


async def refunded_before(tx: Transaction, before: KnownOrder | None, *, lines: Sequence[Line]) -> RefundedOrder:
    """An order that is reported with these lines, unless it is paid already, and the refunds of it that came first."""
    if before is None:
        return RefundedOrder(lines, ())
    if before.paid_at is None:
        return RefundedOrder(lines, await _refunds_of(tx, before))
    return await refunded_order(tx, before) if before.refunded else RefundedOrder((), ())


async def _refunds_of(tx: Transaction, order: KnownOrder) -> list[KnownRefund]:
    """The refunds of an order, in the order in which they were recorded."""
    (rows,) = await refunds_of_orders(tx, [(order.member_id, order.id)])
    lines = await lines_of_refunds(tx, [(row.member_id, row.id) for row in rows]) if rows else []
    return [refund_of(row, theirs) for row, theirs in zip(rows, lines, strict=True)]


async def targets_of(tx: Transaction, *, account: points.Books, reversal: Reversal) -> Mapping[str, int]:
    """By rule, what the refunds of an order come to in points, of those that it has earned."""
    order = reversal.order
    lots = await load_lots_of(tx, account, cause=Cause.ORDER.name, cause_id=order.id)
    return points_to_take_back(
        reversal.refunded,
        earned={lot.rule: lot.earned for lot in lots},
        section=reversal.version.section(PointsSection),
        activates_at=reversal.activates_at,
    )


async def take_back_all(tx: Transaction, *, account: points.Books, reversal: Reversal, now: datetime) -> None:
    """Points of an order that was refunded before it was paid: each refund takes what it would have taken."""
    refunds = reversal.refunded.refunds
    for number, refund in enumerate(refunds, 1):
        until = replace(reversal, refunded=reversal.refunded.up_to(number))
        await take_back(tx, account=account, reversal=until, refund_id=refund.id, now=now)


async def take_back(
    tx: Transaction, *, account: points.Books, reversal: Reversal, refund_id: UUID, now: datetime
) -> None:
    """Points that a refund takes back, the last of those in `reversal` (R10)."""
    await points.take_back(
        tx,
        account=account,
        order_id=reversal.order.id,
        refund_id=refund_id,
        targets=await targets_of(tx, account=account, reversal=reversal),
        policy=reversal.version.section(PointsSection).refunds.claw_back,
        now=now,
    )
