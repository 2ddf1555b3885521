"""Members of whose coupons time has made something: for the job that settles the idle (R2)."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Integer, Uuid, all_, bindparam, select
from sqlmodel import col

from app.coupons.models import CouponRow
from app.db import Reader, Statement
from app.db.columns import INSTANT

DUE_AT = col(CouponRow.due_at)
DUE = Statement(
    CouponRow,
    lambda _, __: (
        select(col(CouponRow.member_id))
        .where(
            bindparam("now", type_=INSTANT) >= DUE_AT,
            col(CouponRow.member_id) != all_(bindparam("but", type_=ARRAY(Uuid()))),
        )
        .order_by(DUE_AT)
        .limit(bindparam("limit", type_=Integer()))
    ),
    "now",
    "but",
    "limit",
    always=("member_id",),
)
"""By the index of what is due: somebody with several coupons comes several times."""


async def members_with_coupons_due(db: Reader, *, now: datetime, but: Collection[UUID] = (), limit: int) -> list[UUID]:
    """Some of them, each once, those who wait longest first; none only if there is nobody. But for some, who may have
    more due than are looked at."""
    return list(dict.fromkeys(row.member_id for row in await db.fetch(DUE, (), now, list(but), limit)))
