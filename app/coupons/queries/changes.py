"""Steps of coupons by their ids: what a reservation took off an order, whatever became of it since."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from app.coupons.models import CouponChangeRow
from app.coupons.rules.coupon_shown import ShownStep
from app.db import Reader, Statement
from app.db.statements import pair_each

from .shown_coupons import step_of

BY_ID = Statement(
    CouponChangeRow,
    lambda columns, keys: select(*columns).where(
        keys.hold_pair(col(CouponChangeRow.member_id), col(CouponChangeRow.id))
    ),
    always=("member_id", "id"),
    pairs=True,
)


async def coupon_steps_by_id(db: Reader, steps: Sequence[tuple[UUID, UUID, str]]) -> list[ShownStep | None]:
    """By (member id, id of the step, currency)."""
    pairs = [(member_id, step_id) for member_id, step_id, _ in steps]
    rows = pair_each(await db.fetch(BY_ID, pairs), pairs)
    return [None if row is None else step_of(row, currency) for row, (_, _, currency) in zip(rows, steps, strict=True)]
