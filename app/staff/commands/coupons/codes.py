"""Codes that staff import from a partner, and those that they read to print or send them; and the record of it: never
of codes, only of how many and which (R41)."""

from collections.abc import Sequence
from datetime import datetime

from app.coupons.commands import partner_codes
from app.coupons.queries.jobs import Job, number_to_read
from app.coupons.rules.jobs import CouponCodesRead
from app.coupons.rules.template_outcomes import PartnerCodesAdded
from app.coupons.templates import Template
from app.db import Transaction
from app.programs.rules import owner_of
from app.staff.commands.auditing import note
from app.staff.rules import AuditAction, AuditedKind, Staff


async def add_partner_codes(
    tx: Transaction, *, template: Template, codes: Sequence[str], reason: str | None, by: Staff, now: datetime
) -> PartnerCodesAdded:
    """May refuse: CouponTemplateIsRetired. May raise BadInput: its coupons have no codes, or something is wrong with
    what was sent."""
    done = await partner_codes.add_partner_codes(tx, template=template, codes=codes, now=now)
    await note(tx, owner_id=owner_of(template.program), program=template.program, by=by,
               action=AuditAction.PARTNER_CODES_ADDED, about=(AuditedKind.COUPON_TEMPLATE, template.id), reason=reason,
               changes=done.changes, now=now)  # fmt: skip
    return PartnerCodesAdded(template.id, done.added, done.known, done.repeated)


async def read_coupon_codes(
    tx: Transaction, *, job: Job, after: int, reason: str, by: Staff, now: datetime
) -> CouponCodesRead:
    """Codes that a job made, after the first so many. May raise BadInput: it makes none, or before the first."""
    number = number_to_read(job, after)
    which = {"codes": (None, f"{after + 1} to {after + number}" if number else "none")}
    await note(tx, owner_id=owner_of(job.program), program=job.program, by=by, action=AuditAction.COUPON_CODES_READ,
               about=(AuditedKind.COUPON_JOB, job.id), reason=reason, changes=which, now=now)  # fmt: skip
    return CouponCodesRead(job.id, after, number)
