"""Codes that bring coupons, by their digests."""

from sqlalchemy import LargeBinary, select
from sqlmodel import col

from app.coupons.models import CouponCodeRow
from app.db import Reader, Statement

BY_DIGEST = Statement(
    CouponCodeRow,
    lambda columns, keys: select(*columns).where(keys.hold(col(CouponCodeRow.digest))),
    always=("digest",),
    key=LargeBinary(),
)
WANTED = frozenset(("program", "template", "taken_by"))


async def code_by_digest(db: Reader, digest: bytes) -> CouponCodeRow | None:
    """What a code is for, and whether it was taken, as far as can be seen; None: there is none such."""
    rows = await db.fetch(BY_DIGEST, [digest], columns=WANTED)
    return rows[0] if rows else None
