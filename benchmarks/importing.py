"""`python -m benchmarks import`: order history played in from a file, by the command that an operator uses.

Beside it, in the same run: COPY of the very rows that it wrote into empty tables with the same keys, which is what the
database alone needs at least; and the same kind of orders one by one, as they are reported live.
"""

import asyncio
import random
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from time import monotonic, perf_counter
from typing import Any

import asyncpg
import psutil

from app import clock
from app.customers.rules import Identity
from app.db import Database, Settings
from app.facts.commands import record_order
from app.facts.rules import Line, ReportedOrder
from app.programs.rules import Programs

from .database import benchmark_database, settings_told
from .processes import cpu_of, postmaster_of
from .product import CLUB, ISSUER, product

DRIVER: Any = asyncpg
FIRST_DAY = date(2022, 1, 1)
DAYS = 1400
SEED = 20_260_301
TABLES = ("customers", "identities", "unique_keys", "members", "touches", "outbox_events", "orders", "facts",
          "order_lines", "growth_entries", "tier_changes", "tier_gifts")  # fmt: skip
"""What an import writes, in an order in which it may be written."""
LOOK_EVERY = 0.25
"""Seconds."""
ONE_BY_ONE = 2_000
"""Orders that are recorded as they are reported live."""
MIB = 1024 * 1024


class ImportFailed(Exception):
    """The command did not do what it was asked."""


