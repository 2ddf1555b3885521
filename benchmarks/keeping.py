"""Databases that stay for the next time: to fill them takes longer than to measure."""

import asyncio
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

from app.db.migrating import upgrade

from .database import database_on, run, url_of

LAYOUT = """\
SELECT 'column ' || table_name || '.' || column_name || ' ' || udt_name || ' ' || is_nullable
FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL
SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'"""


class OtherLayout(Exception):
    """A database that was kept is not as the migrations make it by now; the message says what to do."""


@contextmanager
def kept_on(server: str, name: str, *, fill: Callable[[str], None]) -> Generator[str]:
    """The URL of a database of that name, which stays; filled if it is not there yet. One that was left half filled has
    another name, and is made anew. May raise OtherLayout."""
    kept = url_of(server, name)
    if asyncio.run(run(server, f"SELECT 1 FROM pg_database WHERE datname = '{name}'")):
        _check(server, kept, name)
    else:
        half = f"{name}_half"
        asyncio.run(run(server, f"DROP DATABASE IF EXISTS {half} WITH (FORCE)", f"CREATE DATABASE {half}"))
        made = url_of(server, half)
        asyncio.run(upgrade(made))
        fill(made)
        asyncio.run(run(server, f"ALTER DATABASE {half} RENAME TO {name}"))
    yield kept


def _check(server: str, kept: str, name: str) -> None:
    """What is told of another layout would be taken for this one's."""
    with database_on(server, "_new") as new:
        wanted, there = (_layout(url) for url in (new, kept))
    if wanted != there:
        differs = "; ".join(sorted(wanted ^ there))
        raise OtherLayout(f"Drop the database {name}, which is not as the migrations make it by now: {differs}.")


def _layout(url: str) -> set[Any]:
    return {told for (told,) in asyncio.run(run(url, LAYOUT))}
