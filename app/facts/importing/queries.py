"""Every read of imports."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import BigInteger, Integer, LargeBinary, String, Uuid, bindparam, func, literal_column, select, tuple_
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlmodel import col

from app.db import Columns, Page, Reader, Statement, many_each, one_each
from app.db.columns import INSTANT
from app.db.newest import LAST, first_of_each

from .models import ImportChangeRow, ImportLineRow, ImportNotTakenRow, ImportRow, ImportRunRow
from .records import WrongFile
from .staging import owners_of

MOST_AMBIGUOUS = 100_000
"""Orders whose ids are another's, too, in one file: what is more is a wrong column."""
KEYS_AT_ONCE = 2_000_000
"""Lines of which ids are compared by one statement."""
LEAST, GREATEST = -(2**63), 2**63 - 1
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
WAITING = Statement(
    ImportRunRow,
    lambda columns, _: (
        select(*columns)
        .where(literal_column("state IN ('PENDING', 'RUNNING')"), col(ImportRunRow.by_issuer).is_not(None))
        .order_by(col(ImportRunRow.id))
        .limit(1)
    ),
)
OVER = Statement(
    ImportRunRow,
    lambda columns, _: (
        select(*columns)
        .where(col(ImportRunRow.created_at) < bindparam("before", type_=INSTANT), col(ImportRunRow.id) > AFTER)
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
CODE, CONTENT = col(ImportLineRow.code_key), col(ImportLineRow.content_key)
AMBIGUOUS = Statement(
    ImportLineRow,
    lambda _, __: (
        select(
            CODE,
            func.min(col(ImportLineRow.line)).label("line"),
            func.array_agg(aggregate_order_by(CONTENT, col(ImportLineRow.line)))[1].label("content_key"),
        )
        .where(
            *OF_RUN,
            CODE.between(bindparam("low", type_=BigInteger()), bindparam("high", type_=BigInteger())),
            col(ImportLineRow.problem).is_(None),
        )
        .group_by(CODE)
        .having(func.min(CONTENT) != func.max(CONTENT))
        .limit(LIMIT)
    ),
    "first",
    "last",
    "low",
    "high",
    "limit",
)
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
    """The oldest that the worker is to do, or to go on with."""
    found = await db.fetch(WAITING)
    return found[0] if found else None


async def runs_before(db: Reader, before: datetime, *, after: UUID, limit: int) -> list[ImportRunRow]:
    """Runs that were asked for before an instant."""
    return await db.fetch(OVER, (), before, after, limit)


async def lines_after(
    db: Reader, run_id: UUID, *, owner: UUID | None, key: UUID | None, limit: int
) -> list[ImportLineRow]:
    """So many lines of a run, each customer's together, in the order of days and lines."""
    first, last = owners_of(run_id)
    return await db.fetch(LINES, (), first, last, owner or first, key or UUID(int=0), limit)


async def ambiguous_ids(db: Reader, run_id: UUID, *, lines: int) -> Mapping[int, tuple[int, int]]:
    """Orders' ids that lines of the run say different things of: where the first is, and what it says; all as keys.

    May raise WrongFile: there are too many.
    """
    first, last = owners_of(run_id)
    found: dict[int, tuple[int, int]] = {}
    parts = lines // KEYS_AT_ONCE + 1
    width = (GREATEST - LEAST) // parts + 1
    for low in range(LEAST, GREATEST, width):
        high = min(low + width - 1, GREATEST)
        rows: list[Any] = list(await db.fetch(AMBIGUOUS, (), first, last, low, high, MOST_AMBIGUOUS + 1))
        found |= {row["code_key"]: (row["line"], row["content_key"]) for row in rows}
        if len(found) > MOST_AMBIGUOUS:
            raise WrongFile(f"More than {MOST_AMBIGUOUS} ids name several orders each: is that the column of the ids?")
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
