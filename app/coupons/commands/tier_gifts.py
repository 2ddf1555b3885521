"""Coupons that are given for reaching a tier follow what tiers say of the gift (R15, R16)."""

from datetime import datetime
from uuid import UUID

from app.coupons.templates import template_by_code
from app.db import Transaction
from app.members.commands import lock_member
from app.programs.rules import Programs
from app.tiers.queries.gifts import gift_of_member
from app.tiers.rules.gifts import gift_rule

from .giving import follow


async def follow_tier_gift(
    tx: Transaction, *, programs: Programs, member_id: UUID, gift_id: UUID, now: datetime
) -> None:
    """Give the coupon of a gift, or take it back as far as it is unused: as the gift is by now, not as it was told, so
    that told twice, or late, it comes to the same. Where nothing is left of the template nothing comes of it."""
    member = await lock_member(tx, member_id=member_id)
    gift = await gift_of_member(tx, member_id, gift_id)
    if gift is None or gift.coupon is None:
        return
    template = template_by_code(programs, member.program, gift.coupon, member_id=member_id, now=now)
    await follow(tx, member=member, template=template, cause_id=gift_id, rule=gift_rule(gift.tier),
                 is_due=gift.is_coupon_due, now=now)  # fmt: skip
