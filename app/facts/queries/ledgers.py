"""All facts, orders and refunds of members: for those who go round all of them."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col

from app.db import Reader
from app.db.ledgers import all_of_each
from app.facts.models import FactRow, OrderLineRow, OrderRow, RefundLineRow

ORDERS_OF_MEMBERS = all_of_each(OrderRow, col(OrderRow.member_id), col(OrderRow.id))
LINES_OF_MEMBERS = all_of_each(
    OrderLineRow, col(OrderLineRow.member_id), col(OrderLineRow.order_id), col(OrderLineRow.number)
)
FACTS_OF_MEMBERS = all_of_each(FactRow, col(FactRow.member_id), col(FactRow.id))
REFUND_LINES_OF_MEMBERS = all_of_each(
    RefundLineRow, col(RefundLineRow.member_id), col(RefundLineRow.fact_id), col(RefundLineRow.number)
)


async def orders_of_members(db: Reader, member_ids: Sequence[UUID]) -> list[OrderRow]:
    """All orders of members."""
    return await db.fetch(ORDERS_OF_MEMBERS, member_ids)


async def lines_of_members(db: Reader, member_ids: Sequence[UUID]) -> list[OrderLineRow]:
    """The lines of all orders of members, each order's in the order in which they were reported."""
    return await db.fetch(LINES_OF_MEMBERS, member_ids)


async def refund_lines_of_members(db: Reader, member_ids: Sequence[UUID]) -> list[RefundLineRow]:
    """The lines of all refunds of members, each refund's in the order of the order's lines."""
    return await db.fetch(REFUND_LINES_OF_MEMBERS, member_ids)


async def facts_of_members(db: Reader, member_ids: Sequence[UUID]) -> list[FactRow]:
    """Every fact that was reported of members."""
    return await db.fetch(FACTS_OF_MEMBERS, member_ids)
