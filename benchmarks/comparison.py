"""A workload through HTTP on one server process, beside pgbench running the same statements: round by round in turn."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import count

import psutil

from app import clock
from app.db import Settings

from . import crowd
from .database import benchmark_database, settings_told, settle
from .effects import Effects, WorkNotDone, between, check_rows, effects_so_far, numbers_of_rows
from .figures import Costed, Round
from .learning import learned
from .load import Order, loaded
from .members import join
from .numbers import FIRST_PROGRAM, Turned, Turns, code_of, first_number
from .pgbench import Pgbench
from .plan import TRIED, People, Plan, people_of
from .processes import Cost, postmaster_of
from .product import product
from .report import Report
from .server import Server, server
from .visiting import visited
from .workload import Workload


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
        cost = Cost.of(self.server, self.postmaster)
        done = work()
        spent = cost.so_far()
        rows_then = asyncio.run(numbers_of_rows(self.url))
        check_rows(rows, rows_then, each=self.effects, least=done.requests, most=done.requests + self.under_way)
        return Costed(done, *spent)


def compared(workload: Workload, plan: Plan) -> Report:
    """May raise WorkNotDone, Unexplained, PgbenchError, LoadError, ServerError."""
    people = people_of(plan, once=workload.once)
    runs, mine, theirs = count(10), people.turns_of(people.asking), people.turns_of(people.direct)
    with benchmark_database(plan.database, plan.folder, buffers=plan.buffers) as url:
        asyncio.run(_fill(url, people))
        known = asyncio.run(learned(url, workload, few=people.few, numbers=count(first_number(next(runs)))))
        pgbench = Pgbench(url, known.script, people.direct, plan.clients)
        tried = _taken(theirs, plan.tried)
        asyncio.run(check_peer(pgbench, known.effects, run=next(runs), turns=tried))
        with server(url, pool=plan.pool) as served:
            postmaster = asyncio.run(postmaster_of(url))
            measured = Measuring(url, known.effects, served.process, postmaster, plan.clients)
            first_seen = visited(served, people.asking, clients=plan.clients) if workload.once else None
            tokens = served.tokens(people.asking) if workload.once else [served.shop]

            def ask(seconds: float) -> Round:
                turns = _taken(mine, plan.turns_asked(seconds))
                order = _order(served, workload, plan, people, tokens=tokens, run=next(runs))
                return loaded(replace(order, seconds=seconds, turns=turns), plan.client)

            def bench() -> Round:
                turns = _taken(theirs, plan.turns_direct)
                return pgbench.timed(run=next(runs), seconds=plan.seconds, turns=turns)

            measured(lambda: ask(plan.warm))
            pairs = [(measured(lambda: ask(plan.seconds)), measured(bench)) for _ in range(plan.rounds)]
        settings = asyncio.run(settings_told(url))
    return Report(
        workload=workload,
        plan=plan,
        people=people,
        learned=known,
        http=[http for http, _ in pairs],
        pgbench=[direct for _, direct in pairs],
        settings=settings,
        first_seen=first_seen,
    )


def _taken(turned: Turned | None, size: int) -> Turns | None:
    return None if turned is None else turned.take(size)


async def _fill(url: str, people: People) -> None:
    if people.programs is not None:
        await crowd.fill(url, [people.asking, people.direct], programs=people.programs)
    async with product(Settings(url)) as filling:
        if people.programs is None:
            for group in (people.asking, people.direct, people.few):
                await join(filling, group)
            return
        for place, member in enumerate(people.few):
            program, yuan = code_of(FIRST_PROGRAM + place), crowd.TOP + 100 * place
            await crowd.live(filling, member, program, yuan=yuan, now=clock.now())


async def check_peer(pgbench: Pgbench, effects: Effects, *, run: int, turns: Turns | None = None) -> None:
    """Does the script do what the request does, row by row? May raise WorkNotDone."""
    before = await effects_so_far(pgbench.url)
    done = await asyncio.to_thread(pgbench.counted, run=run, each=TRIED, turns=turns)
    did = between(before, await effects_so_far(pgbench.url), times=done.requests)
    if did != effects:
        raise WorkNotDone(f"A transaction of pgbench changes {did}, a request {effects}.")


def _order(served: Server, workload: Workload, plan: Plan, people: People, *, tokens: Sequence[str], run: int) -> Order:
    return Order(
        port=served.port,
        body=workload.body,
        tokens=tokens,
        answer=workload.answer,
        members=people.asking,
        clients=plan.clients,
        first_number=first_number(run),
        seconds=plan.seconds,
    )
