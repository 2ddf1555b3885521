"""One trial: operations and faults by a seed, clients that play them, and what is found wrong afterwards."""

from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
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
from .operations import (
    LASTING,
    PROGRAMS,
    Operation,
    Shares,
    customer_of,
    is_by_operator,
    is_by_staff,
    operations,
)
from .playing import CLIENTS, Ask, History
from .proxy import FaultProxy, fault_proxy
from .reacting import codes_made, never_reacted, worker
from .schedule import KILLS, Kind, Schedule, scheduled
from .serving import server_process
from .staging import Stage, staged

COMMITS = 0.5
"""Of one operation, at least: what is bad input commits nothing, and nobody decides about holds that were refused."""
NOTHING = Stage()
SHARES = Shares(wishes=0.2, members=0.35, sales=0.25, coupons=0.15, privileges=0.12)
SURVIVED = tuple(kind for kind in Kind if kind not in KILLS)
"""Kinds of faults that a process lives through."""


@dataclass(frozen=True)
class Plan:
    """How much, and by which seed: the same seed is the same operations, and the same faults at the same COMMITs."""

    seed: int
    operations: int
    faults: int
    shares: Shares = SHARES
    pieces: int = 20
    """Of what is scarce."""

    def operations_by(self, trial: "Trial") -> Iterator[Operation]:
        random = Random(self.seed)
        return operations(random, number=self.operations, shares=self.shares, stage=trial.stage, issuer=trial.issuer,
                          now=trial.now)  # fmt: skip

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
    stage: Stage


@asynccontextmanager
async def in_process(world: World, plan: Plan) -> AsyncGenerator[Trial]:
    """The graph in this process, twice, as two servers would have it: with connections and keys of their own."""
    stage = await _staged(world, plan, issuer=ISSUER, now=world.now)
    async with fault_proxy(world.database.settings.url, plan.schedule(SURVIVED)) as proxy:
        databases = [Database(Settings(proxy.url, size=2 * CLIENTS), new_id=clock.new_id) for _ in range(2)]
        worlds = [World(database, world.programs) for database in databases]
        try:
            async with worker(proxy.url, world.programs, lambda: world.now):
                yield Trial(asks_in_process(*worlds), ISSUER, world.now, proxy, stage)
        finally:
            for database in databases:
                await database.close()


@asynccontextmanager
async def by_http(world: World, plan: Plan, folder: Path) -> AsyncGenerator[Trial]:
    """A server process, which is killed and replaced; its log is `server.log` in the folder."""
    now = clock.now().replace(microsecond=0)
    issuer = issuer_in(folder)
    database = world.database.settings.url
    stage = await _staged(world, plan, issuer=issuer.issuer, now=now)

    async def replace() -> None:
        await server.replace()

    async with (
        fault_proxy(database, plan.schedule(tuple(Kind)), kill=replace) as proxy,
        server_process(_environment(folder, proxy.url), log=folder / "server.log") as server,
        asks_by_http(server.url, _tokens(folder, now)) as ask,
        worker(proxy.url, world.programs, clock.now),
    ):
        yield Trial(ask, issuer.issuer, now, proxy, stage)


async def _staged(world: World, plan: Plan, *, issuer: str, now: datetime) -> Stage:
    """Nobody and nothing, if nobody is to do anything with it."""
    if not plan.shares.members:
        return Stage()
    return await staged(world.database, programs=world.programs, program=PROGRAMS[0], issuer=issuer,
                        pieces=plan.pieces, now=now)  # fmt: skip


async def wrong_after(
    history: History, database: Database, *, programs: Programs, stage: Stage = NOTHING, now: datetime
) -> list[str]:
    """In the answers, in the books by themselves, and in the books against the answers, once all that was told is
    reacted to; by a way without faults."""
    unheard = await never_reacted(database, programs, now=now)
    await codes_made(database, programs, now=now)
    proof = await prove(database, now=now + LASTING, programs=programs)
    books = await wrong_books(history, database.settings.url, stage=stage, now=now)
    mismatches = [str(mismatch) for mismatch in (*proof.mismatches, *proof.stock.mismatches, *proof.coupons.mismatches)]
    return [*unheard, *wrong_answers(history), *books, *mismatches]


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
    """Who asks for what: the shop reports, customers do what they do, staff correct and see to what was redeemed."""
    issuer = issuer_in(folder)
    scopes = ("facts:write", "points:hold", "coupons:write", "benefits:use")
    shop = issuer.token(subject="shop", now=now, role=Role.SERVICE, programs=PROGRAMS, sources=("shop",), scopes=scopes)
    operator = issuer.token(subject="operator", now=now, role=Role.OPERATOR, programs=PROGRAMS)
    support = issuer.token(subject="support", now=now, role=Role.SUPPORT, programs=PROGRAMS)

    @cache
    def of_customer(name: str) -> str:
        return issuer.token(subject=name, now=now)

    def token_of(operation: Operation) -> str:
        who = customer_of(operation)
        if who is not None:
            return of_customer(who)
        if is_by_operator(operation):
            return operator
        return support if is_by_staff(operation) else shop

    return token_of
