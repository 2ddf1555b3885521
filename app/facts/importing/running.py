"""Going through the lines of a run, batch by batch: what was come to is come to, whoever goes on with it."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from app.db import Database
from app.db.retrying import retried
from app.facts.rules import Brings
from app.programs.rules import Programs

from .batches import Batch, CustomerLines, next_batch
from .history import Due, Shift, Telling, days_to_today, told
from .ids import telling_of
from .kinds import ImportKind, ImportState
from .models import ImportLineRow, ImportRunRow
from .playing import Part, play
from .queries import first_import, run_by_id
from .runs import FIX, keep_batch, keep_run, locked_run
from .stages import Stage, Tally
from .taking_over import take_over

MEMBERS_AT_ONCE = 4
WITH_POINTS, WITHOUT_POINTS = 200, 1000
"""Orders of a member in one transaction: what takes about a second."""
Work = Callable[[CustomerLines], AsyncGenerator[Tally]]


async def start_run(database: Database, run_id: UUID, *, programs: Programs, now: datetime) -> ImportRunRow:
    """Fix what holds for the whole run: the present, and by how many days orders are moved.

    Of several imports of a file at once, the first one fixes that; all files of a source are moved as far as its
    first, so that a file with a line put right finds the orders of the one before.
    """
    async with database.transaction() as tx:
        run = await locked_run(tx, run_id)
        if run is None:
            raise LookupError("an import vanished")
        first = await first_import(tx, program=run.program, source=run.source)
        zone = programs.current(run.program, now).zone
        wanted = days_to_today(run.last_day, zone=zone, now=now) if run.to_today else 0
        days = wanted if first is None else first.shift_days
        if not run.dry_run and run.kind == ImportKind.ORDERS.name:
            await tx.run(FIX, id=tx.new_id(), program=run.program, source=run.source, file_digest=run.digest,
                         shift_days=days, lines=run.lines, started_at=now)  # fmt: skip
        began = now if first is None else first.started_at
        await keep_run(tx, run, state=ImportState.RUNNING.name, started_at=now, shift_days=days, began_at=began,
                       worked_at=now)  # fmt: skip
    async with database.transaction() as tx:
        await tx.analyze(ImportLineRow)
    return await _run(database, run_id)


async def go_on(
    database: Database,
    run_id: UUID,
    *,
    programs: Programs,
    stopping: asyncio.Event,
    clock: Callable[[], datetime],
    progress: Callable[[Tally], object] = lambda tally: None,
) -> bool:
    """Go on with a run that was started, until it is through, or `stopping` is set: then what is under way is finished.
    Is it through? `progress` is told what comes of each part of it. By the `clock` others see that somebody is at it:
    what is played in is of when the run was started.

    May raise WrongFile, and what the database raises.
    """
    run = await _run(database, run_id)
    stage = _stage(database, run, programs)
    owner, key = run.after_owner, run.after_id
    while not stopping.is_set():
        batch = await next_batch(database, run_id, owner=owner, key=key, whole=run.dry_run)
        if batch is None:
            return True
        work = await _work(database, run, stage, batch, is_first=owner is None)
        tally = await _play(stage, batch, work, stopping=stopping, progress=progress)
        if tally is None:
            return False
        async with database.transaction() as tx:
            if not await keep_batch(tx, run_id, batch, tally, now=clock()):
                return False
        owner, key = batch.owner, batch.key
    return False


async def _run(database: Database, run_id: UUID) -> ImportRunRow:
    run = await run_by_id(database, run_id)
    if run is None:
        raise LookupError("an import vanished")
    return run


def _stage(database: Database, run: ImportRunRow, programs: Programs) -> Stage:
    now = run.started_at or run.created_at
    return Stage(database, programs, run.program, run.issuer, now, Brings(run.points, run.gifts), run.dry_run)


async def _work(database: Database, run: ImportRunRow, stage: Stage, batch: Batch, *, is_first: bool) -> Work:
    """What is done with the lines of each customer of a batch. May raise WrongFile."""
    if run.kind == ImportKind.MEMBERS.name:
        return partial(_take_over, stage)
    shift = Shift(run.shift_days or 0, run.began_at or stage.now, stage.version.zone)
    telling = await telling_of(database, run, shift=shift, batch=batch, is_first=is_first)
    return partial(_play_in, stage, telling)


async def _take_over(stage: Stage, lines: CustomerLines) -> AsyncGenerator[Tally]:
    yield await retried(partial(take_over, stage, lines), attempts=6, wait=0.5)


async def _play_in(stage: Stage, telling: Telling, lines: CustomerLines) -> AsyncGenerator[Tally]:
    due, wrong = told(lines.lines, telling, now=stage.now)
    if wrong:
        yield Tally(refused=wrong)
    for part in _parts(stage, lines, due):
        yield await retried(partial(play, stage, part), attempts=6, wait=0.5)


def _parts(stage: Stage, lines: CustomerLines, due: Sequence[Due]) -> list[Part]:
    """Of a dry run all at once: what is undone is not there for the next. So the member is locked for as long as all
    their orders take, and their orders' ids are claimed: what is reported of them meanwhile waits, or is to be tried
    again."""
    at_once = WITH_POINTS if stage.brings.points else WITHOUT_POINTS
    size = max(len(due), 1) if stage.is_dry else at_once
    ends = range(size, len(due) + size, size)
    return [Part(lines.customer, due[end - size : end], is_last=lines.is_last and end >= len(due)) for end in ends]


async def _play(
    stage: Stage,
    batch: Batch,
    work: Work,
    *,
    stopping: asyncio.Event,
    progress: Callable[[Tally], object],
) -> Tally | None:
    """What came of a batch, of which several customers are taken at the same time; None: it was stopped before."""
    done = Tally()
    waiting = iter(batch.customers)

    async def some() -> None:
        nonlocal done
        for lines in waiting:
            if stopping.is_set():
                return
            async for tally in work(lines):
                done += tally
                progress(tally)
                if stopping.is_set():
                    return

    try:
        async with asyncio.TaskGroup() as tasks:
            for _ in range(min(MEMBERS_AT_ONCE, stage.database.settings.size)):
                tasks.create_task(some())
    except BaseExceptionGroup as failed:
        raise failed.exceptions[0] from None
    return done if done.lines == batch.lines else None
