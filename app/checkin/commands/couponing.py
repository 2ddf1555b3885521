"""The coupons that a day brings, in the transaction in which it is entered (R5, R29)."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from app.coupons.commands import Whose, give, order_of_giving
from app.coupons.templates import template_by_code
from app.db import Transaction
from app.programs.rules import Programs


async def give_coupons(
    tx: Transaction, *, member: Whose, due: Iterable[tuple[UUID, str, str]], programs: Programs, now: datetime
) -> None:
    """By day, rule and template. A day counts whatever there is left: where nothing is left of a template, or it is not
    given any more, there is no coupon, and there will be none for that day."""
    brought = [
        (template_by_code(programs, member.program, code, member_id=member.id, now=now), day_id, rule)
        for day_id, rule, code in due
    ]
    for template, day_id, rule in sorted(brought, key=lambda each: order_of_giving(each[0])):
        await give(tx, member=member, template=template, cause_id=day_id, rule=rule, now=now)
