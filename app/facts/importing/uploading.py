"""Imports that staff ask for: the file comes in parts, and the worker does it once it is asked to start.

Each part is read when it comes, and its lines are put into the database with it: so what is wrong with the file is told
at once, and nothing else of it is kept.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson

from app.db import Transaction
from app.errors import BadInput, Refused
from app.programs.rules import Programs

from .kinds import ImportKind, ImportNotOpen, ImportState
from .models import ImportRunRow
from .reading import columns_of, header_of, reader_of
from .records import lines_of, records_of
from .runs import keep_run, locked_run
from .staging import Rows, stage_in

NO_IMPORT = "There is no such import."


@dataclass(frozen=True)
class Part:
    """A part of the file of an import."""

    run: ImportRunRow
    """As it was before."""
    number: int
    size: int
    """In bytes."""
    is_new: bool
    """False: it was taken in before."""


async def add_part(tx: Transaction, *, programs: Programs, run_id: UUID, number: int, text: str, now: datetime) -> Part:
    """Take in a part of the file of an import: whole lines, of which the first of all name the columns. The same part
    again changes nothing.

    May raise WrongFile: nothing is taken then; BadInput: it is not the part that comes next, or the last one with
    other content. May refuse: ImportNotOpen.
    """
    run = await _open_run(tx, run_id)
    content = text.encode()
    digest = hashlib.sha256(content).digest()
    if number == run.parts and digest == run.part_digest:
        return Part(run, number, len(content), is_new=False)
    if number != run.parts + 1:
        raise BadInput(f"Part {run.parts + 1} comes next: parts come in their order, and the last one may be repeated.")
    program = programs.current(run.program, now)
    lines = _Counted(lines_of([content], first=run.next_line))
    records = records_of(lines, first=run.next_line)
    header = header_of(records).fields if run.header is None else orjson.loads(run.header)
    columns = columns_of(run.columns, orders=run.kind == ImportKind.ORDERS.name)
    read = reader_of(columns, header, program=program, now=now)
    rows = Rows(run_id, program.zone)
    await stage_in(tx, rows, (read(record.line, record.fields) for record in records))
    await keep_run(
        tx,
        run,
        parts=number,
        header=orjson.dumps(header).decode(),
        part_digest=digest,
        digest=hashlib.sha256(run.digest + digest).digest(),
        next_line=run.next_line + lines.number,
        lines=run.lines + rows.number,
        last_day=max((day for day in (run.last_day, rows.last_day) if day is not None), default=None),
        worked_at=now,
    )
    return Part(run, number, len(content), is_new=True)


async def start_import(tx: Transaction, *, run_id: UUID) -> ImportRunRow:
    """The file is whole: the worker is to do it. May refuse: ImportNotOpen. May raise BadInput: it has no lines."""
    run = await _open_run(tx, run_id)
    if not run.lines:
        raise BadInput("The file has no lines yet: add its parts first.")
    await keep_run(tx, run, state=ImportState.PENDING.name)
    return run


async def _open_run(tx: Transaction, run_id: UUID) -> ImportRunRow:
    run = await locked_run(tx, run_id)
    if run is None or run.by_issuer is None:
        raise BadInput(NO_IMPORT)
    if run.state != ImportState.UPLOADING.name:
        raise Refused(ImportNotOpen(run.id, ImportState[run.state]))
    return run


class _Counted:
    """Lines, and how many there were."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.number += 1
        return line
