"""Every read of imports."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import (
    BigInteger,
    Integer,
    LargeBinary,
    String,
    Uuid,
    and_,
    bindparam,
    func,
    literal_column,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import col

from app.db import Columns, Keys, Page, Reader, Statement, many_each, one_each
from app.db.columns import INSTANT
from app.db.newest import LAST, first_of_each

from .models import ImportChangeRow, ImportLineRow, ImportNotTakenRow, ImportRow, ImportRunRow
from .staging import owners_of

IDS_AT_ONCE = 10_000
"""Orders' ids that are looked up by one statement."""
AFTER, LIMIT = bindparam("after", type_=Uuid()), bindparam("limit", type_=Integer)

IMPORT = Statement(
    ImportRow,
    lambda columns, keys: select(*columns).where(
        keys.hold(col(ImportRow.file_digest)),
        col(ImportRow.program) == bindparam("program", type_=String()),
        col(ImportRow.source) == bindparam("source", type_=String()),
    ),
    "program",
    "source",
    key=LargeBinary(),
)
FIRST_OF_SOURCE = Statement(
    ImportRow,
    lambda columns, _: (
        select(*columns)
        .where(
            col(ImportRow.program) == bindparam("program", type_=String()),
            col(ImportRow.source) == bindparam("source", type_=String()),
        )
        .order_by(col(ImportRow.started_at), col(ImportRow.id))
        .limit(1)
    ),
    "program",
    "source",
)
RUNS = Statement(ImportRunRow, lambda columns, keys: select(*columns).where(keys.hold(col(ImportRunRow.id))))
OF_PROGRAM = Statement(
    ImportRunRow,
    lambda columns, _: (
        select(*columns)
        .where(
            col(ImportRunRow.program) == bindparam("program", type_=String()),
            col(ImportRunRow.by_issuer).is_not(None),
            col(ImportRunRow.id) < func.coalesce(AFTER, LAST),
        )
        .order_by(col(ImportRunRow.id).desc())
        .limit(LIMIT)
    ),
    "program",
    "after",
    "limit",
)
NUMBER = Statement(
    ImportRunRow,
    lambda _, __: select(func.count().label("lines")).where(
        col(ImportRunRow.program) == bindparam("program", type_=String()), col(ImportRunRow.by_issuer).is_not(None)
    ),
    "program",
)
WAITS = and_(literal_column("state IN ('PENDING', 'RUNNING')"), col(ImportRunRow.by_issuer).is_not(None))
OLDEST = (
    select(col(ImportRunRow.id))
    .ext(distinct_on(col(ImportRunRow.program)))
    .where(WAITS)
    .order_by(col(ImportRunRow.program), col(ImportRunRow.id))
)
WAITING = Statement(
    ImportRunRow,
    lambda columns, _: (
        select(*columns)
        .where(col(ImportRunRow.id).in_(OLDEST))
        .order_by(col(ImportRunRow.worked_at), col(ImportRunRow.id))
        .limit(1)
    ),
)
OVER = Statement(
    ImportRunRow,
    lambda columns, _: (
        select(*columns)
        .where(col(ImportRunRow.worked_at) < bindparam("before", type_=INSTANT), col(ImportRunRow.id) > AFTER)
        .order_by(col(ImportRunRow.id))
        .limit(LIMIT)
    ),
    "before",
    "after",
    "limit",
)
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
        .limit(LIMIT)
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


async def first_import(db: Reader, *, program: str, source: str) -> ImportRow | None:
    """What was imported first from a source into a program: it says how far all of that source is moved."""
    found = await db.fetch(FIRST_OF_SOURCE, (), program, source)
    return found[0] if found else None


async def import_of(db: Reader, *, program: str, source: str, digest: bytes) -> ImportRow | None:
    """The first import of a file, under way or finished; None if there was none."""
    found = await db.fetch(IMPORT, [digest], program, source)
    return found[0] if found else None


async def run_by_id(db: Reader, run_id: UUID) -> ImportRunRow | None:
    return one_each(await db.fetch(RUNS, [run_id]), [run_id], by="id")[0]


async def runs_by_id(db: Reader, run_ids: Sequence[UUID], *, columns: Columns = None) -> list[ImportRunRow | None]:
    return one_each(await db.fetch(RUNS, run_ids, columns=columns), run_ids, by="id")


async def runs_of_program(db: Reader, program: str, *, page: Page, columns: Columns = None) -> list[ImportRunRow]:
    """Those that staff asked for, the last first."""
    return await db.fetch(OF_PROGRAM, (), program, page.after, page.limit, columns=columns)


async def number_of_runs(db: Reader, program: str) -> int:
    (row,) = await db.fetch(NUMBER, (), program)
    return row.lines


async def run_waiting(db: Reader) -> ImportRunRow | None:
    """The one that the worker is to do, or to go on with: of each program only the oldest, because orders are to come
    after members; of several programs the one that nobody was at for longest, because any may take hours."""
    found = await db.fetch(WAITING)
    return found[0] if found else None


async def runs_before(db: Reader, before: datetime, *, after: UUID, limit: int) -> list[ImportRunRow]:
    """Runs that nobody was at since an instant."""
    return await db.fetch(OVER, (), before, after, limit)


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
    rows = one_each(await db.fetch(RUNS, run_ids), run_ids, by="id")
    return [0 if row is None else row.not_taken for row in rows]


async def numbers_of_changes(db: Reader, run_ids: Sequence[UUID]) -> list[int]:
    rows = one_each(await db.fetch(RUNS, run_ids), run_ids, by="id")
    return [0 if row is None else sum(orjson.loads(row.moves).values()) for row in rows]
