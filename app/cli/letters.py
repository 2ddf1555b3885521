"""`outbox dead|requeue`: events that were reacted to in vain, and another try."""

import asyncio
from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table

from app.clock import now
from app.db import Page, Reader
from app.outbox import OutboxEventRow, dead_letters
from app.outbox import requeue as put_back

from .connecting import DATA, Data, DatabaseUrl, database_at, opened
from .console import fail, tell

OUTBOX = typer.Typer(help="What the domains tell each other, and what of it got stuck.", no_args_is_help=True)

Member = Annotated[UUID, typer.Argument(help="The event's member, as `outbox dead` shows it.")]
Event = Annotated[UUID, typer.Argument(help="The event, as `outbox dead` shows it.")]
After = Annotated[UUID | None, typer.Option(help="Go on after this event.")]


@OUTBOX.command()
def dead(after: After = None, database_url: DatabaseUrl = None, data: Data = DATA) -> None:
    """Show the events that were tried in vain, the newest first: a hundred at a time."""

    async def shown(url: str) -> None:
        async with opened(url) as database:
            Console().print(await dead_letters_shown(database, page=Page(100, after)))

    with database_at(database_url, data) as url:
        asyncio.run(shown(url))


@OUTBOX.command()
def requeue(member: Member, event: Event, database_url: DatabaseUrl = None, data: Data = DATA) -> None:
    """Have a dead event tried again, once what made it fail is mended. The exit code is 1 if there is none."""

    async def tried(url: str) -> bool:
        async with opened(url) as database, database.transaction() as tx:
            return await put_back(tx, member_id=member, event_id=event, now=now())

    with database_at(database_url, data) as url:
        if not asyncio.run(tried(url)):
            fail("There is no such dead event.")
    tell("It will be tried again.")


async def dead_letters_shown(db: Reader, *, page: Page) -> Table:
    """A page of dead letters, the newest first. Its last column goes on with the next page, as `Page.after`."""
    return _table_of((await dead_letters(db, page=page))[: page.first])


def _table_of(letters: Sequence[OutboxEventRow]) -> Table:
    """Without the payload: whoever needs it looks at the event itself."""
    table = Table("died at", "kind", "attempts", "last error", "member", "event", title=f"{len(letters)} dead letters")
    for letter in letters:
        died = "" if letter.ended_at is None else f"{letter.ended_at:%Y-%m-%d %H:%M:%SZ}"
        told = (died, letter.kind, str(letter.attempts), letter.last_error or "", letter.member_id, letter.id)
        table.add_row(*(str(value) for value in told))
    return table
