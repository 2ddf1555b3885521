"""A member's coupons while something is done with them: settled first, and written with their history at the end.

The member is locked. Money goes back to budgets, and is taken from them, in the order of the templates' ids, and before
any stock: so two who do several of these at once never wait for one another in a circle.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from app.coupons.rows import change_of, coupon_of, kept_of
from app.coupons.rules.coupon import Coupon, Order, Taken, settled
from app.db import Transaction

from .statements import DUE, DUE_OR_OF_ORDER, INSERT_CHANGE, KEEP

FEW = 2
"""Coupons that go with the rest in one statement; more go by one of their own."""


@dataclass
class Wallet:
    """Coupons of a member, as they were read and as they are by now."""

    member_id: UUID
    now: datetime
    read: dict[UUID, Coupon] = field(default_factory=dict[UUID, Coupon])
    coupons: dict[UUID, Coupon] = field(default_factory=dict[UUID, Coupon])
    steps: list[tuple[UUID, Taken]] = field(default_factory=list[tuple[UUID, Taken]])
    """With their ids."""

    def know(self, tx: Transaction, coupon: Coupon) -> None:
        """One that was read, as it is by now (R2)."""
        self.read[coupon.id] = coupon
        self.coupons[coupon.id], steps = settled(coupon, now=self.now)
        self.steps.extend((tx.new_id(), step) for step in steps)

    def take(self, tx: Transaction, after: Coupon, step: Taken) -> UUID:
        """A step of one of them, and what it is from then on: the id of the step."""
        step_id = tx.new_id()
        self.coupons[after.id] = after
        self.steps.append((step_id, step))
        return step_id

    def restocked(self) -> list[Coupon]:
        """Those of which a piece goes back into the stock."""
        return [
            coupon for key, coupon in self.coupons.items() if coupon.is_restocked and not self.read[key].is_restocked
        ]

    def freed(self) -> Counter[UUID]:
        """What comes back to budgets, by the template."""
        money = Counter[UUID]()
        for key, coupon in self.coupons.items():
            money[coupon.template_id] += self.read[key].set_aside - coupon.set_aside
        return +money


async def settled_wallet(
    tx: Transaction, *, member_id: UUID, coupon_id: UUID | None = None, order: Order | None = None, now: datetime
) -> Wallet:
    """The member's coupons of which time has made something (R2), the one that is meant, if they have it, and those of
    an order. Nothing is written yet."""
    wallet = Wallet(member_id, now)
    if order is None:
        rows = await tx.run(DUE, of_member=member_id, of_coupon=coupon_id, now=now)
    else:
        rows = await tx.run(DUE_OR_OF_ORDER, of_member=member_id, of_coupon=coupon_id, of_order=order.id,
                            of_source=order.source, now=now)  # fmt: skip
    for row in rows:
        wallet.know(tx, coupon_of(row))
    return wallet


async def keep(tx: Transaction, wallet: Wallet) -> None:
    """Write what became of them, but for budgets and stock."""
    changed = [coupon for key, coupon in wallet.coupons.items() if coupon != wallet.read[key]]
    await _write(tx, changed, [change_of(step, member_id=wallet.member_id, id=key) for key, step in wallet.steps])


async def _write(tx: Transaction, changed: Sequence[Coupon], steps: Sequence[dict[str, object]]) -> None:
    if len(changed) > FEW:
        await tx.run_many(KEEP, [kept_of(coupon) for coupon in changed])
        await tx.run_many(INSERT_CHANGE, steps)
        return
    for coupon in changed:
        tx.later(KEEP, **kept_of(coupon))
    for step in steps:
        tx.later(INSERT_CHANGE, **step)
