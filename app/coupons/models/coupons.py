"""The tables of coupons: one member's instances of a template, and what became of each (R32)."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, ForeignKeyConstraint, Index, Integer, UniqueConstraint, Uuid, text
from sqlmodel import Field, SQLModel

from app.coupons.rules.kinds import CouponActor, CouponState, CouponStep
from app.coupons.section import Way
from app.db.columns import check, instant, key, of_member, one_of

OF_ORDER = "state IN ('RESERVED', 'REDEEMED')"
IS_OPEN = "state IN ('ISSUED', 'RESERVED')"
"""Not ended, as far as it is entered: the only ones that can be used."""
SHOWN = ["program", "template", "version", "state", "expires_at", "reserved_until"]
"""What a list shows of each of them: read where those of one member lie together (decision 41)."""


class CouponRow(SQLModel, table=True):
    """One member's instance of a template, as of the last settling: by its times it may be further (R2).

    No foreign key to the template: it may be of a program's file.
    """

    __tablename__: ClassVar[Any] = "coupons"
    __table_args__: ClassVar[Any] = (
        of_member("coupons"),
        one_of("coupons", "state", CouponState),
        one_of("coupons", "way", Way),
        UniqueConstraint("member_id", "way", "cause_id", "rule", name="uq_coupons_cause"),
        check("coupons", "set_aside", "set_aside >= 0"),
        check("coupons", "set_aside_for", "set_aside = 0 OR state NOT IN ('EXPIRED', 'REVOKED')"),
        check("coupons", "discount", "discount >= 0"),
        check("coupons", "times", "expires_at > valid_from AND valid_from >= issued_at"),
        check("coupons", "order", f"({OF_ORDER}) = (order_id IS NOT NULL)"),
        check("coupons", "source", "(order_id IS NULL) = (order_source IS NULL)"),
        check("coupons", "reserved", "(state = 'RESERVED') = (reserved_until IS NOT NULL)"),
        check("coupons", "discounted", f"({OF_ORDER}) = (discount IS NOT NULL)"),
        check("coupons", "ended_at", "(state IN ('ISSUED', 'RESERVED')) = (ended_at IS NULL)"),
        check(
            "coupons",
            "is_restocked",
            "NOT is_restocked OR bucket IS NOT NULL AND code_shown_at IS NULL AND state = 'REVOKED'",
        ),
        check("coupons", "number", "number IS NULL OR bucket IS NOT NULL"),
        check("coupons", "code_shown_at", "code_shown_at IS NULL OR number IS NOT NULL"),
        check("coupons", "is_undue", "NOT is_undue OR state IN ('REDEEMED', 'REVOKED')"),
        check("coupons", "due_at", "due_at IS NOT NULL OR state NOT IN ('ISSUED', 'RESERVED')"),
        Index("ix_coupons_open", "member_id", "id", postgresql_where=text(IS_OPEN), postgresql_include=SHOWN),
        Index("ix_coupons_template", "member_id", "template_id", "issued_at"),
        Index("ix_coupons_due_at", "due_at", postgresql_where=text("due_at IS NOT NULL")),
        Index("ix_coupons_due_of_member", "member_id", "due_at", postgresql_where=text("due_at IS NOT NULL")),
        Index(
            "ix_coupons_order", "member_id", "order_id", "order_source", postgresql_where=text("order_id IS NOT NULL")
        ),
        Index("ix_coupons_set_aside", "template_id", "due_at", postgresql_where=text("set_aside > 0")),
        Index("ix_coupons_bucket", "template_id", "bucket", postgresql_where=text("bucket IS NOT NULL")),
    )
    member_id: UUID = key()
    id: UUID = key()
    program: str
    """The member's."""
    template_id: UUID = Field(sa_type=Uuid)
    template: str
    """Code of the template."""
    version: int | None = None
    """Of the program's file whose terms it has; null: those of a template that an operator made."""
    state: str
    way: str
    """How it came to the member: with what follows, its cause, which brings it once (R5)."""
    cause_id: UUID = Field(sa_type=Uuid)
    """What brought it: by way of CLAIM the coupon itself, by CODE the code, by GRANT the act or the job of staff, by
    REWARD the redemption, by GIFT what it was given for."""
    rule: str
    """What of it: such as the template's code, or that of a bonus."""
    issued_at: datetime = instant()
    valid_from: datetime = instant()
    expires_at: datetime = instant()
    """It can be used before; reserved before, it can be redeemed until the reservation ends."""
    set_aside: int = 0
    """Minor units that it holds of the template's budget now: what it may take off at most; once it is used and cannot
    be given back any more, what it took off; 0 when it ended otherwise, or where there is no budget (R31)."""
    bucket: int | None = None
    """Of the stock: where its piece was taken from; null if there is no end of the template's coupons."""
    number: int | None = Field(default=None, sa_type=BigInteger)
    """Of a partner's code: its number in the bucket when it was taken; null if it has none."""
    code_shown_at: datetime | None = instant(default=None)
    """When the partner's code was shown to the member: from then on it goes back to nobody else."""
    is_restocked: bool = False
    """Whether the piece went back: what staff revoke does, unless its code was shown; what expires does not."""
    is_undue: bool = False
    """Whether what it was given for was undone after it was used: given back, it is not the member's any more (R35)."""
    order_source: str | None = None
    """Of the order for which it is reserved, or was used: the system that said so."""
    order_id: str | None = None
    """By which that system knows the order."""
    discount: int | None = None
    """What it takes off that order: minor units (R12)."""
    reserved_until: datetime | None = instant(default=None)
    """It can be redeemed before; from then on the reservation has timed out (R2)."""
    ended_at: datetime | None = instant(default=None)
    """When it was redeemed, expired or was revoked."""
    due_at: datetime | None = instant(default=None)
    """When time will next make something of it (R2)."""
    changes: int = 0
    """How many steps it has taken: the number of the last."""


