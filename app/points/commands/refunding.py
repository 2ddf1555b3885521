"""Taking back what an order earned, because it was refunded."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from app.db import Transaction
from app.points.rules import Books, Cause
from app.points.rules.reversing import take_back as take_back_in
from app.points.section import ClawBack

from .ledger import load_all, load_lots_of
from .settling import settle_due


async def take_back(
    tx: Transaction,
    *,
    account: Books,
    order_id: UUID,
    refund_id: UUID,
    targets: Mapping[str, int],
    policy: ClawBack,
    now: datetime,
) -> int:
    """Take back of what an order earned up to `targets`: by rule, what all its refunds so far come to (R10, R11).

    `policy` is that of the version by which it earned. Where only pending points are taken back, `targets` are what
    the refunds before the points' activation come to (R25). How many points were taken back now.
    """
    lots = await load_lots_of(tx, account, cause=Cause.ORDER.name, cause_id=order_id)
    if not any(targets.get(lot.rule) for lot in lots):
        return 0
    await load_all(tx, account)
    taken = take_back_in(account, lots, refund_id=refund_id, targets=targets, policy=policy, now=now)
    await settle_due(tx, account, now=now)
    return taken
