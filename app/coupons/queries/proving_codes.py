"""All that is written of partners' codes, for the prover."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Integer, and_, case, func, literal_column, or_, select
from sqlmodel import col

from app.coupons.models import CouponRow, CouponStockRow, PartnerCodeRow
from app.db import Reader, Statement

NONE = literal_column("0", Integer())
IS_FREE = col(PartnerCodeRow.coupon_id).is_(None)
OF_STOCK = ("total", "left_", "taken", "last_number")
SEEN = ("bucket", *OF_STOCK, "codes", "free", "first_free", "last_code")


class PoolSeen(NamedTuple):
    """A bucket of a template whose coupons have codes, and what the codes say of it: of one instant."""

    bucket: int
    total: int
    left: int
    taken: int
    last_number: int
    codes: int
    free: int
    first_free: int | None
    last_code: int | None


def _pool(_: Sequence[Any], keys: Any) -> Any:
    """Of one template each, by the indexes that begin with it; nothing of one that has no codes."""
    number = col(PartnerCodeRow.number)
    codes = (
        select(
            col(PartnerCodeRow.bucket),
            func.count().label("codes"),
            func.count(case((IS_FREE, 1))).label("free"),
            func.min(case((IS_FREE, number))).label("first_free"),
            func.max(number).label("last_code"),
        )
        .where(keys.hold(col(PartnerCodeRow.template_id)))
        .group_by(col(PartnerCodeRow.bucket))
        .cte("codes")
    )
    stock = select(CouponStockRow).where(keys.hold(col(CouponStockRow.template_id))).cte("stock")
    return (
        select(
            func.coalesce(stock.c.bucket, codes.c.bucket).label("bucket"),
            *(func.coalesce(stock.c[name], NONE).label(name) for name in OF_STOCK),
            *(func.coalesce(codes.c[name], NONE).label(name) for name in ("codes", "free")),
            codes.c.first_free,
            codes.c.last_code,
        )
        .select_from(stock.join(codes, codes.c.bucket == stock.c.bucket, full=True))
        .where(select(NONE).select_from(codes).correlate(None).exists())
    )


def _astray(_: Sequence[Any], keys: Any) -> Any:
    """Codes of one template that are said to be a coupon's and are not, and coupons whose code is not said to be."""
    given = (
        select(PartnerCodeRow)
        .where(keys.hold(col(PartnerCodeRow.template_id)), col(PartnerCodeRow.coupon_id).is_not(None))
        .cte("given")
    )
    holding = (
        select(CouponRow)
        .where(
            keys.hold(col(CouponRow.template_id)),
            col(CouponRow.bucket).is_not(None),
            col(CouponRow.number).is_not(None),
            col(CouponRow.is_restocked).is_(other=False),
        )
        .cte("holding")
    )
    said = given.c.coupon_id, given.c.taken_by, given.c.bucket, given.c.number
    had = holding.c.id, holding.c.member_id, holding.c.bucket, holding.c.number
    both = given.join(holding, and_(*(one == other for one, other in zip(said, had, strict=True))), full=True)
    is_alone = or_(given.c.coupon_id.is_(None), holding.c.id.is_(None))
    return select(func.count().label("number")).select_from(both).where(is_alone)


POOL = Statement(PartnerCodeRow, _pool, always=("bucket",))
ASTRAY = Statement(PartnerCodeRow, _astray, always=("number",))


async def partner_codes_of(db: Reader, template_id: UUID) -> list[PoolSeen]:
    """The stock of a template beside its codes: one statement, so that nobody takes of it in between; none if it has no
    codes."""
    rows: list[Any] = await db.fetch(POOL, [template_id])
    return [PoolSeen(*(row[name] for name in SEEN)) for row in rows]


async def given_astray(db: Reader, template_id: UUID) -> int:
    """How many codes are given to no coupon that has them, and how many coupons have a code that was not given them."""
    (row,) = await db.fetch(ASTRAY, [template_id])
    return row.number
