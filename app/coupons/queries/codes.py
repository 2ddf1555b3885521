"""Codes that bring coupons, by their digests."""

from uuid import UUID

from sqlalchemy import LargeBinary, select
from sqlmodel import col

from app.coupons.models import CouponCodeRow
from app.customers.queries import identities_of_customers
from app.db import Reader, Statement

from .jobs import coupon_jobs_by_id

BY_DIGEST = Statement(
    CouponCodeRow,
    lambda columns, keys: select(*columns).where(keys.hold(col(CouponCodeRow.digest))),
    always=("digest",),
    key=LargeBinary(),
)
WANTED = frozenset(("program", "template", "taken_by", "job_id"))


async def is_asked_for_by(db: Reader, job_id: UUID, *, customer_id: UUID) -> bool:
    """Was it that customer, as staff, who had these codes made?"""
    (job,) = await coupon_jobs_by_id(db, [job_id])
    (theirs,) = await identities_of_customers(db, [customer_id])
    return job is not None and any((job.by_issuer, job.by_subject) == (each.issuer, each.subject) for each in theirs)


async def code_by_digest(db: Reader, digest: bytes) -> CouponCodeRow | None:
    """What a code is for, and whether it was taken, as far as can be seen; None: there is none such."""
    rows = await db.fetch(BY_DIGEST, [digest], columns=WANTED)
    return rows[0] if rows else None