class CouponChangeRow(SQLModel, table=True):
    """A step in the life of a coupon, after it was issued, which its own row says. Never changed, never deleted."""

    __tablename__: ClassVar[Any] = "coupon_changes"
    __table_args__: ClassVar[Any] = (
        of_member("coupon_changes"),
        ForeignKeyConstraint(
            ["member_id", "coupon_id"], ["coupons.member_id", "coupons.id"], name="fk_coupon_changes_coupon"
        ),
        one_of("coupon_changes", "step", CouponStep),
        one_of("coupon_changes", "from_state", CouponState),
        one_of("coupon_changes", "to_state", CouponState),
        one_of("coupon_changes", "actor", CouponActor),
        check("coupon_changes", "staff", "(actor = 'STAFF') = (by_issuer IS NOT NULL AND by_subject IS NOT NULL)"),
        check("coupon_changes", "discounts", "(step = 'RESERVE') = (discount IS NOT NULL AND discounts IS NOT NULL)"),
        check("coupon_changes", "number", "number > 0"),
        UniqueConstraint("member_id", "coupon_id", "number", name="uq_coupon_changes_number"),
    )
    member_id: UUID = key()
    id: UUID = key()
    coupon_id: UUID = Field(sa_type=Uuid)
    number: int
    """Of the coupon's steps, from 1."""
    step: str
    from_state: str
    to_state: str
    actor: str
    by_issuer: str | None = None
    by_subject: str | None = None
    """Of staff: the name by which they sign in."""
    reason: str | None = None
    order_source: str | None = None
    order_id: str | None = None
    """The order that it was about, if it was about one."""
    until: datetime | None = instant(default=None)
    """Of a reservation: its end."""
    discount: int | None = None
    """Of a reservation: what is taken off the order."""
    discounts: list[int] | None = Field(default=None, sa_type=ARRAY(Integer))  # pyright: ignore[reportArgumentType]
    """Of a reservation: what is taken off each of the order's lines, in the order of the lines (R12)."""
    changed_at: datetime = instant()
    """When it counts: what was due earlier than it was written is dated when it was due (R2)."""
