"""`program check|diff|publish`: a program's file, before and when it comes into force."""

import asyncio
import getpass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from app.clock import now
from app.definition import read_file
from app.programs.changes import diff as changes_between
from app.programs.commands import PublishedVersion
from app.programs.commands import publish as publish_definition
from app.programs.queries import published
from app.programs.rules import Definition

from .connecting import DATA, Data, DatabaseUrl, database_at, opened
from .console import tell

PROGRAM = typer.Typer(help="A program's file: look it over, compare it, publish it.", no_args_is_help=True)
File = Annotated[Path, typer.Argument(help="The program, in TOML.", exists=True, dir_okay=False, readable=True)]


@PROGRAM.command()
def check(file: File) -> None:
    """Say what is wrong with a file: each problem with its key."""
    definition = read_file(file)
    tell(f"{file}: a program '{definition.program.code}', nothing wrong.")


@PROGRAM.command()
def diff(file: File, database_url: DatabaseUrl = None, data: Data = DATA) -> None:
    """Say what publishing a file would change."""
    definition = read_file(file)
    with database_at(database_url, data) as url:
        before = asyncio.run(_published(url, definition))
    if before is None:
        tell(f"'{definition.program.code}' was never published: all of it is new.")
        return
    for line in changes_between(before, definition) or ["Nothing is different."]:
        typer.echo(line)


@PROGRAM.command()
def publish(
    file: File,
    effective_from: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%dT%H:%M:%S%z"], help="In force from then on; else at once. With an offset."),
    ] = None,
    by: Annotated[str | None, typer.Option(help="Who publishes; else the user of this computer.")] = None,
    database_url: DatabaseUrl = None,
    data: Data = DATA,
) -> None:
    """Make a file the next version of its program. Every server works by it within 2 seconds."""
    definition = read_file(file)
    with database_at(database_url, data) as url:
        version = asyncio.run(_publish(url, definition, effective_from, by or getpass.getuser()))
    for line in version.changes:
        typer.echo(line)
    what = "Published" if version.is_new else "Nothing is different from"
    tell(f"{what} version {version.number} of '{version.code}', in force from {version.effective_from.isoformat()}.")


async def _published(url: str, definition: Definition) -> Definition | None:
    async with opened(url) as database:
        return await published(database, definition=definition)


async def _publish(url: str, definition: Definition, effective_from: datetime | None, by: str) -> PublishedVersion:
    async with opened(url) as database, database.transaction() as tx:
        return await publish_definition(
            tx, definition=definition, now=now(), published_by=by, effective_from=effective_from
        )
