"""Coupons that were to be given for something, and did not come."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from app.coupons.models import CouponRow, MissedCouponRow
from app.db import Columns, Page, Reader, Statement, many_each
from app.db.counting import number_of_each, numbers_each
from app.db.newest import newest_of_each
from app.points.rules.conditional import code_of

from .given import GIVEN, Caused

OWNER: Any = col(MissedCouponRow.member_id)
NEWEST = newest_of_each(MissedCouponRow, owner=OWNER, key=col(MissedCouponRow.id))
NUMBERS = number_of_each(MissedCouponRow, owner=OWNER)
OF_CAUSES = Statement(
    MissedCouponRow,
    lambda columns, keys: (
        select(*columns)
        .where(keys.hold_pair(OWNER, col(MissedCouponRow.cause_id)))
        .order_by(OWNER, col(MissedCouponRow.id))
    ),
    always=("member_id", "id", "cause_id", "rule"),
    pairs=True,
)


async def missed_of_members(
    db: Reader, member_ids: Sequence[UUID], *, page: Page, columns: Columns = None
) -> list[list[MissedCouponRow]]:
    """The last missed first."""
    rows = await db.fetch(NEWEST, member_ids, page.after, page.limit, columns=columns)
    return many_each(rows, member_ids, by="member_id")


async def numbers_missed(db: Reader, member_ids: Sequence[UUID]) -> list[int]:
    return await numbers_each(db, NUMBERS, member_ids)


async def missed_for(db: Reader, gifts: Sequence[Caused], *, columns: Columns = None) -> list[MissedCouponRow | None]:
    """What each cause and rule was to bring last, the first time or again, and did not; None: nothing was missed."""
    rows = await db.fetch(OF_CAUSES, _causes(gifts), columns=columns)
    found = {(row.member_id, row.cause_id, code_of(row.rule)): row for row in rows}
    return [found.get(each) for each in gifts]


async def coupons_after_all(db: Reader, missed: Sequence[Caused], *, columns: Columns = None) -> list[CouponRow | None]:
    """What came of each when it was tried once more."""
    found = {(row.member_id, row.cause_id, row.rule): row
             for row in await db.fetch(GIVEN, _causes(missed), columns=columns)}  # fmt: skip
    return [found.get(each) for each in missed]


def _causes(of: Sequence[Caused]) -> list[tuple[UUID, UUID]]:
    return list(dict.fromkeys((member_id, cause_id) for member_id, cause_id, _ in of))
