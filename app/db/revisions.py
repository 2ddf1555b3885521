"""At which revision a database is, and which this code needs: what a server asks. Making it so is `migrating`'s."""

from pathlib import Path
from typing import Any

import asyncpg

REVISIONS = Path(__file__).parent / "migrations" / "versions"
DRIVER: Any = asyncpg


class MigrationError(Exception):
    """The database cannot be migrated; the message says why."""


def head() -> str | None:
    """The revision that this code needs. Each file's name begins with its number; None if there is none."""
    return max((file.stem.partition("_")[0] for file in REVISIONS.glob("[0-9]*.py")), default=None)


async def current(url: str) -> str | None:
    """The revision that a database has; None if it was never migrated."""
    connection = await DRIVER.connect(url)
    try:
        if await connection.fetchval("SELECT to_regclass('alembic_version')") is None:
            return None
        return await connection.fetchval("SELECT version_num FROM alembic_version")
    finally:
        await connection.close()
