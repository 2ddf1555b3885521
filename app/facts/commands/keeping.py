"""What is written of an order: its row, its facts, its lines."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlmodel import col

from app.db import Transaction, Write, insert_of
from app.facts.models import FactRow, OrderLineRow, OrderRow
from app.facts.rows import order_of
from app.facts.rules import Earned, FactKind, KnownOrder, ReportedOrder, points_of_lines

INSERT_ORDER = insert_of(OrderRow)
INSERT_LINE = insert_of(OrderLineRow)
INSERT_FACT = insert_of(FactRow)
ORDER: Write[OrderRow] = Write(
    OrderRow,
    select(OrderRow).where(
        col(OrderRow.member_id) == bindparam("of_member"),
        col(OrderRow.source) == bindparam("of_source"),
        col(OrderRow.external_id) == bindparam("of_external_id"),
    ),
)
FACTS: Write[FactRow] = Write(
    FactRow,
    select(FactRow).where(
        col(FactRow.member_id) == bindparam("of_member"), col(FactRow.order_id) == bindparam("of_order")
    ),
)
KEEP_ORDER: Write[OrderRow] = Write(
    OrderRow,
    update(OrderRow)
    .where(col(OrderRow.member_id) == bindparam("of_member"), col(OrderRow.id) == bindparam("of_order"))
    .values(
        paid_at=bindparam("new_paid_at"),
        completed_at=bindparam("new_completed_at"),
        amount=bindparam("new_amount"),
        eligible=bindparam("new_eligible"),
        eligible_left=bindparam("new_eligible_left"),
        program_version=bindparam("new_program_version"),
        points=bindparam("new_points"),
        growth=bindparam("new_growth"),
        refunded=bindparam("new_refunded"),
        brings_points=bindparam("new_brings_points"),
        channel=bindparam("new_channel"),
    ),
)


async def known_order(tx: Transaction, *, member_id: UUID, source: str, external_id: str) -> KnownOrder | None:
    """A member's order as it is known."""
    rows = await tx.run(ORDER, of_member=member_id, of_source=source, of_external_id=external_id)
    return order_of(rows[0]) if rows else None


async def keep_order(tx: Transaction, *, is_first: bool, order: KnownOrder, now: datetime) -> None:
    if is_first:
        await tx.run(INSERT_ORDER, **vars(order), recorded_at=now)
        return
    known = {f"new_{name}": value for name, value in vars(order).items()}
    await tx.run(KEEP_ORDER, of_member=order.member_id, of_order=order.id, **known)


async def keep_facts(
    tx: Transaction,
    *,
    known: KnownOrder,
    kinds: Sequence[FactKind],
    order: ReportedOrder,
    earned: Sequence[Earned],
    credited_by: str | None,
    now: datetime,
) -> None:
    """What was reported of an order; with its payment also its lines, what they earned, and by what."""
    rows = fact_rows(tx, known=known, kinds=kinds, order=order, credited_by=credited_by, now=now)
    await tx.run_many(INSERT_FACT, rows)
    if FactKind.ORDER_PAID in kinds:
        await tx.run_many(INSERT_LINE, line_rows(tx, known=known, order=order, earned=earned))


def fact_rows(
    tx: Transaction,
    *,
    known: KnownOrder,
    kinds: Sequence[FactKind],
    order: ReportedOrder,
    credited_by: str | None,
    now: datetime,
) -> list[dict[str, Any]]:
    """The facts of an order that were reported."""
    return [
        {
            "member_id": known.member_id,
            "id": tx.new_id(),
            "kind": kind.name,
            "source": order.source,
            "external_id": order.external_id,
            "order_id": known.id,
            "occurred_at": order.at(kind),
            "digest": order.digest(kind),
            "channel": order.channel,
            "recorded_at": now,
            "credited_by": credited_by if kind is FactKind.ORDER_PAID else None,
        }
        for kind in kinds
    ]


def line_rows(
    tx: Transaction, *, known: KnownOrder, order: ReportedOrder, earned: Sequence[Earned]
) -> list[dict[str, Any]]:
    """The lines of an order, each with its part of the points."""
    return [
        {
            "member_id": known.member_id,
            "id": tx.new_id(),
            "order_id": known.id,
            "number": number,
            "sku": line.sku,
            "category": line.category,
            "kind": line.kind.name,
            "by_points": line.by_points,
            "by_coupons": line.by_coupons,
            "quantity": line.quantity,
            "amount": line.amount,
            "currency": known.currency,
            "points": part,
        }
        for number, (line, part) in enumerate(zip(order.lines, points_of_lines(order.lines, earned), strict=True), 1)
    ]
