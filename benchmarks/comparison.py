"""A workload through HTTP on one server process, beside pgbench running the same statements: round by round in turn."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

import psutil

from app.db import Settings

from .database import benchmark_database, settings_told, settle
from .effects import Effects, WorkNotDone, between, check_rows, effects_so_far, numbers_of_rows
from .figures import Costed, Round
from .learning import learned
from .load import Order, loaded
from .members import join
from .numbers import Group, first_number, groups
from .pgbench import Pgbench
from .plan import Plan
from .processes import cpu_of, postmaster_of
from .product import product
from .report import Report
from .server import Server, server
from .workload import Workload

TRIED = 20
"""Transactions of each of pgbench's clients, before anything is measured, to see that its script does its work."""
WARM = 2.0
"""Seconds that the server is loaded before it is measured."""


@dataclass(frozen=True)
class Measuring:
    """What is looked at while load runs."""

    url: str
    effects: Effects
    """Of each request."""
    server: psutil.Process
    postmaster: psutil.Process | None
    under_way: int
    """So many requests may be done and not counted: those that were under way at the end."""

    def __call__(self, work: Callable[[], Round]) -> Costed:
        """May raise WorkNotDone."""
        asyncio.run(settle(self.url))
        rows = asyncio.run(numbers_of_rows(self.url))
        server, postgres = self._spent()
        done = work()
        server_then, postgres_then = self._spent()
        rows_then = asyncio.run(numbers_of_rows(self.url))
        check_rows(rows, rows_then, each=self.effects, least=done.requests, most=done.requests + self.under_way)
        return Costed(done, server_then - server, None if self.postmaster is None else postgres_then - postgres)

    def _spent(self) -> tuple[float, float]:
        return cpu_of(self.server), 0.0 if self.postmaster is None else cpu_of(self.postmaster)


def compared(workload: Workload, plan: Plan) -> Report:
    """May raise WorkNotDone, Unexplained, PgbenchError, LoadError, ServerError."""
    people, others, few = groups(plan.members)
    runs = count(10)
    with benchmark_database(plan.database, plan.folder) as url:
        asyncio.run(_fill(url, people, others, few))
        known = asyncio.run(learned(url, workload, few=few, numbers=count(first_number(next(runs)))))
        pgbench = Pgbench(url, known.script, others, plan.clients)
        asyncio.run(check_peer(pgbench, known.effects, run=next(runs)))
        with server(url, pool=plan.pool) as served:
            postmaster = asyncio.run(postmaster_of(url))
            measured = Measuring(url, known.effects, served.process, postmaster, plan.clients)

            def ask(seconds: float) -> Round:
                return _asked(served, workload, plan, people, run=next(runs), seconds=seconds)

            measured(lambda: ask(min(WARM, plan.seconds)))
            pairs = [
                (
                    measured(lambda: ask(plan.seconds)),
                    measured(lambda: pgbench.timed(run=next(runs), seconds=plan.seconds)),
                )
                for _ in range(plan.rounds)
            ]
        settings = asyncio.run(settings_told(url))
    return Report(
        workload=workload,
        plan=plan,
        learned=known,
        http=[http for http, _ in pairs],
        pgbench=[direct for _, direct in pairs],
        settings=settings,
    )


async def _fill(url: str, *people: Group) -> None:
    async with product(Settings(url)) as filling:
        for group in people:
            await join(filling, group)


async def check_peer(pgbench: Pgbench, effects: Effects, *, run: int) -> None:
    """Does the script do what the request does, row by row? May raise WorkNotDone."""
    before = await effects_so_far(pgbench.url)
    done = await asyncio.to_thread(pgbench.counted, run=run, each=TRIED)
    did = between(before, await effects_so_far(pgbench.url), times=done.requests)
    if did != effects:
        raise WorkNotDone(f"A transaction of pgbench changes {did}, a request {effects}.")


def _asked(served: Server, workload: Workload, plan: Plan, people: Group, *, run: int, seconds: float) -> Round:
    order = Order(
        port=served.port,
        body=workload.body,
        tokens=[served.shop],
        answer=workload.answer,
        members=people,
        clients=plan.clients,
        first_number=first_number(run),
        seconds=seconds,
    )
    return loaded(order, plan.client)
