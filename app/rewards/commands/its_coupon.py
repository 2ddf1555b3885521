"""The coupon of a redemption: issued with it, and taken back with it (R35)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.coupons.commands import Because, issue, take_back
from app.coupons.queries.shown_coupons import coupons_by_id
from app.coupons.rules.coupon_shown import state_now
from app.coupons.section import Way
from app.coupons.templates import Template
from app.db import Transaction
from app.rewards.queries.coupons import STATE
from app.rewards.rules.life import ItsCouponNow
from app.tiers import commands as tiers


async def issue_coupon(
    tx: Transaction, *, member: tiers.Row, template: Template | None, redemption_id: UUID, now: datetime
) -> UUID | None:
    """None: the reward is no coupon. May refuse: CouponsOutOfStock, CouponBudgetUsed."""
    if template is None:
        return None
    because = Because(Way.REWARD, redemption_id, template.code)
    return await issue(tx, member=member, template=template, because=because, now=now)


async def its_coupon_now(tx: Transaction, redemption: Any, *, now: datetime) -> ItsCouponNow | None:
    """What it has become by now (R2); None: the redemption has none."""
    if redemption.coupon_id is None:
        return None
    (row,) = await coupons_by_id(tx, [(redemption.member_id, redemption.coupon_id)], columns=STATE)
    if row is None:
        raise LookupError("a coupon vanished")
    return ItsCouponNow(state_now(row, now=now), row.code_shown_at is not None)


async def take_coupon_back(tx: Transaction, redemption: Any, *, now: datetime) -> None:
    """With what it took of the stock and the budget: at once, if it is unused; if it was used, should it be given
    back. Whoever lets a redemption be given back all the same has looked at that."""
    if redemption.coupon_id is not None:
        await take_back(tx, member_id=redemption.member_id, coupon_id=redemption.coupon_id, now=now)
