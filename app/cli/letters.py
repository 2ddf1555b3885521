"""`outbox dead|requeue`: events that were reacted to in vain, and another try."""

import asyncio
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console

from app.clock import now
from app.db import Page
from app.outbox import dead_letters_shown
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
