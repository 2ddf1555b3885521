"""`python -m benchmarks coupon-codes`: codes that bring coupons, made by the job that the worker runs.

Beside it, in the same run: COPY of the very rows that it wrote into the same table, emptied, all at once: what the
database alone needs at least.
"""

import asyncio
import resource
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import asyncpg

from app import clock
from app.coupons.templates import template_by_code
from app.db import Database, Settings
from app.definition import programs_to_hold
from app.programs.rules import Programs
from app.staff.commands import coupons as commands
from app.staff.rules import Staff, StaffMember

from .database import benchmark_database, run
from .product import CLUB, ISSUER, product

DRIVER: Any = asyncpg
TEMPLATE = "sorry"
"""Of the preset: one that codes bring."""
BY = Staff(StaffMember(ISSUER, "operator"), "OPERATOR")
LONGEST = 3600.0
KIB = 1024


class CodesMissing(Exception):
    """Not all codes were made, or one is there twice."""


@dataclass(frozen=True)
class Made:
    """What came of it. Times in seconds, memory of this process in bytes at most."""

    codes: int
    seconds: float
    copy_seconds: float
    memory: int


def measured(codes: int, *, url: str | None, folder: Path | None) -> Made:
    """May raise CodesMissing."""
    with benchmark_database(url, folder) as database:
        return asyncio.run(_measured(database, codes))


async def _measured(url: str, codes: int) -> Made:
    async with product(Settings(url=url)) as made:
        held = programs_to_hold()
        await held.load(made.database)
        await _asked_for(made.database, held.programs, codes)
        began = perf_counter()
        await commands.do_coupon_jobs(made.database, held=held, clock=clock.now, slice_=LONGEST)
        seconds = perf_counter() - began
    ((number, different),) = await run(url, "SELECT count(*), count(DISTINCT code) FROM coupon_codes")
    if not number == different == codes:
        raise CodesMissing(f"{codes} codes were asked for, {number} are there, {different} of them different")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIB
    return Made(codes, seconds, await _copied(url), memory)


async def _asked_for(database: Database, programs: Programs, codes: int) -> None:
    now = clock.now()
    template = template_by_code(programs, CLUB, TEMPLATE, now=now)
    if template is None:
        raise LookupError(f"the preset has no template {TEMPLATE}")
    async with database.transaction() as tx:
        await commands.ask_for_codes(tx, template=template, count=codes, reason="To measure it.", by=BY, now=now)


async def _copied(url: str) -> float:
    """How long COPY of the rows takes."""
    rows = await run(url, "SELECT * FROM coupon_codes")
    columns = list(rows[0].keys())
    await run(url, "TRUNCATE coupon_codes", "SELECT 1")
    connection = await DRIVER.connect(url)
    try:
        began = perf_counter()
        await connection.copy_records_to_table("coupon_codes", columns=columns, records=map(tuple, rows))
        return perf_counter() - began
    finally:
        await connection.close()


def lines_of(made: Made) -> Iterator[str]:
    """As one reads it."""
    yield f"{made.codes:,} codes of 100 bits: {made.seconds:.2f} s, {made.codes / made.seconds:,.0f} codes/s"
    times = made.seconds / made.copy_seconds
    yield f"COPY of the same rows at once: {made.copy_seconds:.2f} s; the job takes {times:.1f} × as long"
    yield f"memory of the process at most: {made.memory // KIB // KIB} MiB"
