"""The row of a run: begun, gone on with batch by batch, and forgotten."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, Uuid, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from app.db import Database, Transaction, Write, in_columns, insert_many_of, insert_of
from app.db.rows import table_of

from .batches import Batch
from .kinds import ImportKind, ImportState
from .models import ImportChangeRow, ImportNotTakenRow, ImportRow, ImportRunRow
from .queries import import_of
from .reading import Columns, columns_as_json
from .stages import Changed, Tally
from .staging import forget_lines

FIXED = ("id", "program", "source", "file_digest", "shift_days", "lines", "started_at")
FIX: Write[ImportRow] = Write(
    ImportRow,
    insert(ImportRow).values({name: bindparam(name) for name in FIXED}).on_conflict_do_nothing(),
)
FINISH_FILE: Write[ImportRow] = Write(
    ImportRow,
    update(ImportRow)
    .where(col(ImportRow.id) == bindparam("of_import"), col(ImportRow.finished_at).is_(None))
    .values(finished_at=bindparam("new_finished_at")),
)
INSERT_RUN = insert_of(ImportRunRow)
NAMES = tuple(table_of(ImportRunRow).columns.keys())


def _this_run() -> ColumnElement[bool]:
    return col(ImportRunRow.id) == bindparam("of_run", type_=Uuid())


LOCK_RUN: Write[ImportRunRow] = Write(ImportRunRow, select(ImportRunRow).where(_this_run()).with_for_update())
KEEP_RUN: Write[ImportRunRow] = Write(
    ImportRunRow,
    update(ImportRunRow).where(_this_run()).values({name: bindparam(f"new_{name}") for name in NAMES if name != "id"}),
)
FORGET_RUN: Write[ImportRunRow] = Write(ImportRunRow, delete(ImportRunRow).where(_this_run()))
INSERT_NOT_TAKEN = insert_many_of(ImportNotTakenRow, unless_there=True)
INSERT_CHANGES = insert_many_of(ImportChangeRow)
OF_RUN = bindparam("of_run", type_=Uuid())
FORGET_NOT_TAKEN: Write[ImportNotTakenRow] = Write(
    ImportNotTakenRow, delete(ImportNotTakenRow).where(col(ImportNotTakenRow.owner_id) == OF_RUN)
)
FORGET_CHANGES: Write[ImportChangeRow] = Write(
    ImportChangeRow, delete(ImportChangeRow).where(col(ImportChangeRow.owner_id) == OF_RUN)
)


async def begin_run(
    tx: Transaction,
    *,
    program: str,
    source: str,
    issuer: str,
    columns: Columns,
    kind: ImportKind,
    to_today: bool,
    points: bool,
    gifts: bool,
    is_dry: bool,
    by: tuple[str, str] | None,
    now: datetime,
) -> ImportRunRow:
    """A run whose file is still to come. `by`: who of staff asked for it; None: the command line."""
    made = ImportRunRow(
        id=tx.new_id(),
        program=program,
        kind=kind.name,
        source=source,
        issuer=issuer,
        columns=columns_as_json(columns),
        to_today=to_today,
        points=points,
        gifts=gifts,
        dry_run=is_dry,
        state=ImportState.UPLOADING.name,
        by_issuer=None if by is None else by[0],
        by_subject=None if by is None else by[1],
        created_at=now,
        worked_at=now,
    )
    await tx.run(INSERT_RUN, **{name: getattr(made, name) for name in NAMES})
    return made


async def locked_run(tx: Transaction, run_id: UUID) -> ImportRunRow | None:
    """A run, locked until the transaction ends; None if there is none."""
    found = await tx.run(LOCK_RUN, of_run=run_id)
    return found[0] if found else None


async def keep_run(tx: Transaction, run: ImportRunRow, **new: Any) -> None:
    """Write what is new of a run. It is locked."""
    values = {name: getattr(run, name) for name in NAMES} | new
    await tx.run(KEEP_RUN, of_run=run.id, **{f"new_{name}": values[name] for name in NAMES if name != "id"})


async def work_on(database: Database, run_id: UUID, *, now: datetime) -> None:
    """Somebody is at the run."""
    async with database.transaction() as tx:
        run = await locked_run(tx, run_id)
        if run is not None:
            await keep_run(tx, run, worked_at=now)


async def keep_batch(tx: Transaction, run_id: UUID, batch: Batch, tally: Tally, *, now: datetime) -> bool:
    """What came of a batch, and that it was come to. False: somebody else went on with the run meanwhile."""
    run = await locked_run(tx, run_id)
    if run is None or run.state != ImportState.RUNNING.name or _place(run) >= (batch.owner, batch.key):
        return False
    if tally.refused:
        rows = [
            {"owner_id": run_id, "id": UUID(int=each.line), "line": each.line, "reason": each.reason}
            for each in tally.refused
        ]
        await tx.run(INSERT_NOT_TAKEN, **in_columns(rows))
    if tally.changed:
        own = [{"owner_id": run_id, "id": tx.new_id(), **vars(each)} for each in tally.changed]
        await tx.run(INSERT_CHANGES, **in_columns(own))
    await keep_run(
        tx,
        run,
        after_owner=batch.owner,
        after_id=batch.key,
        done=run.done + batch.lines,
        new=run.new + tally.new,
        known=run.known + tally.known,
        not_taken=run.not_taken + len(tally.refused),
        members=run.members + len({each.customer for each in batch.customers}),
        joined=run.joined + sum(each.is_new for each in tally.changed),
        moves=_moved(run.moves, tally.changed),
        worked_at=now,
    )
    return True


def _place(run: ImportRunRow) -> tuple[UUID, UUID]:
    return run.after_owner or UUID(int=0), run.after_id or UUID(int=0)


def _moved(before: str, changed: Sequence[Changed]) -> str:
    moves = Counter[str](orjson.loads(before))
    moves.update(f"{each.tier_before}>{each.tier_after}" for each in changed)
    return orjson.dumps(moves).decode()


@dataclass(frozen=True)
class Move:
    """Members who go from one tier to another by an import, or stay where they are."""

    tier_before: str
    tier_after: str
    members: int


def moves_of(text: str) -> Mapping[tuple[str, str], int]:
    """Number of members by the tiers that they held before and after."""
    return {(key.partition(">")[0], key.partition(">")[2]): number for key, number in orjson.loads(text).items()}


async def end_run(database: Database, run_id: UUID, *, problem: str | None = None, now: datetime) -> None:
    """All lines were come to, or the file could not be taken: then the lines are of no more use."""
    async with database.transaction() as tx:
        run = await locked_run(tx, run_id)
        if run is None:
            return
        state = ImportState.DONE if problem is None else ImportState.FAILED
        await keep_run(tx, run, state=state.name, problem=problem, finished_at=now, worked_at=now)
        known = await import_of(tx, program=run.program, source=run.source, digest=run.digest)
        if problem is None and known is not None and not run.dry_run:
            await tx.run(FINISH_FILE, of_import=known.id, new_finished_at=now)
    await forget_lines(database, run_id, lines=run.lines)


async def forget_run(database: Database, run_id: UUID, *, lines: int) -> None:
    """Delete all that is kept of a run, of so many lines. It may stop anywhere."""
    await forget_lines(database, run_id, lines=lines)
    async with database.transaction() as tx:
        await tx.run(FORGET_NOT_TAKEN, of_run=run_id)
    async with database.transaction() as tx:
        await tx.run(FORGET_CHANGES, of_run=run_id)
    async with database.transaction() as tx:
        await tx.run(FORGET_RUN, of_run=run_id)
