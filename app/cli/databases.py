"""`migrate`: the tables of a database, up to date."""

import asyncio
from typing import Annotated

import typer

from app.db.migrating import upgrade
from app.db.revisions import current, head

from .connecting import DATA, Data, DatabaseUrl, database_at
from .console import tell

LockTimeout = Annotated[float, typer.Option(min=0.1, help="Seconds to wait for each lock.", envvar="LOCK_TIMEOUT")]


def migrate(database_url: DatabaseUrl = None, data: Data = DATA, lock_timeout: LockTimeout = 5.0) -> None:
    """Bring the tables up to date, while servers are running.

    All of it happens, or nothing. Of several processes that migrate at once, one does it and the others wait.
    """
    with database_at(database_url, data) as url:
        asyncio.run(_migrate(url, lock_timeout))


async def _migrate(url: str, lock_timeout: float) -> None:
    before = await current(url)
    if before == head():
        tell(f"The tables are up to date ({before}).")
        return
    await upgrade(url, lock_timeout=lock_timeout)
    tell(f"Migrated from {before or 'nothing'} to {head()}.")
