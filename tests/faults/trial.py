"""One trial: operations and faults by a seed, clients that play them, and what is found wrong afterwards."""

from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random

from app import clock
from app.db import Database, Settings
from app.graph.viewer import Role
from app.programs.rules import Programs
from app.prover import prove
from tests.served import issuer_in, settings_in
from tests.world import ISSUER, World

from .answers import wrong_answers
from .asking import TokenOf, asks_by_http, asks_in_process
from .books import wrong_books
from .corrections import Correction, Find
from .operations import CUSTOMERS, LASTING, PROGRAMS, Operation, Wish, operations
from .playing import CLIENTS, Ask, History
from .proxy import FaultProxy, fault_proxy
from .schedule import KILLS, Kind, Schedule, scheduled
from .serving import server_process

COMMITS = 0.5
"""Of one operation, at least: what is bad input commits nothing, and nobody decides about holds that were refused."""
SURVIVED = tuple(kind for kind in Kind if kind not in KILLS)
"""Kinds of faults that a process lives through."""


@dataclass(frozen=True)
class Plan:
    """How much, and by which seed: the same seed is the same operations, and the same faults at the same COMMITs."""

    seed: int
    operations: int
    faults: int
    wishes: float = 0.2
    """How many of the operations are about joining and leaving, from 0 to 1."""
    sales: float = 0.25
    """How many of the others, but for corrections, are about points that the shop is paid with."""

    def operations_by(self, issuer: str, now: datetime) -> Iterator[Operation]:
        random, shares = Random(self.seed), {"wishes": self.wishes, "sales": self.sales}
        return operations(random, number=self.operations, issuer=issuer, now=now, **shares)

    def schedule(self, kinds: Sequence[Kind]) -> Schedule:
        commits = int(self.operations * COMMITS)
        return scheduled(Random(self.seed), faults=self.faults, commits=commits, kinds=kinds)


@dataclass(frozen=True)
class Trial:
    """What there is to play with."""

    ask: Ask
    issuer: str
    now: datetime
    proxy: FaultProxy


@asynccontextmanager
async def in_process(world: World, plan: Plan) -> AsyncGenerator[Trial]:
    """The graph in this process, twice, as two servers would have it: with connections and keys of their own."""
    async with fault_proxy(world.database.settings.url, plan.schedule(SURVIVED)) as proxy:
        databases = [Database(Settings(proxy.url, size=2 * CLIENTS), new_id=clock.new_id) for _ in range(2)]
        worlds = [World(database, world.programs) for database in databases]
        try:
            yield Trial(asks_in_process(*worlds), ISSUER, world.now, proxy)
        finally:
            for database in databases:
                await database.close()


@asynccontextmanager
async def by_http(database: str, plan: Plan, folder: Path) -> AsyncGenerator[Trial]:
    """A server process, which is killed and replaced; its log is `server.log` in the folder."""
    now = clock.now().replace(microsecond=0)
    issuer = issuer_in(folder)

    async def replace() -> None:
        await server.replace()

    async with (
        fault_proxy(database, plan.schedule(tuple(Kind)), kill=replace) as proxy,
        server_process(_environment(folder, proxy.url), log=folder / "server.log") as server,
        asks_by_http(server.url, _tokens(folder, now)) as ask,
    ):
        yield Trial(ask, issuer.issuer, now, proxy)


async def wrong_after(history: History, database: Database, *, programs: Programs, now: datetime) -> list[str]:
    """In the answers, in the books by themselves, and in the books against the answers; by a way without faults."""
    proof = await prove(database, now=now + LASTING, programs=programs)
    books = await wrong_books(history, database.settings.url, now=now)
    return [*wrong_answers(history), *books, *(str(mismatch) for mismatch in proof.mismatches)]


def _environment(folder: Path, database: str) -> Mapping[str, str]:
    """Of a server of production."""
    settings = settings_in(folder, database)
    return {
        "DATABASE_URL": database,
        "TOKEN_ISSUER": settings.token_issuer,
        "TOKEN_AUDIENCE": settings.token_audience,
        "JWKS_FILE": str(settings.jwks_file),
    }


def _tokens(folder: Path, now: datetime) -> TokenOf:
    """Who asks for what: the shop reports, customers wish."""
    issuer = issuer_in(folder)
    scopes = ("facts:write", "points:hold")
    shop = issuer.token(subject="shop", now=now, role=Role.SERVICE, programs=PROGRAMS, sources=("shop",), scopes=scopes)
    customers = {name: issuer.token(subject=name, now=now) for name in CUSTOMERS}

    support = issuer.token(subject="support", now=now, role=Role.SUPPORT, programs=PROGRAMS)

    def token_of(operation: Operation) -> str:
        if isinstance(operation, Correction):
            return support
        return customers[operation.customer] if isinstance(operation, Wish | Find) else shop

    return token_of
