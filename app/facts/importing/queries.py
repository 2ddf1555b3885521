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


async def import_of(db: Reader, *, program: str, source: str, digest: bytes) -> ImportRow | None:
    """The first import of a file, under way or finished; None if there was none."""
    found = await db.fetch(IMPORT, [digest], program, source)
    return found[0] if found else None
