"""The tables of benefits that members used, and that staff granted them."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from app.db.columns import check, instant, key, of_member, one_of
from app.points.section import Period

from .rules.kinds import BenefitSource

A_REASON = "char_length({}) BETWEEN 3 AND 5000"
"""The rules count characters as people see them, of each of which the database may see several."""


class BenefitUseRow(SQLModel, table=True):
    """A benefit that was used for something, as another system asked. That its cause is nobody else's is a row of
    `unique_keys`. `digest` is of what was asked: the same again is known by it (R24)."""

    __tablename__: ClassVar[Any] = "benefit_uses"
    __table_args__: ClassVar[Any] = (
        of_member("benefit_uses"),
        UniqueConstraint("member_id", "benefit", "source", "external_id", name="uq_benefit_uses_cause"),
        one_of("benefit_uses", "granted_by", BenefitSource),
        one_of("benefit_uses", "quota_period", Period),
        check("benefit_uses", "of_tier", "(of_tier IS NULL) = (granted_by = 'STAFF')"),
        check("benefit_uses", "quota", "(quota_times IS NULL) = (quota_period IS NULL) AND quota_times > 0"),
        check("benefit_uses", "given_back_at", "given_back_at >= used_at"),
        Index(
            "ix_benefit_uses_counted",
            "member_id",
            "benefit",
            "used_at",
            postgresql_where=text("given_back_at IS NULL"),
        ),
    )
    member_id: UUID = key()
    id: UUID = key()
    program: str
    """The member's: by which it is known what the code means."""
    benefit: str
    """Its code."""
    source: str
    """The system that asked."""
    external_id: str
    """What it was used for, in that system's words."""
    reference: str | None = None
    """What else that system says of it."""
    digest: bytes = Field(sa_type=LargeBinary)
    granted_by: str
    granted_by_code: str
    """By what the member had it: the tier's code, the campaign's, or the id of staff's grant."""
    of_tier: str | None = None
    """Code of the tier as whose holders have it they had it: their own, or the one that a campaign gave; null for what
    staff granted, which is as the program declares it for all."""
    quota_times: int | None = None
    quota_period: str | None = None
    """How often it could be used then; null: as often as one likes."""
    program_version: int
    used_at: datetime = instant()
    given_back_at: datetime | None = instant(default=None)
    """When what it was used for was undone: it does not count from then on."""


class BenefitGrantRow(SQLModel, table=True):
    """A benefit that staff gave a member for some time, whatever their tier. It ends at `until`, or before, when staff
    revoke it; nothing of it is ever changed but that."""

    __tablename__: ClassVar[Any] = "benefit_grants"
    __table_args__: ClassVar[Any] = (
        of_member("benefit_grants"),
        check("benefit_grants", "until", "until > granted_at"),
        check("benefit_grants", "reason", A_REASON.format("reason")),
        check("benefit_grants", "revoke_reason", A_REASON.format("revoke_reason")),
        check(
            "benefit_grants",
            "revoked",
            "num_nulls(revoked_at, revoke_reason, revoked_issuer, revoked_subject) IN (0, 4)",
        ),
        Index("ix_benefit_grants_in_force", "member_id", "until", postgresql_where=text("revoked_at IS NULL")),
    )
    member_id: UUID = key()
    id: UUID = key()
    program: str
    """The member's: by which it is known what the code means."""
    benefit: str
    """Its code."""
    until: datetime = instant()
    """Exclusive (R2)."""
    reason: str
    by_issuer: str
    by_subject: str
    program_version: int
    granted_at: datetime = instant()
    revoked_at: datetime | None = instant(default=None)
    revoke_reason: str | None = None
    revoked_issuer: str | None = None
    revoked_subject: str | None = None
