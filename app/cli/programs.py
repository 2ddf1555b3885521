"""`program check|diff|publish`: a program's file, before and when it comes into force."""

import asyncio
import getpass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from app.clock import now
from app.definition import read_file
from app.errors import Refused
from app.programs.commands import PublishedVersion, lock_program
from app.programs.commands import publish as publish_definition
from app.programs.problems import WrongDefinition
from app.programs.rules import Definition
from app.staff.comparison import ProgramComparison, check_codes, compared

from .connecting import DATA, Data, DatabaseUrl, database_at, opened
from .console import fail, tell
from .moving import moves_told, nobody_or

PROGRAM = typer.Typer(help="A program's file: look it over, compare it, publish it.", no_args_is_help=True)
File = Annotated[Path, typer.Argument(help="The program, in TOML.", exists=True, dir_okay=False, readable=True)]


@PROGRAM.command()
def check(file: File) -> None:
    """Say what is wrong with a file: each problem with its key."""
    definition = read_file(file)
    tell(f"{file}: a program '{definition.program.code}', nothing wrong.")


@PROGRAM.command()
def diff(file: File, database_url: DatabaseUrl = None, data: Data = DATA) -> None:
    """Say what publishing a file would change, and how many members it would move."""
    definition = read_file(file)
    with database_at(database_url, data) as url:
        found = asyncio.run(_compared(url, definition))
    if found.problems:
        raise WrongDefinition(found.problems)
    if found.moves is None:
        tell(f"'{definition.program.code}' was never published: all of it is new.")
        return
    for line in found.changes or ["Nothing is different."]:
        typer.echo(line)
    for line in moves_told(found.moves):
        typer.echo(line)
    tell(f"Compared with version {found.newest}; {nobody_or(found.moves)}")


@PROGRAM.command()
def publish(
    file: File,
    effective_from: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%dT%H:%M:%S%z"], help="In force from then on; else at once. With an offset."),
    ] = None,
    expected_version: Annotated[
        int | None,
        typer.Option(min=0, help="Only if this is the newest version still: the one that `diff` compared with."),
    ] = None,
    share: Annotated[
        int | None,
        typer.Option(
            min=1, max=99, help="Try it on so many percent of the members first, until a version for all is published."
        ),
    ] = None,
    by: Annotated[str | None, typer.Option(help="Who publishes; else the user of this computer.")] = None,
    database_url: DatabaseUrl = None,
    data: Data = DATA,
) -> None:
    """Make a file the next version of its program. Every server works by it within 2 seconds.

    With --share it is tried on a part of the members first; the same file without it makes it everybody's.
    """
    definition = read_file(file)
    with database_at(database_url, data) as url:
        by = by or getpass.getuser()
        publishing = _publish(url, definition, effective_from, expected_version, share=share, by=by)
        version = asyncio.run(publishing)
    for line in version.changes:
        typer.echo(line)
    what = "Published" if version.is_new else "Nothing is different from"
    whom = "" if version.share is None else f" for {version.share} % of the members"
    since = version.effective_from.isoformat()
    tell(f"{what} version {version.number} of '{version.code}', in force{whom} from {since}.")


async def _compared(url: str, definition: Definition) -> ProgramComparison:
    async with opened(url) as database:
        await check_codes(database, definition)
        return await compared(database, definition=definition, now=now())


async def _publish(
    url: str,
    definition: Definition,
    effective_from: datetime | None,
    expected: int | None,
    *,
    share: int | None,
    by: str,
) -> PublishedVersion:
    try:
        async with opened(url) as database, database.transaction() as tx:
            await lock_program(tx, definition.program.code)
            await check_codes(tx, definition)
            return await publish_definition(
                tx,
                definition=definition,
                now=now(),
                published_by=by,
                effective_from=effective_from,
                expected=expected,
                share=share,
            )
    except Refused as refused:
        fail(f"The newest version is {refused.answer.number}, not {expected}: compare the file with it first.")
