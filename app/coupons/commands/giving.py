"""Coupons that the program gives: for a tier, a check-in, an invitation; taken back when what they are for is undone.

What is to be given never fails because of it: of a coupon of which nothing is left, or that is not given any more,
nothing comes, and why is written for staff.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from app.coupons.queries.changes import LAST
from app.coupons.queries.given import coupons_for
from app.coupons.rows import coupon_of
from app.coupons.rules.coupon import state_at
from app.coupons.rules.kinds import CouponActor, CouponState, WhyNotGiven
from app.coupons.rules.refusals import CouponBudgetUsed, CouponNotClaimable, CouponOfferClosed, CouponsOutOfStock
from app.coupons.section import Way
from app.coupons.templates import Template
from app.db import Transaction
from app.errors import Overloaded, Refused
from app.points.rules.conditional import AGAIN

from .issuing import Because, Owner, issue
from .statements import INSERT_MISSED
from .steps import leave, take_back

WHY: Mapping[type, WhyNotGiven] = {
    CouponNotClaimable: WhyNotGiven.NOT_A_GIFT,
    CouponOfferClosed: WhyNotGiven.OFFER_CLOSED,
    CouponBudgetUsed: WhyNotGiven.BUDGET_USED,
    CouponsOutOfStock: WhyNotGiven.OUT_OF_STOCK,
    Overloaded: WhyNotGiven.BUDGET_AWAITED,
}
"""By what `issue` refuses or raises."""
TO_BE_TAKEN_BACK = frozenset((CouponState.ISSUED, CouponState.RESERVED, CouponState.REDEEMED))


def order_of_giving(template: Template | None) -> int:
    """Who gives several coupons in one transaction gives them in this order: two who give the same ones never wait for
    one another in a circle, for budget and stock of one before those of the next (R31)."""
    return -1 if template is None else template.id.int


async def give(
    tx: Transaction, *, member: Owner, template: Template | None, cause_id: UUID, rule: str, now: datetime
) -> UUID | None:
    """A coupon as a gift, once for each cause and rule (R5): its id; None: there is none to be had, or not in this
    minute: what it is for does not wait for money of coupons that have lapsed. Then nothing has moved, and why is
    written once. The member is locked; whatever else may be refused was refused before."""
    why = WhyNotGiven.NO_TEMPLATE
    if template is not None:
        because = Because(Way.GIFT, cause_id, rule)
        try:
            async with tx.savepoint():
                return await issue(tx, member=member, template=template, because=because, now=now)
        except (Refused, Overloaded) as refused:
            why = WHY[type(refused.answer if isinstance(refused, Refused) else refused)]
    await tx.run(INSERT_MISSED, member_id=member.id, id=tx.new_id(), program=member.program,
                 template=None if template is None else template.code, cause_id=cause_id, rule=rule, why=why.name,
                 missed_at=now)  # fmt: skip
    return None


async def follow(
    tx: Transaction,
    *,
    member: Owner,
    template: Template | None,
    cause_id: UUID,
    rule: str,
    is_due: bool,
    now: datetime,
) -> None:
    """Bring a coupon on a condition to where that is by now: met, so that the member has it, once in all; or not, or
    not any more: then it is taken back (see `steps.take_back`). Met once more, what was taken back is given again, by a
    rule of its own (R5), and what was used is as good as ever. What staff took back is not given again. The member is
    locked."""
    made = await coupons_for(tx, member.id, cause_id, rule=rule)
    last = made[-1] if made else None
    if not is_due:
        if last is not None and not last.is_undue and state_at(coupon_of(last), now) in TO_BE_TAKEN_BACK:
            await take_back(tx, member_id=member.id, coupon_id=last.id, now=now)
        return
    if last is not None and last.is_undue and last.state == CouponState.REDEEMED.name:
        await leave(tx, member_id=member.id, coupon_id=last.id, now=now)
    elif last is None or await _was_taken_back(tx, last.id, member_id=member.id):
        again = f"{rule}{AGAIN}{len(made) + 1}" if made else rule
        await give(tx, member=member, template=template, cause_id=cause_id, rule=again, now=now)


async def _was_taken_back(tx: Transaction, coupon_id: UUID, *, member_id: UUID) -> bool:
    """Because the condition was not met any more: at once, or when it was given back after that."""
    last = await tx.fetch(LAST, [(member_id, coupon_id)], None, 1)
    return any(step.to_state == CouponState.REVOKED.name and step.actor != CouponActor.STAFF.name for step in last)
