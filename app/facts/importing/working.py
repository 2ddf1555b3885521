"""The worker's part: doing imports that staff have started, and forgetting old ones.

A run of the job takes a minute of it; the next goes on after the last batch that was written down, whoever had begun.
Imports into one program are done one after the other, those into several take turns, a minute each.
"""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

from app.db import Database
from app.db.faults import UNAVAILABLE
from app.errors import CallerError, Overloaded
from app.failures import kind_of, place_of
from app.logs import Log
from app.programs.rules import Programs

from .kinds import ImportState
from .models import ImportRunRow
from .queries import run_waiting, runs_before
from .running import go_on, start_run
from .runs import end_run, forget_run, work_on

LOG = Log(__name__)
SLICE = 60.0
"""Seconds of the process."""
KEPT = timedelta(days=30)
"""How long what came of an import that staff asked for can be looked at, or its file be gone on with."""
KEPT_OF_COMMANDS = timedelta(days=1)
"""How long what a command left that was killed may lie about: while it is at work, it says so after each batch."""
AT_ONCE = 100


async def do_imports(database: Database, *, programs: Programs, now: datetime, slice_: float = SLICE) -> None:
    """Do what waits, for so long. What cannot be gone on with is over, and does not hold up others.

    May raise what the database raises while it is not to be had: it is gone on with later, after the others.
    """
    stopping = asyncio.Event()
    timer = asyncio.get_running_loop().call_later(slice_, stopping.set)
    try:
        while not stopping.is_set() and (run := await run_waiting(database)) is not None:
            await _do(database, run, programs=programs, stopping=stopping, now=now)
    finally:
        timer.cancel()


async def _do(
    database: Database, run: ImportRunRow, *, programs: Programs, stopping: asyncio.Event, now: datetime
) -> None:
    try:
        if run.state == ImportState.PENDING.name:
            await start_run(database, run.id, programs=programs, now=now)
        else:
            await work_on(database, run.id, now=now)
        if await go_on(database, run.id, programs=programs, stopping=stopping, clock=lambda: now):
            await end_run(database, run.id, now=now)
    except (*UNAVAILABLE, Overloaded):
        raise
    except CallerError as error:
        await end_run(database, run.id, problem=str(error), now=now)
    except Exception as error:
        LOG.error("import_failed", run=str(run.id), error=kind_of(error), at=place_of(error))
        problem = "Something in the server went wrong. What was taken is taken; whoever runs it finds more in its log."
        await end_run(database, run.id, problem=problem, now=now)


async def forget_imports(database: Database, *, now: datetime) -> None:
    """Forget imports that staff can do without, and what commands left that were killed; nothing that somebody is at.
    It may stop anywhere."""
    after = UUID(int=0)
    while rows := await runs_before(database, now - KEPT_OF_COMMANDS, after=after, limit=AT_ONCE):
        for run in rows:
            is_waiting = run.state in (ImportState.PENDING.name, ImportState.RUNNING.name)
            if run.by_issuer is None or (run.worked_at < now - KEPT and not is_waiting):
                await forget_run(database, run.id, lines=run.lines)
        after = rows[-1].id
