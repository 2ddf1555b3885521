"""From rows of the database to coupons as the rules know them, and back."""

from typing import Any
from uuid import UUID

from .models import CouponRow
from .rules.coupon import Coupon, Order, Taken
from .rules.kinds import CouponState

KEPT = (
    "set_aside",
    "code_shown_at",
    "is_restocked",
    "is_undue",
    "discount",
    "reserved_until",
    "ended_at",
    "due_at",
    "changes",
)
"""Columns that change, beside the state and the order."""


def coupon_of(row: CouponRow) -> Coupon:
    """A whole row."""
    order = None if row.order_source is None or row.order_id is None else Order(row.order_source, row.order_id)
    return Coupon(
        member_id=row.member_id,
        id=row.id,
        program=row.program,
        template_id=row.template_id,
        template=row.template,
        version=row.version,
        state=CouponState[row.state],
        issued_at=row.issued_at,
        valid_from=row.valid_from,
        expires_at=row.expires_at,
        set_aside=row.set_aside,
        bucket=row.bucket,
        number=row.number,
        code_shown_at=row.code_shown_at,
        is_restocked=row.is_restocked,
        is_undue=row.is_undue,
        order=order,
        discount=row.discount,
        reserved_until=row.reserved_until,
        ended_at=row.ended_at,
        due_at=row.due_at,
        changes=row.changes,
    )


def kept_of(coupon: Coupon) -> dict[str, Any]:
    """What of a coupon is written when it changes (see `commands.statements.KEEP`)."""
    told = {name: getattr(coupon, name) for name in KEPT} | _order(coupon.order) | {"state": coupon.state.name}
    return {"of_member": coupon.member_id, "of_coupon": coupon.id} | {f"new_{name}": told[name] for name in told}


def change_of(step: Taken, *, member_id: UUID, id: UUID) -> dict[str, Any]:
    """The row of a step."""
    return {
        "member_id": member_id,
        "id": id,
        "coupon_id": step.coupon_id,
        "number": step.number,
        "step": step.step.name,
        "from_state": step.before.name,
        "to_state": step.after.name,
        "actor": step.by.actor.name,
        "by_issuer": step.by.issuer,
        "by_subject": step.by.subject,
        "reason": step.reason,
        **_order(step.order),
        "until": step.until,
        "discount": step.discount,
        "discounts": None if step.discounts is None else list(step.discounts),
        "changed_at": step.at,
    }


def _order(order: Order | None) -> dict[str, Any]:
    return {
        "order_source": None if order is None else order.source,
        "order_id": None if order is None else order.id,
    }
