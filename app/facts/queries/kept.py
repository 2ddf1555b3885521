"""Facts that are kept for those who are not members."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Integer, String, Uuid, bindparam, func, select
from sqlmodel import col

from app.db import Reader, Statement
from app.db.columns import INSTANT
from app.facts.models import KeptFactRow
from app.facts.rules import Report, places_of

PROGRAM = bindparam("program", type_=String())
OLDEST_FIRST = (col(KeptFactRow.occurred_at), col(KeptFactRow.id))
KEPT = Statement(
    KeptFactRow,
    lambda columns, keys: (
        select(*columns)
        .where(
            keys.hold(col(KeptFactRow.customer_id)),
            col(KeptFactRow.program) == PROGRAM,
            col(KeptFactRow.kept_until) > bindparam("since", type_=INSTANT),
        )
        .order_by(*OLDEST_FIRST)
        .limit(bindparam("limit", type_=Integer))
    ),
    "program",
    "since",
    "limit",
)
KEPT_OF_REPORT = Statement(
    KeptFactRow,
    lambda columns, keys: (
        select(*columns)
        .where(
            keys.hold(col(KeptFactRow.customer_id)),
            col(KeptFactRow.program) == PROGRAM,
            col(KeptFactRow.source) == bindparam("source", type_=String()),
            col(KeptFactRow.kind) == func.any(bindparam("kinds", type_=ARRAY(String()))),
            col(KeptFactRow.external_id) == func.any(bindparam("external_ids", type_=ARRAY(String()))),
        )
        .order_by(*OLDEST_FIRST)
    ),
    "program",
    "source",
    "kinds",
    "external_ids",
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


async def kept_facts(db: Reader, customer_id: UUID, *, program: str, since: datetime, limit: int) -> list[KeptFactRow]:
    """So much of what is kept of a customer beyond an instant, in the order in which it happened."""
    return await db.fetch(KEPT, [customer_id], program, since, limit)


async def kept_of_report(db: Reader, customer_id: UUID, *, program: str, report: Report) -> list[KeptFactRow]:
    """What is kept of a customer that a report is of, and of the order that it is about: the oldest first."""
    return await db.fetch(KEPT_OF_REPORT, [customer_id], program, report.source, *places_of(report))


async def numbers_kept(db: Reader, customer_ids: Sequence[UUID]) -> dict[tuple[UUID, str], int]:
    """How much is kept, by customer and program; of most customers nothing is."""
    rows: list[Any] = list(await db.fetch(NUMBERS, list(dict.fromkeys(customer_ids))))
    return {(row["customer_id"], row["program"]): row["kind"] for row in rows}


async def kept_overdue(db: Reader, *, before: datetime, after: UUID, limit: int) -> list[KeptFactRow]:
    """Whose facts (customer and program) need no longer be kept, in the order of the customers' ids."""
    return await db.fetch(OVERDUE, (), before, after, limit)
