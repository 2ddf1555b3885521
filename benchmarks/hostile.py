"""`python -m benchmarks hostile`: documents that nobody sent before, one after the other, beside pages that are known.

What a server keeps of what clients send has a bound (documents checked and compiled, texts of SQL, statements prepared
on each connection): its memory is told before and after, and how a known page fares alone, beside the stream, and after
it.
"""

import asyncio
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import asyncpg
import orjson

from app.db import Settings

from .database import benchmark_database
from .figures import Round, percentile
from .members import join
from .numbers import Group
from .processes import cpu_of
from .product import product
from .server import Server, server

DRIVER: Any = asyncpg
MIB = 1024 * 1024
MEMBERS = Group(1_000_000, 20)
KNOWN = """query Page { me { displayName status growth tier { name } points { available pending }
pointHistory(first: 10) { nodes { id kind change order { externalId amount { amount } } } } } }"""
LEAVES = ("id", "status", "growth", "joinedAt", "displayName", "channel")
OF_ENTRIES = (
    *("id", "kind", "cause", "rule", "change", "pendingChange", "heldChange"),
    *("balanceAfter", "ruleVersion", "occurredAt"),
)
OF_ORDERS = ("id", "externalId", "source", "channel", "paidAt", "completedAt", "points", "growth")
CONNECTIONS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


@dataclass(frozen=True)
class Suffered:
    """What came of it. Memory in bytes."""

    documents: int
    wrong: int
    """Of the documents: answered with something else than data."""
    seconds: float
    cpu: float
    """Of the server, for each document, in seconds; the pages beside them are taken off by what one costs alone."""
    alone: Round
    beside: Round
    after: Round
    memory: tuple[int, int, int, int]
    """Of the server: once the page is known, after a twentieth of the documents, after half of them, after all."""
    connections: int

    @property
    def errors(self) -> int:
        """Answers that were wrong."""
        return self.wrong + sum(each.errors for each in (self.alone, self.beside, self.after))


def hostile(number: int) -> str:
    """A document that no other number makes: other names, and other columns of each thing that it asks for."""
    dice = random.Random(number)

    def some(names: tuple[str, ...]) -> str:
        return " ".join(f"a{number}_{name}: {name}" for name in dice.sample(names, dice.randint(1, len(names))))

    entries = f"{some(OF_ENTRIES)} order {{ {some(OF_ORDERS)} }}"
    history = f"pointHistory(first: {dice.randint(1, 100)}) {{ nodes {{ {entries} }} }}"
    return f"query Q{number} {{ me {{ {some(LEAVES)} h{number}: {history} }} }}"


class Asking:
    """A client with one connection, which it keeps."""

    def __init__(self, served: Server, token: str) -> None:
        self._port = served.port
        self._head = f"POST /graphql HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {token}\r\n"

    async def opened(self) -> "Asking":
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        return self

    async def ask(self, query: str) -> bool:
        """Is it answered with data, and without an error?"""
        body = orjson.dumps({"query": query})
        head = f"{self._head}content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
        self._writer.write(head.encode() + body)
        answer = await self._reader.readuntil(b"\r\n\r\n")
        length = int(answer.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        return (await self._reader.readexactly(length)).startswith(b'{"data":{"me":{')


def measured(documents: int, *, seconds: float, clients: int, url: str | None, folder: Path | None) -> Suffered:
    """May raise ServerError."""
    with benchmark_database(url, folder) as database:
        asyncio.run(_joined(database))
        with server(database, pool=clients) as served:
            return asyncio.run(_measured(served, database, documents, seconds, clients))


async def _joined(database: str) -> None:
    async with product(Settings(url=database)) as made:
        await join(made, MEMBERS)


async def _measured(served: Server, database: str, documents: int, seconds: float, clients: int) -> Suffered:
    tokens = served.tokens(MEMBERS)
    known = [await Asking(served, tokens[number % len(tokens)]).opened() for number in range(clients)]
    await _pages(known, until=_after(seconds / 5))  # what a process does first
    before = cpu_of(served.process)
    alone = await _pages(known, until=_after(seconds))
    each = (cpu_of(served.process) - before) / alone.requests
    memory, wrong, is_over = [served.process.memory_info().rss], 0, asyncio.Event()
    stranger = await Asking(served, tokens[0]).opened()  # only now: whoever says nothing for ten seconds is cut off
    began, before = perf_counter(), cpu_of(served.process)
    pages = asyncio.create_task(_pages(known, until=is_over.is_set))
    for number in range(1, documents + 1):
        wrong += not await stranger.ask(hostile(number))
        if number in (documents // 20, documents // 2, documents):
            memory.append(served.process.memory_info().rss)
    is_over.set()
    beside = await pages
    cpu = (cpu_of(served.process) - before - each * beside.requests) / documents
    took = perf_counter() - began
    after = await _pages(known, until=_after(seconds))
    first, early, half, last = memory
    connection = await DRIVER.connect(database)
    connections = await connection.fetchval(CONNECTIONS)
    await connection.close()
    return Suffered(documents, wrong, took, cpu, alone, beside, after, (first, early, half, last), connections)


def _after(seconds: float) -> Callable[[], bool]:
    end = perf_counter() + seconds
    return lambda: perf_counter() > end


async def _pages(known: list[Asking], *, until: Callable[[], bool]) -> Round:
    """The known page, again and again."""
    took: list[float] = []
    errors = 0

    async def ask(one: Asking) -> None:
        nonlocal errors
        while not until():
            began = perf_counter()
            errors += not await one.ask(KNOWN)
            took.append((perf_counter() - began) * 1000)

    began = perf_counter()
    await asyncio.gather(*map(ask, known))
    took.sort()
    return Round(len(took), perf_counter() - began, percentile(took, 0.5), percentile(took, 0.99), errors)


def lines_of(found: Suffered) -> Iterator[str]:
    """For people."""
    first, early, half, last = (f"{each / MIB:.0f}" for each in found.memory)
    yield f"{found.documents} documents, each sent once, in {found.seconds:.0f} s: {found.wrong} wrong,"
    yield f"{found.cpu * 1000:.1f} ms CPU of the server each (read, checked, compiled, run)"
    yield f"{found.connections} connections to the database"
    yield f"resident memory, MiB: {first} before, {early} after a twentieth, {half} after half, {last} after all"
    for name, each in (("alone", found.alone), ("beside them", found.beside), ("after them", found.after)):
        yield (f"the known page {name}: {each.per_second:.0f} requests/s, p50 {each.p50:.1f} ms, p99 {each.p99:.1f} ms,"
               f" {each.errors} wrong")  # fmt: skip
