"""Orders and their lines, and what makes them one customer's."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Text, bindparam, select
from sqlmodel import col

from app.db import Columns, Reader, Statement
from app.db.statements import pair_each
from app.db.unique_keys import digest_of
from app.facts.models import FactRow, OrderLineRow, OrderRow
from app.facts.rules import FactKind

Pair = tuple[UUID, UUID]

ORDERS = Statement(
    OrderRow,
    lambda columns, keys: select(*columns).where(keys.hold_pair(col(OrderRow.member_id), col(OrderRow.id))),
    always=("member_id", "id"),
    pairs=True,
)
LINES = Statement(
    OrderLineRow,
    lambda columns, keys: (
        select(*columns)
        .where(keys.hold_pair(col(OrderLineRow.member_id), col(OrderLineRow.order_id)))
        .order_by(col(OrderLineRow.number))
    ),
    always=("member_id", "order_id"),
    pairs=True,
)


PAYMENT = Statement(
    FactRow,
    lambda columns, keys: select(*columns).where(
        keys.hold_pair(col(FactRow.member_id), col(FactRow.order_id)),
        col(FactRow.kind) == bindparam("kind", type_=Text()),
    ),
    "kind",
    always=("member_id", "order_id"),
    pairs=True,
)


def order_digest(program: str, *, source: str, external_id: str) -> bytes:
    """What makes an order one customer's in a program (R24)."""
    return digest_of("order", program, source, external_id)


async def orders_by_id(db: Reader, ids: Sequence[Pair], *, columns: Columns = None) -> list[OrderRow | None]:
    """Orders by (member id, id)."""
    return pair_each(await db.fetch(ORDERS, ids, columns=columns), ids)


async def lines_of_orders(db: Reader, ids: Sequence[Pair], *, columns: Columns = None) -> list[list[OrderLineRow]]:
    """Lines in the order in which they were reported."""
    found: dict[Pair, list[OrderLineRow]] = {key: [] for key in ids}
    for row in await db.fetch(LINES, ids, columns=columns):
        found[row.member_id, row.order_id].append(row)
    return [found[key] for key in ids]


async def payment_of_order(db: Reader, key: Pair) -> FactRow | None:
    """What was reported of an order's payment, if that is known."""
    rows = await db.fetch(PAYMENT, [key], FactKind.ORDER_PAID.name)
    return rows[0] if rows else None
