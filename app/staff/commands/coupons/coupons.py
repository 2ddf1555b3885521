"""Coupons that staff issue to a member, and take back; and the record of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.coupons import commands as coupons
from app.coupons.rules.coupon import Author
from app.coupons.rules.kinds import CouponActor
from app.coupons.rules.offering import NO_TEMPLATE
from app.coupons.rules.outcomes import CouponRevoked
from app.coupons.section import CouponsSection, Way
from app.coupons.templates import template_by_id
from app.customers.rules import Identity
from app.db import Transaction
from app.errors import BadInput, Refused
from app.graph import Role
from app.members.commands import lock_member
from app.members.rules import MemberStatus, NotMember
from app.points.rules.caps import period_of
from app.points.section import Period
from app.programs.rules import Programs
from app.staff.commands.auditing import note
from app.staff.couponing import CouponIssued, OwnCoupon, SupportLimitReached
from app.staff.queries import identities_known
from app.staff.queries.issued import coupons_issued
from app.staff.rules import BY_STAFF, AuditAction, AuditedKind, Staff, StaffMember


async def issue_coupon(
    tx: Transaction, *, programs: Programs, member_id: UUID, template_id: UUID, reason: str, by: Staff, now: datetime
) -> CouponIssued:
    """Give a member a coupon; staff decide who gets it, so that tiers, windows and limits do not.

    May refuse: NotMember: they have left; OwnCoupon; SupportLimitReached; CouponNotClaimable, CouponOfferClosed,
    CouponBudgetUsed, CouponsOutOfStock (see `coupons.commands.issue`). May raise BadInput: there is no such template in
    their program.
    """
    member = await lock_member(tx, member_id=member_id)
    if member.status != MemberStatus.ACTIVE.name:
        raise Refused(NotMember(member.program))
    (known,) = await identities_known(tx, [member.customer_id])
    if Identity(by.person.issuer, by.person.subject) in known:
        raise Refused(OwnCoupon(member_id))
    template = template_by_id(programs, template_id, program=member.program, member_id=member_id, now=now)
    if template is None:
        raise BadInput(NO_TEMPLATE)
    if by.role == Role.SUPPORT.name:
        await _check_limit(tx, programs=programs, member=member, by=by.person, now=now)
    because = coupons.Because(Way.GRANT, tx.new_id(), BY_STAFF)
    coupon_id = await coupons.issue(tx, member=member, template=template, because=because, now=now)
    await note(tx, owner_id=member_id, program=member.program, by=by, action=AuditAction.COUPON_ISSUED,
               about=(AuditedKind.COUPON, coupon_id), reason=reason,
               changes={"template": (None, template.code)}, now=now)  # fmt: skip
    return CouponIssued(member_id, coupon_id)


async def _check_limit(tx: Transaction, *, programs: Programs, member: Any, by: StaffMember, now: datetime) -> None:
    """The limit is that of the program's present version, for one person, one member and one local day (R1). The member
    is locked, so that of two at once the second counts the first. May refuse: SupportLimitReached."""
    version = programs.for_member(member.program, member.id).at(now)
    limit = version.section(CouponsSection).by_hand.support_a_day
    since, until = period_of(now, Period.DAY, zone=version.zone)
    if await coupons_issued(tx, member.id, by=by, since=since, before=until) >= limit:
        raise Refused(SupportLimitReached(limit, until if limit else None))


async def revoke_coupon(
    tx: Transaction, *, member_id: UUID, coupon_id: UUID, reason: str, by: Staff, now: datetime
) -> CouponRevoked:
    """Take a coupon back that was not used, also while it is reserved. May refuse: CouponStepNotPossible. May raise
    BadInput: there is no such coupon."""
    member = await lock_member(tx, member_id=member_id)
    author = Author(CouponActor.STAFF, by.person.issuer, by.person.subject)
    await coupons.revoke(tx, member_id=member_id, coupon_id=coupon_id, by=author, reason=reason, now=now)
    await note(tx, owner_id=member_id, program=member.program, by=by, action=AuditAction.COUPON_REVOKED,
               about=(AuditedKind.COUPON, coupon_id), reason=reason, now=now)  # fmt: skip
    return CouponRevoked(member_id, coupon_id)
