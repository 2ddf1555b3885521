"""The table of coupons that were to be given for something, and did not come."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import UniqueConstraint, Uuid
from sqlmodel import Field, SQLModel

from app.coupons.rules.kinds import WhyNotGiven
from app.db.columns import check, instant, key, of_member, one_of


class MissedCouponRow(SQLModel, table=True):
    """A coupon that a gift or a bonus was to bring, when nothing came of it, and why. Never changed, never deleted."""

    __tablename__: ClassVar[Any] = "coupons_missed"
    __table_args__: ClassVar[Any] = (
        of_member("coupons_missed"),
        one_of("coupons_missed", "why", WhyNotGiven),
        check("coupons_missed", "template", "(template IS NULL) = (why = 'NO_TEMPLATE')"),
        UniqueConstraint("member_id", "cause_id", "rule", name="uq_coupons_missed_cause"),
    )
    member_id: UUID = key()
    id: UUID = key()
    program: str
    template: str | None = None
    """Code of the template of which it was to be."""
    cause_id: UUID = Field(sa_type=Uuid)
    """What it was to be given for."""
    rule: str
    """By which: as the coupon's would be (see `CouponRow`)."""
    why: str
    missed_at: datetime = instant()
    """When it was tried first."""
