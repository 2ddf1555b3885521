"""The worker, by way of the faults, while a trial goes on; and at its end what is left, by a way without."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from app.clock import new_id
from app.db import Database, Settings
from app.outbox import Post, deliver_some
from app.programs.rules import Programs
from app.reactions import REACTIONS
from app.worker import Pace, work
from tests.databases import run

PACE = Pace(at_once=4, idle=0.05, longest=0.2)
LEFT = "SELECT kind, last_error FROM outbox_events WHERE state <> 'DONE'"
WAITING = "SELECT FROM outbox_events WHERE state = 'WAITING' LIMIT 1"
LATER = """UPDATE outbox_events SET due_at = '{now}', lease_until = NULL, leased_by = NULL WHERE state = 'WAITING'
RETURNING 1"""


@dataclass(frozen=True)
class Held:
    """What a process holds."""

    programs: Programs


@asynccontextmanager
async def worker(url: str, programs: Programs, clock: Callable[[], datetime]) -> AsyncGenerator[None]:
    """It reacts to all that is told, until the end."""
    database = Database(Settings(url, size=PACE.connections(())), new_id=new_id)
    stopping = asyncio.Event()
    working = asyncio.create_task(
        work(database, reactions=REACTIONS, jobs=(), held=Held(programs), clock=clock, new_id=new_id,
             stopping=stopping, pace=PACE)
    )  # fmt: skip
    try:
        yield
    finally:
        stopping.set()
        await working
        await database.close()


async def never_reacted(database: Database, programs: Programs, *, now: datetime) -> list[str]:
    """React to all that waits, as if enough time had passed for what failed before; what cannot be reacted to."""
    post = Post(database, REACTIONS, Held(programs), lambda: now, new_id(), PACE.at_once)
    while await run(database.settings.url, WAITING):
        await run(database.settings.url, LATER.format(now=now.isoformat()))
        while await deliver_some(post):
            pass
    return [f"never reacted to: {row['kind']}, {row['last_error']}" for row in await run(database.settings.url, LEFT)]
