"""What other systems report: orders, their lines, each fact as it came, and files of orders that were imported."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, LargeBinary, UniqueConstraint, Uuid
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
        check("orders", "known", "paid_at IS NOT NULL OR completed_at IS NOT NULL"),
        check("orders", "paid", "num_nulls(paid_at, amount, eligible, program_version) IN (0, 4)"),
        check("orders", "eligible", "eligible >= 0 AND eligible <= amount"),
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
    amount: int | None = None
    """What was paid, in minor units of the program's currency; null until it is paid."""
    program_version: int | None = None
    """The rules of the day it was paid (R25)."""
    points: int = 0
    growth: int = 0
    channel: str | None = None
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
        UniqueConstraint("member_id", "order_id", "kind", name="uq_facts_order_kind"),
    )
    member_id: UUID = key()
    id: UUID = key()
    kind: str
    order_id: UUID = Field(sa_type=Uuid)
    occurred_at: datetime = instant()
    digest: bytes = Field(sa_type=LargeBinary)
    recorded_at: datetime = instant()


class ImportRow(SQLModel, table=True):
    """The first import of a file: what it fixed holds for every later one, so that they find the same facts."""

    __tablename__: ClassVar[Any] = "imports"
    __table_args__: ClassVar[Any] = (
        ForeignKeyConstraint(["program"], ["programs.code"], name="fk_imports_program"),
        UniqueConstraint("program", "source", "file_digest", name="uq_imports_file"),
        check("imports", "lines", "lines >= 0"),
    )
    id: UUID = key()
    program: str
    source: str
    file_digest: bytes = Field(sa_type=LargeBinary)
    """SHA-256."""
    shift_days: int
    """By how many local days each order is moved: as the first file of its source."""
    lines: int
    started_at: datetime = instant()
    finished_at: datetime | None = instant(default=None)
    """When all of it had been played in for the first time, except lines that could not be taken."""
