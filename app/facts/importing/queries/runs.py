"""Every read of imports and their runs: which file, asked for by whom, and how far it is."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Integer, LargeBinary, String, Uuid, and_, bindparam, func, literal_column, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import col

from app.db import Columns, Page, Reader, Statement, one_each
from app.db.columns import INSTANT
from app.db.newest import LAST
from app.facts.importing.models import ImportRow, ImportRunRow

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
