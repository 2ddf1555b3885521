"""What an operator does with a program's coupon templates, and the record of it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from app.coupons.commands import templates
from app.coupons.rules.offering import TemplateTerm
from app.coupons.rules.template_outcomes import (
    CouponBudgetAdded,
    CouponStockAdded,
    CouponTemplateChanged,
    CouponTemplateCreated,
    CouponTemplateRetired,
)
from app.db import Transaction
from app.programs.rules import Programs, ProgramVersion, owner_of
from app.staff.commands.auditing import note
from app.staff.rules import AuditAction, AuditedKind, Staff


async def create_coupon_template(
    tx: Transaction,
    *,
    programs: Programs,
    program: ProgramVersion,
    said: Mapping[str, Any],
    reason: str | None,
    by: Staff,
    now: datetime,
) -> CouponTemplateCreated:
    """May refuse: CouponTemplateCodeTaken. May raise BadInput: what is said makes no sense, or does not go together."""
    done = await templates.create_template(tx, programs=programs, program=program, said=said, now=now)
    await _note(tx, done, action=AuditAction.COUPON_TEMPLATE_CREATED, reason=reason, by=by, now=now)
    return CouponTemplateCreated(done.template.id)


async def change_coupon_template(
    tx: Transaction,
    *,
    wanted: UUID,
    said: Mapping[str, Any],
    removed: Collection[TemplateTerm],
    reason: str | None,
    by: Staff,
    now: datetime,
) -> CouponTemplateChanged:
    """May refuse: CouponTemplateIsRetired. May raise BadInput: it is of the program's file, nothing is said, or it
    makes no sense."""
    done = await templates.change_template(tx, wanted=wanted, said=said, removed=removed, now=now)
    await _note(tx, done, action=AuditAction.COUPON_TEMPLATE_CHANGED, reason=reason, by=by, now=now)
    return CouponTemplateChanged(wanted)


async def retire_coupon_template(
    tx: Transaction, *, wanted: UUID, reason: str | None, by: Staff, now: datetime
) -> CouponTemplateRetired:
    """May refuse: CouponTemplateIsRetired. May raise BadInput: it is of the program's file."""
    done = await templates.retire_template(tx, wanted=wanted, now=now)
    await _note(tx, done, action=AuditAction.COUPON_TEMPLATE_RETIRED, reason=reason, by=by, now=now)
    return CouponTemplateRetired(wanted)


async def add_coupon_stock(
    tx: Transaction, *, wanted: UUID, pieces: int, reason: str | None, by: Staff, now: datetime
) -> CouponStockAdded:
    """May refuse: CouponTemplateIsRetired. May raise BadInput: it is of the program's file, or has no stock."""
    done = await templates.add_stock(tx, wanted=wanted, pieces=pieces)
    await _note(tx, done, action=AuditAction.COUPON_STOCK_ADDED, reason=reason, by=by, now=now)
    return CouponStockAdded(wanted, pieces)


async def add_coupon_budget(
    tx: Transaction, *, wanted: UUID, amount: int, reason: str | None, by: Staff, now: datetime
) -> CouponBudgetAdded:
    """May refuse: CouponTemplateIsRetired. May raise BadInput: it is of the program's file, or has no budget."""
    done = await templates.add_budget(tx, wanted=wanted, amount=amount)
    await _note(tx, done, action=AuditAction.COUPON_BUDGET_ADDED, reason=reason, by=by, now=now)
    return CouponBudgetAdded(wanted, amount, done.template.currency)


async def _note(
    tx: Transaction,
    done: templates.Edited,
    *,
    action: AuditAction,
    reason: str | None,
    by: Staff,
    now: datetime,
) -> None:
    program, about = done.template.program, (AuditedKind.COUPON_TEMPLATE, done.template.id)
    await note(tx, owner_id=owner_of(program), program=program, by=by, action=action, about=about, reason=reason,
               changes=done.changes, now=now)  # fmt: skip
