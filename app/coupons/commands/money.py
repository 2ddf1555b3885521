"""What coupons may take off together: set aside when one is issued, given back when it was not used (R31)."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from app.coupons.queries.stock import lapsed_of
from app.coupons.rules.refusals import CouponBudgetUsed
from app.coupons.templates import Template
from app.db import Transaction
from app.errors import Overloaded, Refused

from .filling import fill_budget
from .statements import PUT_MONEY_BACK, TAKE_MONEY

LAPSED = "Money of coupons that have expired is about to come back to the budget. Try again in a minute."


async def move_money(
    tx: Transaction, freed: Mapping[UUID, int], *, template: Template | None = None, now: datetime
) -> None:
    """Put back what is free, by the template, and set aside what a coupon of `template` may take off.

    In the order of the templates' ids: two who do this for several at once never wait for one another in a circle.
    May refuse: CouponBudgetUsed, and what was moved is undone with it. May raise Overloaded (see `_set_aside`).
    """
    taking = template if template is not None and template.face else None
    for template_id in sorted({*freed, *(() if taking is None else (taking.id,))}):
        if freed.get(template_id):
            tx.later(PUT_MONEY_BACK, of_template=template_id, money=freed[template_id])
        if taking is not None and taking.id == template_id:
            await _set_aside(tx, taking, now=now)


async def _set_aside(tx: Transaction, template: Template, *, now: datetime) -> None:
    """May refuse: CouponBudgetUsed. May raise Overloaded: what coupons had set aside until their time had passed is the
    budget's again (R2), but nobody has settled them yet. They are other members', so the job must do it; a refusal
    would be kept, and told again to whoever tries again when it is there (R36)."""
    is_filled = False
    while not await tx.run(TAKE_MONEY, of_template=template.id, money=template.face):
        if is_filled:
            raise Refused(CouponBudgetUsed(template.program, template.code))
        is_filled = not await fill_budget(tx, template)  # by another, maybe, since we looked: so once more
        if is_filled and await lapsed_of(tx, [template.id], now=now):
            raise Overloaded(LAPSED)
