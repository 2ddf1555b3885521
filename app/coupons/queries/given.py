"""Coupons that something brought: a gift's or a bonus's, by what it was for."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import String, literal_column, select
from sqlmodel import col

from app.coupons.models import CouponRow
from app.coupons.section import Way
from app.db import Columns, Reader, Statement
from app.points.rules.conditional import code_of

Caused = tuple[UUID, UUID, str]
"""Of a coupon: member, the cause's id, and the rule by which it was given."""

GIVEN = Statement(
    CouponRow,
    lambda columns, keys: (
        select(*columns)
        .where(
            keys.hold_pair(col(CouponRow.member_id), col(CouponRow.cause_id)),
            col(CouponRow.way) == literal_column(f"'{Way.GIFT.name}'", String()),
        )
        .order_by(col(CouponRow.member_id), col(CouponRow.id))
    ),
    always=("member_id", "id", "cause_id", "rule"),
    pairs=True,
)


async def coupons_for(db: Reader, member_id: UUID, cause_id: UUID, *, rule: str) -> list[CouponRow]:
    """What a cause brought a member by a rule, in the order in which it did: the first time, and again."""
    return [row for row in await db.fetch(GIVEN, [(member_id, cause_id)]) if code_of(row.rule) == rule]


async def coupons_given(db: Reader, gifts: Sequence[Caused], *, columns: Columns = None) -> list[CouponRow | None]:
    """What was brought last by each cause and rule; None: nothing was."""
    causes = list(dict.fromkeys((member_id, cause_id) for member_id, cause_id, _ in gifts))
    rows = await db.fetch(GIVEN, causes, columns=columns)
    last = {(row.member_id, row.cause_id, code_of(row.rule)): row for row in rows}
    return [last.get(each) for each in gifts]


async def coupons_of_causes(
    db: Reader, causes: Sequence[tuple[UUID, UUID]], *, columns: Columns = None
) -> list[list[CouponRow]]:
    """All that each cause brought, by member and cause, in the order in which it did."""
    found: defaultdict[tuple[UUID, UUID], list[CouponRow]] = defaultdict(list)
    for row in await db.fetch(GIVEN, list(dict.fromkeys(causes)), columns=columns):
        found[row.member_id, row.cause_id].append(row)
    return [found[each] for each in causes]
