"""What a database has to show for the work that was done on it: rows, by table."""

import asyncio
from collections.abc import Mapping
from typing import NamedTuple

from .database import run

TABLES = "SELECT relname AS name FROM pg_stat_user_tables ORDER BY 1"
CHANGES = "SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_user_tables"
OTHERS = """\
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"""


class WorkNotDone(Exception):
    """Statements ran, and did not do what the request does: what they took says nothing."""


class Changes(NamedTuple):
    """Of one table."""

    inserted: int = 0
    updated: int = 0
    deleted: int = 0


Effects = Mapping[str, Changes]


async def effects_so_far(url: str) -> Effects:
    """Of all connections since the database was made. They tell when they end: this waits until all others have."""
    async with asyncio.timeout(30):
        while (await run(url, "SELECT pg_sleep(0.05)", OTHERS))[0][0]:
            pass
    return {name: Changes(*counts) for name, *counts in await run(url, CHANGES)}


def between(before: Effects, after: Effects, *, times: int = 1) -> Effects:
    """What was done meanwhile, each of so many times. May raise WorkNotDone: it was not the same each time."""
    done: dict[str, Changes] = {}
    for name, counts in after.items():
        earlier = before.get(name, Changes())
        changed = [late - early for late, early in zip(counts, earlier, strict=True)]
        if any(count % times for count in changed):
            raise WorkNotDone(f"{times} requests changed {changed} rows of {name}: not the same number each.")
        if any(changed):
            done[name] = Changes(*(count // times for count in changed))
    return done


async def numbers_of_rows(url: str) -> Mapping[str, int]:
    """Of each table. For tables that only grow: whoever is still connected need not end first."""
    names = [name for (name,) in await run(url, TABLES)]
    counts = ", ".join(f'(SELECT count(*) FROM "{name}")' for name in names)
    (row,) = await run(url, f"SELECT {counts}")
    return dict(zip(names, row, strict=True))


def check_rows(before: Mapping[str, int], after: Mapping[str, int], *, each: Effects, least: int, most: int) -> None:
    """Were from `least` to `most` requests done, by each table that they write to? May raise WorkNotDone."""
    for name, changes in each.items():
        more = after[name] - before[name]
        grows = changes.inserted - changes.deleted
        if not grows * least <= more <= grows * most:
            wanted = f"{grows} for each of {least}" if least == most else f"{grows} for each of {least} to {most}"
            raise WorkNotDone(f"{name} has {more} rows more, not {wanted} requests.")
