"""The steps in the lives of coupons: page by page, and by their ids, whatever became of the coupon since (R2)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Integer, and_, bindparam, func, select
from sqlmodel import col

from app.coupons.models import CouponChangeRow, CouponRow
from app.coupons.rows import coupon_of
from app.coupons.rules.coupon import settled
from app.coupons.rules.coupon_shown import ShownStep, step_due, template_of_coupon
from app.coupons.rules.kinds import CouponActor, CouponState, CouponStep
from app.db import Page, Reader, Statement
from app.db.paging import NO_CURSOR
from app.db.statements import pair_each
from app.errors import BadInput
from app.programs.money import Money
from app.programs.rules import Programs

from .shown_coupons import Pair, coupons_by_id

MOST_STEPS = 2**31 - 1
OWNER, COUPON = col(CouponChangeRow.member_id), col(CouponChangeRow.coupon_id)
END = func.least(bindparam("before", type_=Integer), col(CouponRow.changes) + 1)
LAST = Statement(
    CouponChangeRow,
    lambda columns, keys: (
        select(*columns)
        .join(CouponRow, and_(col(CouponRow.member_id) == OWNER, col(CouponRow.id) == COUPON))
        .where(
            keys.hold_pair(OWNER, COUPON),
            col(CouponChangeRow.number) < END,
            col(CouponChangeRow.number) >= END - bindparam("limit", type_=Integer),
        )
        .order_by(col(CouponChangeRow.number).desc())
    ),
    "before",
    "limit",
    always=("member_id", "coupon_id", "number"),
    pairs=True,
)
"""So many of each, the last first, before a number: they are numbered without gaps."""
BY_ID = Statement(
    CouponChangeRow,
    lambda columns, keys: select(*columns).where(keys.hold_pair(OWNER, col(CouponChangeRow.id))),
    always=("member_id", "id"),
    pairs=True,
)


async def history_of_coupons(
    db: Reader, ids: Sequence[Pair], *, page: Page, programs: Programs, now: datetime
) -> list[list[ShownStep]]:
    """The steps of each after it was issued, the last first: also what time has made of it by now and nobody has
    entered yet. Two statements, however many. May raise BadInput: it is no place in a history."""
    before = None if page.after is None else _number_of(page.after)
    rows = await coupons_by_id(db, ids)
    entered: dict[Pair, list[CouponChangeRow]] = {key: [] for key in ids}
    for change in await db.fetch(LAST, ids, before, page.limit):
        entered[change.member_id, change.coupon_id].append(change)
    return [
        []
        if row is None
        else _steps(row, entered[key], before=before or MOST_STEPS, programs=programs, now=now)[: page.limit]
        for key, row in zip(ids, rows, strict=True)
    ]


def _steps(
    row: CouponRow, entered: Sequence[CouponChangeRow], *, before: int, programs: Programs, now: datetime
) -> list[ShownStep]:
    """Those that were entered, and what is due and was not, nor by somebody else a moment ago."""
    last = entered[0].number if entered else 0
    due = [step_due(step) for step in settled(coupon_of(row), now=now)[1] if last < step.number < before]
    currency = template_of_coupon(row, programs=programs).currency
    return [*reversed(due), *(step_of(change, currency) for change in entered)]


async def numbers_of_steps(db: Reader, ids: Sequence[Pair], *, now: datetime) -> list[int]:
    """How many there are of each by now."""
    rows = await coupons_by_id(db, ids)
    return [0 if row is None else settled(coupon_of(row), now=now)[0].changes for row in rows]


async def coupon_steps_by_id(db: Reader, steps: Sequence[tuple[UUID, UUID, str]]) -> list[ShownStep | None]:
    """By (member id, id of the step, currency)."""
    pairs = [(member_id, step_id) for member_id, step_id, _ in steps]
    rows = pair_each(await db.fetch(BY_ID, pairs), pairs)
    return [None if row is None else step_of(row, currency) for row, (_, _, currency) in zip(rows, steps, strict=True)]


def step_of(row: CouponChangeRow, currency: str) -> ShownStep:
    """A step that was entered."""
    return ShownStep(
        number=row.number,
        step=CouponStep[row.step],
        from_state=CouponState[row.from_state],
        to_state=CouponState[row.to_state],
        actor=CouponActor[row.actor],
        source=row.order_source,
        order=row.order_id,
        until=row.until,
        discount=None if row.discount is None else Money(row.discount, currency),
        lines=[Money(each, currency) for each in row.discounts or ()],
        reason=row.reason,
        by_issuer=row.by_issuer,
        by_subject=row.by_subject,
        changed_at=row.changed_at,
    )


def _number_of(place: UUID) -> int:
    """May raise BadInput: a cursor of another list."""
    if place.int > MOST_STEPS:
        raise BadInput(NO_CURSOR)
    return place.int
