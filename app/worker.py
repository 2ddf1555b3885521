"""The worker: reacts to the outbox's events and does timed work until it is told to stop."""

import asyncio
import signal
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from types import FrameType
from typing import Any

from prometheus_client import start_http_server

from app import clock as wall
from app import db, prover
from app.clock import NewId
from app.db import Database
from app.definition import programs_to_hold
from app.failures import kind_of, place_of
from app.jobs import JOBS
from app.logs import Log
from app.outbox import Post, Reactions, deliver_some, measure
from app.programs.versions import HeldPrograms
from app.reactions import REACTIONS
from app.settings import Settings
from app.timetable import Job, run_if_due

LOG = Log(__name__)


@dataclass(frozen=True)
class Pace:
    """How much at once and how long between looks. Times in seconds of the process, not of the clock handed in."""

    at_once: int = 8
    """Events that are reacted to at the same time."""
    idle: float = 0.5
    """Wait after the outbox was found empty."""
    timetable: float = 5.0
    """Wait between looks at whether a job is due."""
    gauges: float = 15.0
    longest: float = 15.0
    """Longest wait while the database is away: each failure doubles it."""
    patience: float = 20.0
    """How long what is under way at a stop may take before it is cancelled; it is then done again by another."""

    def connections(self, jobs: Sequence[Job]) -> int:
        """How many connections a worker can use at once."""
        return self.at_once + len(jobs) + 2


@dataclass(frozen=True)
class Duty:
    """One thing that is done again and again."""

    name: str
    pause: float
    step: Callable[[], Awaitable[object]]
    """Does it once. Something true: there may be more to do at once."""


PACE = Pace()


async def work(
    database: Database,
    *,
    reactions: Reactions,
    jobs: Sequence[Job],
    held: Any,
    clock: Callable[[], datetime],
    new_id: NewId,
    stopping: asyncio.Event,
    pace: Pace = PACE,
) -> None:
    """React to events and run jobs until `stopping` is set; then finish what is under way, and no more.

    A database that is away is waited for. `held` is handed to reactions and jobs as it is.
    """
    worker = new_id()
    post = Post(database, reactions, held, clock, worker, pace.at_once)
    duties = [
        Duty("outbox", pace.idle, lambda: deliver_some(post)),
        Duty("gauges", pace.gauges, lambda: _measure(database, clock)),
        *(Duty(job.name, pace.timetable, _run_of(database, job, post)) for job in jobs),
    ]
    LOG.info("worker_started", worker=str(worker), duties=[duty.name for duty in duties])
    under_way = [asyncio.create_task(_keep(duty, stopping, longest=pace.longest)) for duty in duties]
    try:
        await stopping.wait()
        await asyncio.wait(under_way, timeout=pace.patience)
    finally:
        late = [duty.name for duty, task in zip(duties, under_way, strict=True) if not task.done()]
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        LOG.info("worker_stopped", worker=str(worker), cancelled=late)


async def _measure(database: Database, clock: Callable[[], datetime]) -> None:
    now = clock()
    await measure(database, now=now)
    await prover.measure(database, now=now)


def _run_of(database: Database, job: Job, post: Post) -> Callable[[], Awaitable[object]]:
    return lambda: run_if_due(database, job, held=post.held, clock=post.clock, worker=post.worker)


async def _keep(duty: Duty, stopping: asyncio.Event, *, longest: float) -> None:
    """Do a duty until told to stop, whatever fails: a worker that ends because the database restarts is no use."""
    failures = 0
    while not stopping.is_set():
        busy: object = False
        try:
            busy = await duty.step()
            failures = 0
        except Exception as error:
            failures += 1
            LOG.warning("worker_failed", duty=duty.name, failures=failures, error=kind_of(error), at=place_of(error))
        if not busy:
            await _pause(stopping, min(duty.pause * 2 ** min(failures, 10), max(longest, duty.pause)))


async def _pause(stopping: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stopping.wait(), seconds)
    except TimeoutError:
        return


@contextmanager
def stopped_by_signals(stopping: asyncio.Event) -> Generator[None]:
    """Within, SIGTERM and Ctrl-C set `stopping`; the second time they do what they did before."""
    loop = asyncio.get_running_loop()

    def stop(number: int, _: FrameType | None) -> None:
        signal.signal(number, before[number])
        loop.call_soon_threadsafe(stopping.set)

    before: dict[int, Any] = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        for number in before:
            signal.signal(number, stop)
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@asynccontextmanager
async def programs_held(database: Database) -> AsyncGenerator[HeldPrograms]:
    """What reactions and jobs find in memory: the programs, followed as they are published."""
    held = programs_to_hold()
    following = asyncio.create_task(held.follow(database))
    try:
        yield held
    finally:
        following.cancel()
        await asyncio.wait([following])


@contextmanager
def figures_shown(settings: Settings) -> Generator[None]:
    """For Prometheus, on a port of the worker's own, if the settings name one. May raise OSError: it is taken."""
    if settings.worker_metrics_port is None:
        yield
        return
    server, thread = start_http_server(settings.worker_metrics_port, addr=settings.host)
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


async def main(
    settings: Settings,
    *,
    hold: Callable[[Database], AbstractAsyncContextManager[Any]] = programs_held,
    reactions: Reactions = REACTIONS,
    jobs: Sequence[Job] = JOBS,
    pace: Pace = PACE,
) -> None:
    """A worker process: until SIGTERM or Ctrl-C. `hold` opens what reactions and jobs find in memory."""
    database = Database(db.Settings.of(settings, size=pace.connections(jobs)), new_id=wall.new_id)
    stopping = asyncio.Event()
    try:
        with figures_shown(settings), stopped_by_signals(stopping):
            async with hold(database) as held:
                await work(
                    database,
                    reactions=reactions,
                    jobs=jobs,
                    held=held,
                    clock=wall.now,
                    new_id=wall.new_id,
                    stopping=stopping,
                    pace=pace,
                )
    finally:
        await database.close()
