"""All that is written of coupons, and of what there is of them, for the prover."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, Integer, String, and_, cast, func, literal_column, select
from sqlmodel import col

from app.coupons.models import (
    CouponBudgetRow,
    CouponChangeRow,
    CouponCodeRow,
    CouponRow,
    CouponStockRow,
    MissedCouponRow,
)
from app.coupons.section import Way
from app.db import Reader, Statement
from app.db.ledgers import all_of_each

NONE = literal_column("0", Integer())
EVERY = all_of_each(CouponRow, col(CouponRow.member_id), col(CouponRow.id))
EVERY_CHANGE = all_of_each(
    CouponChangeRow, col(CouponChangeRow.member_id), col(CouponChangeRow.coupon_id), col(CouponChangeRow.number)
)
EVERY_MISSED = all_of_each(MissedCouponRow, col(MissedCouponRow.member_id), col(MissedCouponRow.id))
TEMPLATES = Statement(
    CouponBudgetRow,
    lambda _, __: (
        select(col(CouponBudgetRow.template_id))
        .union(select(col(CouponStockRow.template_id)), select(col(CouponCodeRow.template_id)))
        .order_by("template_id")
    ),
    always=("template_id",),
)
IS_OUT = and_(col(CouponRow.bucket).is_not(None), col(CouponRow.is_restocked).is_(other=False))


def _stock(_: Sequence[Any], keys: Any) -> Any:
    """Of one template each: counted where it stands, by the index that begins with the template."""
    held = (
        select(col(CouponRow.bucket), func.count().label("held"))
        .where(keys.hold(col(CouponRow.template_id)), IS_OUT)
        .group_by(col(CouponRow.bucket))
        .cte("held")
    )
    stock = select(CouponStockRow).where(keys.hold(col(CouponStockRow.template_id))).cte("stock")
    return select(
        func.coalesce(stock.c.bucket, held.c.bucket).label("bucket"),
        *(func.coalesce(stock.c[name], NONE).label(name) for name in ("total", "left_", "taken", "last_number")),
        func.coalesce(held.c.held, NONE).label("held"),
    ).select_from(stock.join(held, held.c.bucket == stock.c.bucket, full=True))


def _budget(_: Sequence[Any], keys: Any) -> Any:
    """Of one template each, by the index of what is set aside."""
    aside = (
        select(func.coalesce(func.sum(col(CouponRow.set_aside)), NONE))
        .where(keys.hold(col(CouponRow.template_id)), col(CouponRow.set_aside) > NONE)
        .scalar_subquery()
    )
    return select(col(CouponBudgetRow.total), col(CouponBudgetRow.left_), cast(aside, BigInteger).label("aside")).where(
        keys.hold(col(CouponBudgetRow.template_id))
    )


def _codes(_: Sequence[Any], keys: Any) -> Any:
    """Codes of one template each that say of a coupon that it is theirs, which is not."""
    theirs = and_(
        col(CouponRow.member_id) == col(CouponCodeRow.taken_by),
        col(CouponRow.id) == col(CouponCodeRow.coupon_id),
        col(CouponRow.template_id) == col(CouponCodeRow.template_id),
        col(CouponRow.way) == literal_column(f"'{Way.CODE.name}'", String()),
    )
    taken = col(CouponCodeRow.taken_by).is_not(None)
    found = select(NONE).where(theirs).correlate(CouponCodeRow).exists()
    return select(func.count().label("number")).where(keys.hold(col(CouponCodeRow.template_id)), taken, ~found)


STOCK = Statement(CouponStockRow, _stock, always=("bucket",))
BUDGET = Statement(CouponBudgetRow, _budget, always=("total",))
CODES = Statement(CouponCodeRow, _codes, always=("number",))


class BucketSeen(NamedTuple):
    """A bucket of a template's stock, and how many coupons hold a piece of it: all of one instant."""

    bucket: int
    total: int
    left: int
    taken: int
    last_number: int
    held: int


class BudgetSeen(NamedTuple):
    """A template's budget, and what coupons have set aside of it: of one instant."""

    total: int
    left: int
    aside: int


async def every_coupon(db: Reader, member_ids: Sequence[UUID]) -> list[CouponRow]:
    """All of these members, each member's together."""
    return await db.fetch(EVERY, member_ids)


async def every_change(db: Reader, member_ids: Sequence[UUID]) -> list[CouponChangeRow]:
    """All steps of all coupons of these members, each coupon's together and in their order."""
    return await db.fetch(EVERY_CHANGE, member_ids)


async def every_missed(db: Reader, member_ids: Sequence[UUID]) -> list[MissedCouponRow]:
    """All that these members were to have and did not get, each member's together."""
    return await db.fetch(EVERY_MISSED, member_ids)


async def every_template(db: Reader) -> list[UUID]:
    """Ids of all templates that have a stock, a budget or codes."""
    return [row.template_id for row in await db.fetch(TEMPLATES)]


async def buckets_of(db: Reader, template_id: UUID) -> list[BucketSeen]:
    """The stock of a template: one statement, so that nobody takes of it in between."""
    rows: list[Any] = await db.fetch(STOCK, [template_id])
    return [BucketSeen(row.bucket, row.total, row.left_, row.taken, row.last_number, row["held"]) for row in rows]


async def budget_of(db: Reader, template_id: UUID) -> BudgetSeen | None:
    """The budget of a template, likewise; None: it has none."""
    rows: list[Any] = await db.fetch(BUDGET, [template_id])
    return BudgetSeen(rows[0].total, rows[0].left_, rows[0]["aside"]) if rows else None


async def codes_astray(db: Reader, template_id: UUID) -> int:
    """How many codes of a template were taken for a coupon that is not theirs, or is not there."""
    (row,) = await db.fetch(CODES, [template_id])
    return row.number
