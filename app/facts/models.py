"""What other systems report: orders, their lines and refunds, and each fact as it came or is kept."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, LargeBinary, Text, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from app.db.columns import check, instant, key, of_member, one_of

from .rules import FactKind, LineKind


class OrderRow(SQLModel, table=True):
    """One order of a member, as far as it is known. That its id names no other is a row of `unique_keys`."""

    __tablename__: ClassVar[Any] = "orders"
    __table_args__: ClassVar[Any] = (
        of_member("orders"),
        UniqueConstraint("member_id", "source", "external_id", name="uq_orders_external_id"),
        check("orders", "amount", "amount >= 0"),
        check("orders", "paid", "num_nulls(paid_at, amount, eligible, eligible_left, program_version) IN (0, 5)"),
        check("orders", "eligible", "eligible >= 0 AND eligible <= amount"),
        check("orders", "eligible_left", "eligible_left >= 0 AND eligible_left <= eligible"),
        check("orders", "refunded", "refunded >= 0 AND refunded <= coalesce(amount, 0)"),
    )
    member_id: UUID = key()
    id: UUID = key()
    source: str
    external_id: str
    paid_at: datetime | None = instant(default=None)
    completed_at: datetime | None = instant(default=None)
    currency: str
    eligible: int | None = None
    """What of the amount earns (R13)."""
    eligible_left: int | None = None
    """What of that was not refunded: by the lines that were (see `RefundedOrder.eligible_left`)."""
    amount: int | None = None
    """What was paid, in minor units of the program's currency; null until it is paid."""
    program_version: int | None = None
    """The rules of the day it was paid (R25)."""
    refunded: int = 0
    """What of the amount was refunded, in minor units: of no line more than it came to; 0 until it is paid."""
    points: int = 0
    """That it earned; what refunds took back of them is in the ledger."""
    growth: int = 0
    """That it brought; what refunds took back of it is in the ledger."""
    channel: str | None = None
    brings_points: bool = True
    """False: history that was imported without points (R19)."""
    recorded_at: datetime = instant()


class OrderLineRow(SQLModel, table=True):
    """One line of an order, with its part of the order's points (R12)."""

    __tablename__: ClassVar[Any] = "order_lines"
    __table_args__: ClassVar[Any] = (
        of_member("order_lines"),
        ForeignKeyConstraint(["member_id", "order_id"], ["orders.member_id", "orders.id"], name="fk_order_lines_order"),
        UniqueConstraint("member_id", "order_id", "number", name="uq_order_lines_number"),
        check("order_lines", "quantity", "quantity > 0"),
        check("order_lines", "amount", "amount >= 0"),
        check("order_lines", "paid_by", "by_points >= 0 AND by_coupons >= 0 AND by_points + by_coupons <= amount"),
        one_of("order_lines", "kind", LineKind),
    )
    member_id: UUID = key()
    id: UUID = key()
    order_id: UUID = Field(sa_type=Uuid)
    number: int
    kind: str
    by_points: int
    by_coupons: int
    """What points, and what coupons, paid of the amount: it earns nothing (R13)."""
    sku: str | None = None
    category: str | None = None
    quantity: int
    amount: int
    currency: str
    points: int


class FactRow(SQLModel, table=True):
    """A fact as it was reported. `digest` is of its content: the same again is known by it (R24)."""

    __tablename__: ClassVar[Any] = "facts"
    __table_args__: ClassVar[Any] = (
        of_member("facts"),
        ForeignKeyConstraint(["member_id", "order_id"], ["orders.member_id", "orders.id"], name="fk_facts_order"),
        one_of("facts", "kind", FactKind),
        UniqueConstraint("member_id", "kind", "source", "external_id", name="uq_facts_external_id"),
        Index("ix_facts_order", "member_id", "order_id"),
    )
    member_id: UUID = key()
    id: UUID = key()
    kind: str
    source: str
    external_id: str
    """The order's, the refund's or the activity's id in the system that reported it."""
    order_id: UUID | None = Field(default=None, sa_type=Uuid)
    """Of what is about an order."""
    occurred_at: datetime = instant()
    digest: bytes = Field(sa_type=LargeBinary)
    channel: str | None = None
    recorded_at: datetime = instant()
    """Of what is told ahead of its time, before that: then it goes by what was known at this instant."""
    credited_by: str | None = Field(default=None, sa_type=Text)
    """Of a payment or an activity: how the member stood, as far as what it brings depends on it (see
    `rules.credited`); null: nothing does."""


class RefundLineRow(SQLModel, table=True):
    """What a refund gave back of one line of an order."""

    __tablename__: ClassVar[Any] = "refund_lines"
    __table_args__: ClassVar[Any] = (
        of_member("refund_lines"),
        ForeignKeyConstraint(["member_id", "fact_id"], ["facts.member_id", "facts.id"], name="fk_refund_lines_fact"),
        ForeignKeyConstraint(
            ["member_id", "order_id"], ["orders.member_id", "orders.id"], name="fk_refund_lines_order"
        ),
        UniqueConstraint("member_id", "order_id", "fact_id", "number", name="uq_refund_lines_number"),
        check("refund_lines", "number", "number > 0"),
        check("refund_lines", "amount", "amount >= 0"),
    )
    member_id: UUID = key()
    id: UUID = key()
    order_id: UUID = Field(sa_type=Uuid)
    fact_id: UUID = Field(sa_type=Uuid)
    """The refund."""
    number: int
    """The line's place in the order."""
    amount: int
    """Of the line's price, whoever paid it; in minor units, as it was reported."""
    currency: str


class KeptFactRow(SQLModel, table=True):
    """A fact of a customer who was not a member, as it was reported. Who joins in time is credited with it: then it is
    a fact, and no more here. `content` is the report as JSON, without personal data (R41)."""

    __tablename__: ClassVar[Any] = "kept_facts"
    __table_args__: ClassVar[Any] = (
        ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_kept_facts_customer"),
        ForeignKeyConstraint(["program"], ["programs.code"], name="fk_kept_facts_program"),
        one_of("kept_facts", "kind", FactKind),
        UniqueConstraint("customer_id", "program", "kind", "source", "external_id", name="uq_kept_facts_external_id"),
        check("kept_facts", "kept_until", "kept_until > occurred_at"),
        Index("ix_kept_facts_kept_until", "kept_until"),
    )
    customer_id: UUID = key()
    id: UUID = key()
    program: str
    kind: str
    source: str
    external_id: str
    occurred_at: datetime = instant()
    digest: bytes = Field(sa_type=LargeBinary)
    content: str = Field(sa_type=JSONB)
    """JSON text: the driver neither reads nor writes it."""
    kept_until: datetime = instant()
    """Until then, exclusive, joining credits it."""
    recorded_at: datetime = instant()
