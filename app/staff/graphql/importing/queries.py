"""How an operator looks at imports, and at how far they are."""

from collections.abc import Sequence
from uuid import UUID

import strawberry

from app.db import Columns, Page, Reader
from app.facts.importing import queries
from app.facts.importing.models import ImportRunRow
from app.graph import Connection, Context, Query, batched, extends
from app.graph.ids import key_of
from app.programs.asked import program_asked
from app.staff.graphql.audit import CHECKING

from .shown import PREFIX, Import, called


async def import_seen(
    db: Reader, *, context: Context, id: strawberry.ID, columns: Columns = None
) -> ImportRunRow | None:
    """An import by its global id, for those who may see it; None for all others (R43). May raise BadInput."""
    key = key_of(id, PREFIX)
    (run,) = await queries.runs_by_id(db, [key]) if isinstance(key, UUID) else [None]
    is_theirs = run is not None and run.by_issuer is not None and run.program in context.viewer.programs
    return run if is_theirs else None


async def imports_seen(
    db: Reader, *, context: Context, page: Page, program: str | None = None, columns: Columns = None
) -> Sequence[ImportRunRow]:
    return await queries.runs_of_program(db, program_asked(context, program).code, page=page, columns=columns)


async def number_of_imports(db: Reader, *, context: Context, program: str | None = None) -> int:
    return await queries.number_of_runs(db, program_asked(context, program).code)


@extends(Query, seen_by=CHECKING)
class ImportQueries:
    import_: Import | None = called(
        batched(import_seen, "An import, by its id; null if there is no such import for you.", key=None), "import"
    )
    imports: Connection[Import] = batched(
        imports_seen,
        "Imports into a program that staff asked for, the last first.",
        key=None,
        total=number_of_imports,
    )
