"""Coupons that staff issued by hand, by the record of it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import String, bindparam, func, select
from sqlmodel import col

from app.db import Reader, Statement
from app.db.columns import INSTANT
from app.staff.models import AuditRow
from app.staff.rules import AuditAction, StaffMember

ISSUED = Statement(
    AuditRow,
    lambda _, keys: select(func.count().label("number")).where(
        keys.hold(col(AuditRow.owner_id)),
        col(AuditRow.action) == AuditAction.COUPON_ISSUED.name,
        col(AuditRow.issuer) == bindparam("issuer", type_=String()),
        col(AuditRow.subject) == bindparam("subject", type_=String()),
        col(AuditRow.at) >= bindparam("since", type_=INSTANT),
        col(AuditRow.at) < bindparam("before", type_=INSTANT),
    ),
    "issuer",
    "subject",
    "since",
    "before",
)


async def coupons_issued(db: Reader, member_id: UUID, *, by: StaffMember, since: datetime, before: datetime) -> int:
    """How many a person of staff issued to a member, in whatever role, and whatever became of them since."""
    (row,) = await db.fetch(ISSUED, [member_id], by.issuer, by.subject, since, before)
    found: dict[str, int] = row  # pyright: ignore[reportAssignmentType]
    return found["number"]
