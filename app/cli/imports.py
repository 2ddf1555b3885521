"""`import`: what every import of a file has in common on the command line."""

import asyncio
import csv
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer
import uvloop

from app.clock import now
from app.definition import programs_to_hold
from app.errors import BadInput, CallerError
from app.facts.importing.commands import import_file
from app.facts.importing.records import PIECE
from app.facts.importing.stages import Changed
from app.facts.importing.terms import Imported, Manner, Origin
from app.tokens import DEVELOPMENT_ISSUER
from app.worker import stopped_by_signals

from .bars import line_progress
from .connecting import database_at, opened
from .console import complain, tell

NOTHING_DONE, INTERRUPTED = 2, 130
"""Exit codes; 0 and 1 are those of every command."""
CHANGED = ("customer", "new", "tier_before", "tier_after", "growth_before", "growth_after", "orders")

File = Annotated[Path, typer.Argument(help="A CSV file in UTF-8.", exists=True, dir_okay=False, readable=True)]
Program = Annotated[str, typer.Option(help="Code of the program.", envvar="DEFAULT_PROGRAM")]
Issuer = Annotated[str | None, typer.Option(help="`iss` of the customers' tokens.", envvar="TOKEN_ISSUER")]
Customer = Annotated[str, typer.Option(help="Column of the customer: the `sub` of their tokens.")]
DryRun = Annotated[
    bool,
    typer.Option(
        "--dry-run",
        help="Change nothing: tell as CSV what would change, and by how much. "
        "Each customer is locked while their orders are gone through.",
    ),
]
Gifts = Annotated[bool, typer.Option("--gifts", help="Give what tiers give for being reached, once.")]


@dataclass(frozen=True)
class Place:
    """The database that is meant: the one of a URL, else the one in a folder."""

    url: str | None
    data: Path


def run_import(file: Path, place: Place, origin: Callable[[str], Origin], issuer: str | None, manner: Manner) -> None:
    """Import a file, and say what came of it. Repeating it changes nothing; Ctrl-C stops it, repeating goes on.

    The exit code is 0 if all was taken, 1 if some lines were not, 2 if nothing could be done (a column is missing, the
    program is unknown), 130 if it was stopped.
    """
    try:
        if manner.is_dry:
            manner = replace(manner, changed=_list_begun())
        asked = origin(_issuer(issuer, place.url))
        with (
            database_at(place.url, place.data) as url,
            asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
        ):
            imported = runner.run(_import(url, file, asked, manner))
    except (CallerError, OSError) as error:
        complain(str(error))
        raise typer.Exit(NOTHING_DONE) from None
    report(imported, manner)
    if not imported.is_whole:
        raise typer.Exit(INTERRUPTED)
    if imported.refused:
        raise typer.Exit(1)


def _issuer(given: str | None, database_url: str | None) -> str:
    """Of the customers: by default those of `dev`, and only in its own database. May raise BadInput."""
    if given is None and database_url is not None:
        raise BadInput("Say --issuer, the `iss` of the customers' tokens: without it nobody would find their orders.")
    return given or DEVELOPMENT_ISSUER


def pieces_of(file: Path) -> Iterator[bytes]:
    """A file's content, of which only a piece is held in memory."""
    with file.open("rb") as opened_file:
        while piece := opened_file.read(PIECE):
            yield piece


async def _import(url: str, file: Path, origin: Origin, manner: Manner) -> Imported:
    stopping = asyncio.Event()
    async with opened(url) as database:
        held = programs_to_hold()
        await held.load(database)
        with stopped_by_signals(stopping), line_progress() as progress:
            return await import_file(
                database,
                programs=held.programs,
                origin=origin,
                pieces=pieces_of(file),
                manner=manner,
                clock=now,
                stopping=stopping,
                progress=progress,
            )


def _list_begun() -> Callable[[Changed], object]:
    """The list of who would change, on the standard output as it comes."""
    writer = csv.writer(sys.stdout)
    writer.writerow(CHANGED)

    def tell_changed(changed: Changed) -> None:
        writer.writerow(
            [
                changed.customer,
                "yes" if changed.is_new else "no",
                changed.tier_before,
                changed.tier_after,
                changed.growth_before,
                changed.growth_after,
                changed.orders,
            ]
        )

    return tell_changed


def report(imported: Imported, manner: Manner) -> None:
    """What came of an import, for people."""
    for each in imported.not_taken:
        complain(f"Line {each.line}: {each.reason}.")
    if imported.refused > len(imported.not_taken):
        complain(f"… and {imported.refused - len(imported.not_taken)} more lines.")
    moved = f", moved by {imported.shift_days} days" if imported.shift_days else ""
    tell(
        f"{imported.lines} {manner.what}{moved}: {imported.new} new, {imported.known} known before, "
        f"{imported.refused} not taken."
    )
    for (before, after), number in sorted(imported.moves.items()):
        tell(f"{before} → {after}: {number} members.")
    if manner.is_dry:
        tell("This was a dry run: nothing was changed.")
    if not imported.is_whole:
        complain("It was stopped before all were come to: repeat it to go on.")
