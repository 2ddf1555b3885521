"""The tables of what there is of coupons: pieces, money, partners' codes; of codes that bring one, and who tries
those (R31).

They are keyed by the template's id, which is made of its program and code, whether it is of a file or an operator's.
"""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Index, LargeBinary, UniqueConstraint, Uuid
from sqlmodel import Field, SQLModel

from app.db.columns import check, instant, key
from app.offers.models import PooledCode


class CouponStockRow(SQLModel, table=True):
    """A part of a template's stock, each taken from by a conditional UPDATE (see `offers.commands.stock`). Written
    when the first coupon of the template is issued."""

    __tablename__: ClassVar[Any] = "coupon_stock"
    __table_args__: ClassVar[Any] = (
        check("coupon_stock", "left", "left_ >= 0 AND left_ <= total"),
        check("coupon_stock", "queue", "taken >= 0 AND left_ = last_number - taken"),
        check("coupon_stock", "bucket", "bucket BETWEEN 0 AND 63"),
    )
    template_id: UUID = key()
    bucket: int = Field(primary_key=True)
    total: int = 0
    """Pieces that were ever put into it."""
    left_: int = 0
    """Pieces that can be taken. `total` less this is what coupons hold that were not revoked."""
    taken: int = Field(default=0, sa_type=BigInteger)
    """Times a piece was taken."""
    last_number: int = Field(default=0, sa_type=BigInteger)
    """Times a piece was put in, or came back."""


class CouponBudgetRow(SQLModel, table=True):
    """What all coupons of a template may take off together: one row, taken from by a conditional UPDATE (R31). Written
    when the first coupon of the template is issued."""

    __tablename__: ClassVar[Any] = "coupon_budgets"
    __table_args__: ClassVar[Any] = (check("coupon_budgets", "left", "left_ >= 0 AND left_ <= total"),)
    template_id: UUID = key()
    total: int = Field(sa_type=BigInteger)
    """Minor units (R12)."""
    left_: int = Field(sa_type=BigInteger)
    """Minor units that can be set aside. `total` less this is what coupons have set aside, or took off."""


class PartnerCodeRow(PooledCode, table=True):
    """A partner's code, of the pool of a template whose coupons each have one."""

    __tablename__: ClassVar[Any] = "partner_codes"
    __table_args__: ClassVar[Any] = (
        UniqueConstraint("template_id", "digest", name="uq_partner_codes_digest"),
        Index("uq_partner_codes_number", "template_id", "bucket", "number", unique=True),
        check("partner_codes", "taken", "(taken_by IS NULL) = (coupon_id IS NULL)"),
    )
    template_id: UUID = key()
    id: UUID = key()
    coupon_id: UUID | None = Field(default=None, sa_type=Uuid)


class CouponCodeRow(SQLModel, table=True):
    """A code that brings a coupon, once, to whoever has it: it is in no log, outcome, event or audit entry."""

    __tablename__: ClassVar[Any] = "coupon_codes"
    __table_args__: ClassVar[Any] = (
        check("coupon_codes", "taken", "(taken_by IS NULL) = (coupon_id IS NULL)"),
        check("coupon_codes", "taken_at", "(taken_by IS NULL) = (taken_at IS NULL)"),
        check("coupon_codes", "number", "number > 0"),
        Index("ix_coupon_codes_job", "job_id", "number"),
    )
    digest: bytes = Field(sa_type=LargeBinary, primary_key=True)
    """Of the code (`rules.codes.digest_of_code`)."""
    job_id: UUID = Field(sa_type=Uuid)
    """With which it was made."""
    number: int
    """Among those, from 1."""
    program: str
    template_id: UUID = Field(sa_type=Uuid)
    template: str
    code: str
    taken_by: UUID | None = Field(default=None, sa_type=Uuid)
    """The member who redeemed it; a plain column, for codes are nobody's."""
    coupon_id: UUID | None = Field(default=None, sa_type=Uuid)
    taken_at: datetime | None = instant(default=None)
    made_at: datetime = instant()


class CouponAttemptsRow(SQLModel, table=True):
    """Codes that somebody has tried of late: a person tries few. Of whoever has a token, member or not."""

    __tablename__: ClassVar[Any] = "coupon_attempts"
    __table_args__: ClassVar[Any] = (
        check("coupon_attempts", "tries", "cardinality(tries) > 0"),
        Index("ix_coupon_attempts_since", "since"),
    )
    owner_id: UUID = key()
    since: datetime = instant()
    """When the first of these attempts was made."""
    tries: list[UUID] = Field(sa_type=ARRAY(Uuid))  # pyright: ignore[reportArgumentType]
    """Idempotency keys of the attempts, each with its program: a retry is none of its own."""
