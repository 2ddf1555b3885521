"""Refunds and what they gave back."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import col

from app.db import Columns, Reader, Statement
from app.db.statements import pair_each
from app.db.unique_keys import digest_of
from app.facts.models import FactRow, RefundLineRow
from app.facts.rules import FactKind

from .orders import Pair

IS_REFUND = col(FactRow.kind) == FactKind.REFUND.name
REFUNDS = Statement(
    FactRow,
    lambda columns, keys: select(*columns).where(keys.hold_pair(col(FactRow.member_id), col(FactRow.id)), IS_REFUND),
    always=("member_id", "id"),
    pairs=True,
)
REFUNDS_OF_ORDERS = Statement(
    FactRow,
    lambda columns, keys: (
        select(*columns)
        .where(keys.hold_pair(col(FactRow.member_id), col(FactRow.order_id)), IS_REFUND)
        .order_by(col(FactRow.id))
    ),
    always=("member_id", "order_id"),
    pairs=True,
)
LINES_OF_REFUNDS = Statement(
    RefundLineRow,
    lambda columns, keys: (
        select(*columns)
        .where(keys.hold_pair(col(RefundLineRow.member_id), col(RefundLineRow.fact_id)))
        .order_by(col(RefundLineRow.number))
    ),
    always=("member_id", "fact_id"),
    pairs=True,
)


def refund_digest(program: str, *, source: str, external_id: str) -> bytes:
    """What makes a refund one customer's in a program (R24)."""
    return digest_of("refund", program, source, external_id)


async def refunds_by_id(db: Reader, ids: Sequence[Pair], *, columns: Columns = None) -> list[FactRow | None]:
    """Refunds by (member id, id); None for what is none."""
    return pair_each(await db.fetch(REFUNDS, ids, columns=columns), ids)


async def refunds_of_orders(db: Reader, ids: Sequence[Pair], *, columns: Columns = None) -> list[list[FactRow]]:
    """Refunds in the order in which they were recorded."""
    found: dict[Pair, list[FactRow]] = {key: [] for key in ids}
    for row in await db.fetch(REFUNDS_OF_ORDERS, ids, columns=columns):
        if row.order_id is not None:
            found[row.member_id, row.order_id].append(row)
    return [found[key] for key in ids]


async def lines_of_refunds(db: Reader, ids: Sequence[Pair], *, columns: Columns = None) -> list[list[RefundLineRow]]:
    """What refunds gave back, line by line, in the order of the order's lines."""
    found: dict[Pair, list[RefundLineRow]] = {key: [] for key in ids}
    for row in await db.fetch(LINES_OF_REFUNDS, ids, columns=columns):
        found[row.member_id, row.fact_id].append(row)
    return [found[key] for key in ids]
