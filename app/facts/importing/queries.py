"""Every read of imports."""

from sqlalchemy import LargeBinary, String, bindparam, select
from sqlmodel import col

from app.db import Reader, Statement
from app.facts.models import ImportRow

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


async def first_import(db: Reader, *, program: str, source: str) -> ImportRow | None:
    """What was imported first from a source into a program: it says how far all of that source is moved."""
    found = await db.fetch(FIRST_OF_SOURCE, (), program, source)
    return found[0] if found else None


async def import_of(db: Reader, *, program: str, source: str, digest: bytes) -> ImportRow | None:
    """The first import of a file, under way or finished; None if there was none."""
    found = await db.fetch(IMPORT, [digest], program, source)
    return found[0] if found else None
