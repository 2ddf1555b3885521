"""Every read of the lines of imports: those to go through, and what came, or would come, of them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import BigInteger, Integer, Uuid, bindparam, func, literal_column, select, true, tuple_
from sqlmodel import col

from app.db import Columns, Keys, Page, Reader, Statement, many_each
from app.db.newest import first_of_each
from app.facts.importing.models import ImportChangeRow, ImportLineRow, ImportNotTakenRow
from app.facts.importing.staging import owners_of

from .runs import runs_by_id

IDS_AT_ONCE = 10_000
"""Orders' ids that are looked up by one statement."""
OF_RUN = (
    col(ImportLineRow.owner_id) >= bindparam("first", type_=Uuid()),
    col(ImportLineRow.owner_id) <= bindparam("last", type_=Uuid()),
)
PLACE = tuple_(col(ImportLineRow.owner_id), col(ImportLineRow.id))
LINES = Statement(
    ImportLineRow,
    lambda columns, _: (
        select(*columns)
        .where(*OF_RUN, tuple_(bindparam("after_owner", type_=Uuid()), bindparam("after", type_=Uuid())) < PLACE)
        .order_by(col(ImportLineRow.owner_id), col(ImportLineRow.id))
        .limit(bindparam("limit", type_=Integer))
    ),
    "first",
    "last",
    "after_owner",
    "after",
    "limit",
    always=("owner_id", "id"),
)
CODE = col(ImportLineRow.code_key)


def _first_of_id(_: Sequence[Any], keys: Keys) -> Any:
    asked = func.unnest(keys.array).table_valued("id").render_derived(name="k")
    has_it = literal_column("k.id", BigInteger()) == CODE
    lines = select(CODE, col(ImportLineRow.line), col(ImportLineRow.content_key))
    right = lines.where(*OF_RUN, has_it, col(ImportLineRow.problem).is_(None))
    first = right.order_by(col(ImportLineRow.line)).limit(1).lateral("x")
    return select(first).select_from(asked.join(first, true()))


FIRST_OF_ID = Statement(ImportLineRow, _first_of_id, "first", "last", key=BigInteger())
NOT_TAKEN = first_of_each(ImportNotTakenRow, owner=col(ImportNotTakenRow.owner_id), key=col(ImportNotTakenRow.id))
CHANGES = first_of_each(ImportChangeRow, owner=col(ImportChangeRow.owner_id), key=col(ImportChangeRow.id))


async def lines_after(
    db: Reader, run_id: UUID, *, owner: UUID | None, key: UUID | None, limit: int
) -> list[ImportLineRow]:
    """So many lines of a run, each customer's together, in the order of days and lines."""
    first, last = owners_of(run_id)
    return await db.fetch(LINES, (), first, last, owner or first, key or UUID(int=0), limit)


async def first_of_ids(db: Reader, run_id: UUID, ids: Sequence[int]) -> Mapping[int, tuple[int, int]]:
    """Where in a run's file each of these ids of orders is first, and what is said there; all as keys."""
    first, last = owners_of(run_id)
    found: dict[int, tuple[int, int]] = {}
    for start in range(0, len(ids), IDS_AT_ONCE):
        some = ids[start : start + IDS_AT_ONCE]
        rows: list[Any] = list(await db.fetch(FIRST_OF_ID, some, first, last))
        found |= {row["code_key"]: (row["line"], row["content_key"]) for row in rows}
    return found


async def lines_not_taken(
    db: Reader, run_ids: Sequence[UUID], *, page: Page, columns: Columns = None
) -> list[list[ImportNotTakenRow]]:
    """Lines of which nothing was taken, in their order."""
    return many_each(
        await db.fetch(NOT_TAKEN, run_ids, page.after, page.limit, columns=columns), run_ids, by="owner_id"
    )


async def changes_of_runs(
    db: Reader, run_ids: Sequence[UUID], *, page: Page, columns: Columns = None
) -> list[list[ImportChangeRow]]:
    """Members whom a run would change, in the order in which it came to them."""
    return many_each(await db.fetch(CHANGES, run_ids, page.after, page.limit, columns=columns), run_ids, by="owner_id")


async def numbers_not_taken(db: Reader, run_ids: Sequence[UUID]) -> list[int]:
    rows = await runs_by_id(db, run_ids)
    return [0 if row is None else row.not_taken for row in rows]


async def numbers_of_changes(db: Reader, run_ids: Sequence[UUID]) -> list[int]:
    rows = await runs_by_id(db, run_ids)
    return [0 if row is None else sum(orjson.loads(row.moves).values()) for row in rows]
