"""The table of what staff have the worker do about coupons: issued to many, codes made."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from app.coupons.rules.kinds import CouponJobKind, CouponJobState
from app.db.columns import check, instant, key, one_of


class CouponJobRow(SQLModel, table=True):
    """What is asked for, by whom, and how far it is: a reference table. What one transaction did is counted in it, so
    that nothing is done twice after a kill."""

    __tablename__: ClassVar[Any] = "coupon_jobs"
    __table_args__: ClassVar[Any] = (
        ForeignKeyConstraint(["program"], ["programs.code"], name="fk_coupon_jobs_program"),
        one_of("coupon_jobs", "kind", CouponJobKind),
        one_of("coupon_jobs", "state", CouponJobState),
        check("coupon_jobs", "numbers", "total >= 0 AND done >= 0 AND issued >= 0 AND refused >= 0"),
        check("coupon_jobs", "problem", "(state = 'FAILED') = (problem IS NOT NULL)"),
        check("coupon_jobs", "finished_at", "(state IN ('DONE', 'FAILED')) = (finished_at IS NOT NULL)"),
        Index("ix_coupon_jobs_waiting", "id", postgresql_where=text("state IN ('PENDING', 'RUNNING')")),
        Index("ix_coupon_jobs_program", "program", "id"),
    )
    id: UUID = key()
    program: str
    template_id: UUID = Field(sa_type=Uuid)
    template: str
    kind: str
    state: str
    filter: str = Field(default="{}", sa_type=JSONB)
    """Of members, as JSON text."""
    total: int
    """Codes to be made; members that the filter found when it began."""
    done: int = 0
    """Codes that were made; members that were come to."""
    issued: int = 0
    """Of these members: who have a coupon by it."""
    refused: int = 0
    """Of these members: who could not get one."""
    after_id: UUID | None = Field(default=None, sa_type=Uuid)
    """The last member that was come to."""
    after_place: str | None = None
    """Their place in the list of members."""
    reason: str
    problem: str | None = None
    by_issuer: str
    by_subject: str
    created_at: datetime = instant()
    started_at: datetime | None = instant(default=None)
    worked_at: datetime = instant()
    """When anybody was last at it."""
    finished_at: datetime | None = instant(default=None)
