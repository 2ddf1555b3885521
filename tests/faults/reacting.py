"""The worker, by way of the faults, while a trial goes on; and at its end what is left, by a way without."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import cycle
from typing import Any

from app.clock import new_id
from app.db import Database, Settings
from app.db.faults import UNAVAILABLE
from app.definition import read
from app.outbox import Post, deliver_some
from app.programs.rules import Programs
from app.programs.versions import HeldPrograms
from app.reactions import REACTIONS
from app.staff.commands.coupons import do_coupon_jobs
from app.worker import Pace, work
from tests.databases import run

PACE = Pace(at_once=4, idle=0.05, longest=0.2)
LEFT = "SELECT kind, last_error FROM outbox_events WHERE state <> 'DONE'"
WAITING = "SELECT FROM outbox_events WHERE state = 'WAITING' LIMIT 1"
LATER = """UPDATE outbox_events SET due_at = '{now}', lease_until = NULL, leased_by = NULL WHERE state = 'WAITING'
RETURNING 1"""


MOMENTS = (0.005, 0.01, 0.02, 0.04)


@dataclass(frozen=True)
class Held:
    """What a process holds."""

    programs: Programs


class Fixed(HeldPrograms):
    """What a process holds that has read all that there is."""

    def __init__(self, programs: Programs) -> None:
        super().__init__(read)
        self.programs = programs

    async def load(self, db: Any) -> bool:
        """Nothing of coupons is new."""
        return False


async def making_codes(database: Database, programs: Programs, clock: Callable[[], datetime]) -> None:
    """Coupon codes that staff asked for, gone on with for a moment at a time, and given up wherever that is, as by who
    is killed; until the end."""
    for moment in cycle(MOMENTS):
        with suppress(TimeoutError, *UNAVAILABLE):
            async with asyncio.timeout(moment):
                await do_coupon_jobs(database, held=Fixed(programs), clock=clock)
        await asyncio.sleep(PACE.longest)


async def codes_made(database: Database, programs: Programs, *, now: datetime) -> None:
    """Whatever is left of them is made now."""
    await do_coupon_jobs(database, held=Fixed(programs), clock=lambda: now)


@asynccontextmanager
async def worker(url: str, programs: Programs, clock: Callable[[], datetime]) -> AsyncGenerator[None]:
    """It reacts to all that is told, and makes codes, until the end."""
    database = Database(Settings(url, size=PACE.connections(())), new_id=new_id)
    stopping = asyncio.Event()
    working = asyncio.create_task(
        work(database, reactions=REACTIONS, jobs=(), held=Held(programs), clock=clock, new_id=new_id,
             stopping=stopping, pace=PACE)
    )  # fmt: skip
    making = asyncio.create_task(making_codes(database, programs, clock))
    try:
        yield
    finally:
        stopping.set()
        making.cancel()
        await asyncio.wait((making, working))
        await database.close()
    working.result()


async def never_reacted(database: Database, programs: Programs, *, now: datetime) -> list[str]:
    """React to all that waits, as if enough time had passed for what failed before; what cannot be reacted to."""
    post = Post(database, REACTIONS, Held(programs), lambda: now, new_id(), PACE.at_once)
    while await run(database.settings.url, WAITING):
        await run(database.settings.url, LATER.format(now=now.isoformat()))
        while await deliver_some(post):
            pass
    return [f"never reacted to: {row['kind']}, {row['last_error']}" for row in await run(database.settings.url, LEFT)]
