"""What reservations take off orders, line by line: as their steps say it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from app.coupons.models import CouponChangeRow
from app.db import Reader, Statement
from app.db.statements import pair_each
from app.programs.money import Money

BY_ID = Statement(
    CouponChangeRow,
    lambda columns, keys: select(*columns).where(
        keys.hold_pair(col(CouponChangeRow.member_id), col(CouponChangeRow.id))
    ),
    always=("member_id", "id"),
    pairs=True,
)
WANTED = frozenset(("until", "discount", "discounts"))


@dataclass(frozen=True)
class ShownReservation:
    """What a reservation takes off, and until when it is good."""

    until: datetime
    discount: Money
    lines: Sequence[Money]


async def reservations_by_id(db: Reader, steps: Sequence[tuple[UUID, UUID, str]]) -> list[ShownReservation | None]:
    """By (member id, id of the step, currency). The same whatever became of the coupon since."""
    pairs = [(member_id, step_id) for member_id, step_id, _ in steps]
    rows: list[Any] = pair_each(await db.fetch(BY_ID, pairs, columns=WANTED), pairs)
    return [
        None
        if row is None
        else ShownReservation(
            row.until, Money(row.discount, currency), [Money(each, currency) for each in row.discounts]
        )
        for row, (_, _, currency) in zip(rows, steps, strict=True)
    ]