@dataclass(frozen=True)
class Shape:
    """How many orders, and of how many members."""

    orders: int
    each: int
    """Orders of a member on average; each has at least one."""

    @property
    def members(self) -> int:
        return max(1, self.orders // self.each)


@dataclass(frozen=True)
class Look:
    """What is seen of the command at a moment. Memory in bytes."""

    seconds: float
    done: int
    memory: int


@dataclass(frozen=True)
class Played:
    """What came of it."""

    shape: Shape
    seconds: float
    """From when the lines were in the database to the end; that of reading them is in `reading`."""
    reading: float
    looks: Sequence[Look]
    cpu: float
    """Of the command."""
    database_cpu: float | None
    rows: Mapping[str, int]
    copy_seconds: float
    one_by_one: float
    """Orders a second, recorded as they are reported live, one after the other."""
    settings: Mapping[str, str] = field(default_factory=dict[str, str])


def generated(file: Path, shape: Shape) -> None:
    """Orders sorted by day, as a shop's system would write them: each day's of random members. The same each time."""
    chance = random.Random(SEED)
    with file.open("w") as out:
        out.write("order,customer,date,units,amount\n")
        for number in range(shape.orders):
            day = FIRST_DAY + timedelta(days=number * DAYS // shape.orders)
            # the first order of each is spread over all days, the others are anybody's
            newest, after = (each * shape.members // shape.orders for each in (number, number + 1))
            member = newest if newest != after else chance.randrange(shape.members)
            cents = int(chance.lognormvariate(8.2, 0.9)) + 100
            out.write(f"{number:09},c{member:07},{day},{chance.randint(1, 4)},{cents // 100}.{cents % 100:02}\n")


def measured(shape: Shape, *, url: str | None, folder: Path | None) -> Played:
    with benchmark_database(url, folder) as database, TemporaryDirectory(prefix="member-center-") as made:
        file = Path(made) / "orders.csv"
        generated(file, shape)
        return asyncio.run(_measured(database, file, shape))


async def _measured(url: str, file: Path, shape: Shape) -> Played:
    async with product(Settings(url=url, statement_timeout=600)) as made:
        programs: Programs = made.held[Programs]
        one_by_one = await _one_by_one(made.database, programs)
        await made.database.close()
    postmaster = await postmaster_of(url)
    before = cpu_of(postmaster) if postmaster else 0.0
    looks, reading, seconds, cpu = await _watched(url, file)
    database_cpu = cpu_of(postmaster) - before if postmaster else None
    rows = {table: await _value(url, f"SELECT count(*) FROM {table}") for table in TABLES}
    orders = rows["orders"] - ONE_BY_ONE
    if orders != shape.orders:
        raise ImportFailed(f"{orders} orders are there, not {shape.orders}")
    copy_seconds, told = await _copied(url), await settings_told(url)
    return Played(shape, seconds, reading, looks, cpu, database_cpu, rows, copy_seconds, one_by_one, told)


async def _one_by_one(database: Database, programs: Programs) -> float:
    """Orders a second, each reported paid and completed, in a transaction of its own, of members with ten each."""
    now = clock.now()
    begun = perf_counter()
    for number in range(ONE_BY_ONE):
        at = now - timedelta(days=10)
        order = ReportedOrder("live", f"live-{number}", at, at, [Line(1, 10_000)])
        async with database.transaction() as tx:
            await record_order(tx, programs=programs, program=CLUB, identity=Identity(ISSUER, f"live-{number // 10}"),
                               order=order, now=now)  # fmt: skip
    return ONE_BY_ONE / (perf_counter() - begun)


async def _watched(url: str, file: Path) -> tuple[list[Look], float, float, float]:
    """The command, looked at again and again: its looks, seconds of reading and of playing in, and CPU seconds."""
    columns = ("--customer", "customer", "--amount", "amount", "--order", "order", "--source", "history")
    asked = (sys.executable, "-m", "app", "import", "orders", str(file), "--program", CLUB, "--issuer", ISSUER)
    with NamedTemporaryFile("w+") as told:
        process = subprocess.Popen([*asked, *columns, "--database-url", url], stderr=told)  # noqa: ASYNC220 - at once
        seen, looks, begun, cpu, read_at = psutil.Process(process.pid), [Look(0, 0, 0)], monotonic(), 0.0, 0.0
        connection = await DRIVER.connect(url)
        while process.poll() is None:
            await asyncio.sleep(LOOK_EVERY)
            try:
                cpu, memory = sum(seen.cpu_times()[:2]), seen.memory_info().rss
            except psutil.NoSuchProcess:
                break
            run = await connection.fetchrow("SELECT state, done FROM import_runs")
            now = monotonic() - begun
            if run is None:  # it begins, or tidies up
                continue
            if run["state"] == "RUNNING" and not read_at:
                read_at = now
            looks.append(Look(now, run["done"], memory))
        await connection.close()
        if process.wait():
            told.seek(0)
            raise ImportFailed(told.read())
        through = max(look.seconds for look in looks)
    return looks, read_at, max(through - read_at, LOOK_EVERY), cpu  # what is over between two looks is not seen


async def _value(url: str, text: str) -> Any:
    connection = await DRIVER.connect(url)
    try:
        return await connection.fetchval(text)
    finally:
        await connection.close()


async def _copied(url: str) -> float:
    """Seconds for COPY of all the rows into the same tables, emptied, with all their keys."""
    connection = await DRIVER.connect(url)
    try:
        with TemporaryDirectory(prefix="member-center-") as folder:
            for table in TABLES:
                await connection.copy_from_table(table, output=Path(folder) / table, format="binary")
            await connection.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")
            begun = perf_counter()
            for table in TABLES:
                await connection.copy_to_table(table, source=Path(folder) / table, format="binary")
            return perf_counter() - begun
    finally:
        await connection.close()


def lines_of(played: Played) -> Iterator[str]:
    """What is told, for people."""
    shape, rate = played.shape, played.shape.orders / played.seconds
    yield f"{shape.orders:,} orders of {shape.members:,} members, with ids"
    yield f"made {datetime.now(UTC):%Y-%m-%d %H:%M}Z; {', '.join(f'{k} {v}' for k, v in played.settings.items())}"
    yield ""
    yield "   seconds     orders   orders/s   memory MiB"
    for before, look in _tenths(played):
        here = (look.done - before.done) / max(look.seconds - before.seconds, 0.001)
        yield f"{look.seconds:10.0f} {look.done:10,} {here:10,.0f} {look.memory / MIB:12.0f}"
    flat = [look.memory for look in played.looks if look.done]
    yield ""
    reading = shape.orders / max(played.reading, LOOK_EVERY)
    yield f"reading all lines into the database: {played.reading:.0f} s, {reading:,.0f}/s"
    yield f"playing them in:                     {played.seconds:.0f} s, {rate:,.0f} orders/s"
    total = shape.orders / (played.seconds + played.reading)
    yield f"both:                                {total:,.0f} orders/s"
    if flat:
        yield f"memory while playing in:             {min(flat) / MIB:.0f} to {max(flat) / MIB:.0f} MiB"
    cpu = played.cpu / shape.orders * 1e6
    yield f"CPU per order: command {cpu:.0f} µs" + (
        "" if played.database_cpu is None else f", database {played.database_cpu / shape.orders * 1e6:.0f} µs"
    )
    number = sum(played.rows.values())
    yield f"COPY of the {number:,} rows, all keys and checks: {played.copy_seconds:.0f} s; " + (
        f"the import takes {(played.seconds + played.reading) / played.copy_seconds:.1f} × as long"
    )
    yield f"one by one, as reported live with points: {played.one_by_one:,.0f} orders/s; the import is " + (
        f"{total / played.one_by_one:.1f} × as fast"
    )


def _tenths(played: Played) -> list[tuple[Look, Look]]:
    looks = list(played.looks)
    step = max(1, len(looks) // 20)
    chosen = [*looks[::step], looks[-1]]
    return list(pairwise(chosen))
