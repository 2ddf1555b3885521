"""Coupons among the bonuses of invitations: given when those can be used, taken back when they cannot be (R37)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, update
from sqlmodel import col

from app.coupons import commands as coupons
from app.coupons.templates import template_by_code
from app.db import Transaction, Write
from app.members.commands import lock_member
from app.programs.rules import Programs
from app.referrals.models import ReferralRow
from app.referrals.queries.due import referrals_due
from app.referrals.rules import Referral
from app.referrals.rules.coupons import coupons_of, is_theirs
from app.referrals.section import ReferralsSection

Bringing = Sequence[tuple[str, str]]
"""Rules by which a side gets a coupon, each with its template's code."""
NOT_DUE: Write[ReferralRow] = Write(
    ReferralRow,
    update(ReferralRow)
    .where(col(ReferralRow.member_id) == bindparam("of_member"), col(ReferralRow.id) == bindparam("of_referral"))
    .values(coupons_due_at=None),
)


def coupons_brought(of: Referral, *, program: str, programs: Programs) -> Bringing:
    """By the version by which its bonuses are given."""
    return list(coupons_of(of, programs.version(program, of.program_version).section(ReferralsSection)))


def due_at(of: Referral, bringing: Bringing, *, now: datetime) -> datetime | None:
    """From when its coupons are to be given; None: there are none, or not yet, or that is now."""
    return of.theirs_from if bringing and not is_theirs(of.theirs_from, now=now) else None


async def follow_coupons(
    tx: Transaction, of: Referral, bringing: Bringing, *, program: str, programs: Programs, now: datetime
) -> None:
    """Give what can be used by now, and take back what cannot, as far as it is unused. What nothing is left of when it
    is to be given is not given. The member is locked, and what moves points has moved."""
    brought = [
        (template_by_code(programs, program, code, member_id=of.member_id, now=now), rule) for rule, code in bringing
    ]
    for template, rule in sorted(brought, key=lambda each: coupons.order_of_giving(each[0])):
        await coupons.follow(
            tx,
            member=coupons.Whose(of.member_id, program),
            template=template,
            cause_id=of.id,
            rule=rule,
            is_due=is_theirs(of.theirs_from, now=now),
            now=now,
        )


async def give_due_coupons(tx: Transaction, *, member_id: UUID, programs: Programs, now: datetime) -> None:
    """Those of a member's invitations whose bonuses can be used by now. May raise Overloaded."""
    member = await lock_member(tx, member_id=member_id)
    for each in await referrals_due(tx, member_id, now=now):
        await tx.run(NOT_DUE, of_member=member_id, of_referral=each.id)
        bringing = coupons_brought(each, program=member.program, programs=programs)
        await follow_coupons(tx, each, bringing, program=member.program, programs=programs, now=now)
