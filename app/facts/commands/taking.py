"""The statement that takes in many orders of a member: it claims their keys, and writes those that were nobody's.

All of it comes as one parameter, in JSON, and each figure once, though it may be in several rows: making an array for
each column costs the driver more than everything else that an import does.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import JSON, Boolean, Integer, Text, Uuid, bindparam, column, func, literal_column, null, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from app.db import Transaction, Write
from app.db.columns import INSTANT
from app.db.rows import table_of
from app.db.unique_keys import UniqueKeyRow
from app.facts.models import FactRow, OrderLineRow, OrderRow
from app.facts.rules import FactKind, LineKind

DIGESTS = ("key", "paid_digest", "completed_digest")


def _binary(hexadecimal: Any) -> Any:
    return func.decode(hexadecimal, literal_column("'hex'"))


READ = (
    func.json_to_recordset(bindparam("orders", type_=JSON()))
    .table_valued(
        column("key", Text()),
        column("id", Uuid()),
        column("name", Text()),
        column("at", INSTANT),
        column("amount", Integer()),
        column("quantity", Integer()),
        column("version", Integer()),
        column("growth", Integer()),
        column("paid", Uuid()),
        column("paid_digest", Text()),
        column("completed", Uuid()),
        column("completed_digest", Text()),
        column("line", Uuid()),
    )
    .render_derived(name="read", with_types=True)
)
GIVEN = select(
    *(READ.c[name] if name not in DIGESTS else _binary(READ.c[name]).label(name) for name in READ.c.keys())  # noqa: SIM118
).cte("given")
MEMBER, CUSTOMER = bindparam("of_member", type_=Uuid()), bindparam("of_customer", type_=Uuid())
SOURCE, CURRENCY = bindparam("of_source", type_=Text()), bindparam("of_currency", type_=Text())
RECORDED_AT = func.least(GIVEN.c.at, bindparam("now", type_=INSTANT))
"""At its own instant, as if it had been reported then, unless that is yet to come."""
NOTHING, NOT = literal_column("0", Integer), literal_column("false", Boolean)
DIGEST = col(UniqueKeyRow.digest)


def _named(name: str) -> Any:
    return literal_column(f"'{name}'", Text)


CLAIMED = (
    insert(UniqueKeyRow)
    .from_select(["digest", "kind", "owner"], select(GIVEN.c.key, _named("order"), CUSTOMER).order_by(GIVEN.c.key))
    .on_conflict_do_nothing(index_elements=[DIGEST])
    .returning(DIGEST)
    .cte("claimed")
)


def _written(model: type, name: str, values: Mapping[str, Any]) -> Any:
    """Writes a row of each order whose key was claimed: a value for every column, and null for the rest."""
    table = table_of(model)
    rows = select(*(values.get(each.key, null()) for each in table.columns)).join_from(
        GIVEN, CLAIMED, CLAIMED.c.digest == GIVEN.c.key
    )
    return insert(table).from_select([each.key for each in table.columns], rows).cte(name)


def _fact(kind: FactKind, key: Any, digest: Any) -> Any:
    values = {
        "member_id": MEMBER,
        "id": key,
        "kind": _named(kind.name),
        "source": SOURCE,
        "external_id": GIVEN.c.name,
        "order_id": GIVEN.c.id,
        "occurred_at": GIVEN.c.at,
        "digest": digest,
        "recorded_at": RECORDED_AT,
    }
    return _written(FactRow, kind.name.lower(), values)


ORDERS = _written(
    OrderRow,
    "written_orders",
    {
        "member_id": MEMBER,
        "id": GIVEN.c.id,
        "source": SOURCE,
        "external_id": GIVEN.c.name,
        "paid_at": GIVEN.c.at,
        "completed_at": GIVEN.c.at,
        "currency": CURRENCY,
        "eligible": GIVEN.c.amount,
        "eligible_left": GIVEN.c.amount,
        "amount": GIVEN.c.amount,
        "program_version": GIVEN.c.version,
        "refunded": NOTHING,
        "points": NOTHING,
        "growth": GIVEN.c.growth,
        "brings_points": NOT,
        "recorded_at": RECORDED_AT,
    },
)
LINES = _written(
    OrderLineRow,
    "written_lines",
    {
        "member_id": MEMBER,
        "id": GIVEN.c.line,
        "order_id": GIVEN.c.id,
        "number": literal_column("1", Integer),
        "kind": _named(LineKind.GOODS.name),
        "by_points": NOTHING,
        "by_coupons": NOTHING,
        "quantity": GIVEN.c.quantity,
        "amount": GIVEN.c.amount,
        "currency": CURRENCY,
        "points": NOTHING,
    },
)
TAKE: Write[UniqueKeyRow] = Write(
    UniqueKeyRow,
    select(CLAIMED.c.digest).add_cte(
        ORDERS,
        _fact(FactKind.ORDER_PAID, GIVEN.c.paid, GIVEN.c.paid_digest),
        _fact(FactKind.ORDER_COMPLETED, GIVEN.c.completed, GIVEN.c.completed_digest),
        LINES,
    ),
)
"""Each order has one line, of goods."""


async def take_new(
    tx: Transaction,
    *,
    member_id: Any,
    customer_id: Any,
    source: str,
    currency: str,
    orders: Sequence[Mapping[str, Any]],
    now: datetime,
) -> set[bytes]:
    """Make order keys the customer's who are nobody's yet, and write the rows of those orders: the keys that were."""
    rows = await tx.run(
        TAKE,
        of_member=member_id,
        of_customer=customer_id,
        of_source=source,
        of_currency=currency,
        now=now,
        orders=orjson.dumps(orders, default=str).decode(),  # ids are the driver's, which orjson does not know
    )
    return {row.digest for row in rows}
