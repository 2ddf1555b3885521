"""Facts that are kept for those who are not members."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, String, Uuid, bindparam, func, select
from sqlmodel import col

from app.db import Reader, Statement
from app.db.columns import INSTANT
from app.facts.models import KeptFactRow

KEPT = Statement(
    KeptFactRow,
    lambda columns, keys: (
        select(*columns)
        .where(
            keys.hold(col(KeptFactRow.customer_id)),
            col(KeptFactRow.program) == bindparam("program", type_=String()),
        )
        .order_by(col(KeptFactRow.occurred_at), col(KeptFactRow.id))
    ),
    "program",
)
NUMBERS = Statement(
    KeptFactRow,
    lambda _, keys: (
        select(col(KeptFactRow.customer_id), col(KeptFactRow.program), func.count().label("kind"))
        .where(keys.hold(col(KeptFactRow.customer_id)))
        .group_by(col(KeptFactRow.customer_id), col(KeptFactRow.program))
    ),
    always=("customer_id",),
)
"""How many, under the name `kind`."""
OVERDUE = Statement(
    KeptFactRow,
    lambda _, __: (
        select(col(KeptFactRow.customer_id), col(KeptFactRow.program))
        .where(
            col(KeptFactRow.kept_until) <= bindparam("before", type_=INSTANT),
            col(KeptFactRow.customer_id) > bindparam("after", type_=Uuid()),
        )
        .distinct()
        .order_by(col(KeptFactRow.customer_id), col(KeptFactRow.program))
        .limit(bindparam("limit", type_=Integer))
    ),
    "before",
    "after",
    "limit",
)


async def kept_facts(db: Reader, customer_id: UUID, *, program: str) -> list[KeptFactRow]:
    """What is kept of a customer, in the order in which it happened."""
    return await db.fetch(KEPT, [customer_id], program)


async def numbers_kept(db: Reader, customer_ids: Sequence[UUID]) -> dict[tuple[UUID, str], int]:
    """How much is kept, by customer and program; of most customers nothing is."""
    rows: list[Any] = list(await db.fetch(NUMBERS, list(dict.fromkeys(customer_ids))))
    return {(row["customer_id"], row["program"]): row["kind"] for row in rows}


async def kept_overdue(db: Reader, *, before: datetime, after: UUID, limit: int) -> list[KeptFactRow]:
    """Whose facts (customer and program) need no longer be kept, in the order of the customers' ids."""
    return await db.fetch(OVERDUE, (), before, after, limit)
