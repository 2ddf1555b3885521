"""Importing a file: its lines are put into the database, and then they are gone through.

What was recorded before is found to be. So an import that was interrupted is gone on with by repeating it, and one
that was done is changed nothing by.
"""

import asyncio
import hashlib
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from uuid import UUID

from app.db import Database, Page
from app.db.paging import MOST as PAGE
from app.programs.rules import Programs, ProgramVersion

from .models import ImportNotTakenRow
from .queries import lines_not_taken, run_by_id
from .reading import Columns, NotTaken, header_of, reader_of
from .records import lines_of, records_of
from .running import go_on, start_run
from .runs import begin_run, end_run, forget_run, keep_run, locked_run, moves_of
from .stages import Tally
from .staging import Rows, stage
from .terms import Imported, Manner, Origin

MOST_NOT_TAKEN = 1000
"""Lines that could not be taken, and are told one by one."""
Progress = Callable[[int, int], object]


async def import_file(
    database: Database,
    *,
    programs: Programs,
    origin: Origin,
    pieces: Iterable[bytes],
    manner: Manner,
    clock: Callable[[], datetime],
    stopping: asyncio.Event | None = None,
    progress: Progress = lambda done, lines: None,
) -> Imported:
    """Import a CSV file that comes in pieces, cut anywhere: play its orders in by the program's own rules, each paid
    and completed at its date, or take its members over.

    When `stopping` is set, it ends after the transactions under way. `progress` is told how many more lines are done,
    and of how many; the first time of none, as soon as all are read. Nothing of it is kept but what was imported.

    May raise WrongFile, UnknownProgram or BadInput: nothing was taken then.
    """
    now, stopping = clock(), stopping or asyncio.Event()
    version = programs.current(origin.program, now)
    async with database.transaction() as tx:
        run = await begin_run(
            tx,
            program=origin.program,
            source=origin.source,
            issuer=origin.issuer,
            columns=manner.columns,
            kind=manner.kind,
            to_today=manner.to_today,
            points=manner.brings.points,
            gifts=manner.brings.gifts,
            is_dry=manner.is_dry,
            by=None,
            now=now,
        )
    rows = Rows(run.id, version.zone)
    try:
        await _stage(database, rows, pieces, columns=manner.columns, version=version, clock=clock)
        return await _gone_through(database, run.id, rows.number, manner, programs, clock, stopping, progress)
    finally:
        await forget_run(database, run.id, lines=rows.number)


async def _stage(
    database: Database,
    rows: Rows,
    pieces: Iterable[bytes],
    *,
    columns: Columns,
    version: ProgramVersion,
    clock: Callable[[], datetime],
) -> None:
    """Put the lines of a file into the database. May raise WrongFile."""
    digest = hashlib.sha256()
    records = records_of(lines_of(_digested(pieces, digest.update)))
    read = reader_of(columns, header_of(records).fields, program=version, now=clock())
    await stage(database, rows, (read(record.line, record.fields) for record in records), clock=clock)
    async with database.transaction() as tx:
        run = await locked_run(tx, rows.run_id)
        if run is None:
            raise LookupError("an import vanished")
        await keep_run(tx, run, digest=digest.digest(), lines=rows.number, last_day=rows.last_day)


def _digested(pieces: Iterable[bytes], update: Callable[[bytes], object]) -> Iterator[bytes]:
    for piece in pieces:
        update(piece)
        yield piece


async def _gone_through(
    database: Database,
    run_id: UUID,
    lines: int,
    manner: Manner,
    programs: Programs,
    clock: Callable[[], datetime],
    stopping: asyncio.Event,
    progress: Progress,
) -> Imported:
    tally = Tally()

    def came(of_some: Tally) -> None:
        for each in of_some.changed:
            manner.changed(each)
        tally.new += of_some.new
        tally.known += of_some.known
        progress(of_some.lines, lines)

    run = await start_run(database, run_id, programs=programs, now=clock())
    progress(0, lines)
    is_through = await go_on(database, run_id, programs=programs, stopping=stopping, clock=clock, progress=came)
    if is_through:
        await end_run(database, run_id, now=clock())
    after = await run_by_id(database, run_id)
    if after is None:
        raise LookupError("an import vanished")
    not_taken = tuple(await _not_taken(database, run_id))
    moves = moves_of(after.moves)
    return Imported(lines, tally.new, tally.known, after.not_taken, not_taken, run.shift_days or 0, moves)


async def _not_taken(database: Database, run_id: UUID) -> list[NotTaken]:
    found: list[ImportNotTakenRow] = []
    while len(found) < MOST_NOT_TAKEN:
        after = found[-1].id if found else None
        (rows,) = await lines_not_taken(database, [run_id], page=Page(PAGE, after))
        if not rows:
            break
        found += rows
    return [NotTaken(row.line, row.reason) for row in found[:MOST_NOT_TAKEN]]
