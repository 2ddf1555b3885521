"""Coupons for many, and codes, that staff have the worker make; and the record of it."""

from datetime import datetime

from app.coupons.commands.jobs import begin_job
from app.coupons.rules.availability import given_out
from app.coupons.rules.jobs import CouponJobAsked, check_number_of_codes
from app.coupons.rules.kinds import CouponJobKind
from app.coupons.rules.refusals import CouponNotClaimable
from app.coupons.section import Way
from app.coupons.templates import Template
from app.db import Transaction
from app.errors import Refused
from app.programs.rules import Program, owner_of
from app.staff.audited import Changes
from app.staff.commands.auditing import note
from app.staff.filtering import filter_kept
from app.staff.queries import number_of_members_sought
from app.staff.rules import AuditAction, AuditedKind, Staff
from app.staff.seeking import Sought


async def ask_for_coupons(
    tx: Transaction, *, program: Program, template: Template, sought: Sought, reason: str, by: Staff, now: datetime
) -> CouponJobAsked:
    """A coupon of the template for each of the members whom the filter finds when they are come to.

    May refuse: CouponNotClaimable, CouponOfferClosed. May raise BadInput: the filter makes no sense, or names somebody.
    """
    _check(template, Way.GRANT, now=now)
    kept = filter_kept(sought, now=now)
    total = await number_of_members_sought(tx, sought, program=program, now=now)
    told = {"template": (None, template.code), "members": (None, total), "filter": (None, kept)}
    return await _ask(tx, template, CouponJobKind.ISSUE, filter=kept, total=total, reason=reason, by=by,
                      action=AuditAction.COUPONS_ISSUED, changes=told, now=now)  # fmt: skip


async def ask_for_codes(
    tx: Transaction, *, template: Template, count: int, reason: str, by: Staff, now: datetime
) -> CouponJobAsked:
    """So many codes, each of which brings a coupon of the template, once.

    May refuse: CouponNotClaimable, CouponOfferClosed. May raise BadInput: none, or too many.
    """
    check_number_of_codes(count)
    _check(template, Way.CODE, now=now)
    told = {"template": (None, template.code), "codes": (None, count)}
    return await _ask(tx, template, CouponJobKind.CODES, filter="{}", total=count, reason=reason, by=by,
                      action=AuditAction.COUPON_CODES_CREATED, changes=told, now=now)  # fmt: skip


def _check(template: Template, way: Way, *, now: datetime) -> None:
    if not template.gives(way):
        raise Refused(CouponNotClaimable(template.program, template.code))
    if (over := given_out(template, now=now)) is not None:
        raise Refused(over)


async def _ask(
    tx: Transaction,
    template: Template,
    kind: CouponJobKind,
    *,
    filter: str,
    total: int,
    reason: str,
    by: Staff,
    action: AuditAction,
    changes: Changes,
    now: datetime,
) -> CouponJobAsked:
    who = by.person.issuer, by.person.subject
    job_id = await begin_job(tx, template=template, kind=kind, filter=filter, total=total, reason=reason, by=who,
                             now=now)  # fmt: skip
    await note(tx, owner_id=owner_of(template.program), program=template.program, by=by, action=action,
               about=(AuditedKind.COUPON_JOB, job_id), reason=reason, changes=changes, now=now)  # fmt: skip
    return CouponJobAsked(job_id)
