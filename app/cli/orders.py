"""`import orders`: order history, from a file."""

import asyncio
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
import uvloop
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app.clock import now
from app.definition import read
from app.errors import BadInput, CallerError
from app.facts.importing.commands import Imported, Origin, import_orders
from app.facts.importing.reading import Mapped
from app.facts.importing.records import MOST_BYTES
from app.programs.versions import HeldPrograms
from app.tokens import DEVELOPMENT_ISSUER
from app.worker import stopped_by_signals

from .connecting import DATA, Data, DatabaseUrl, database_at, opened
from .console import PEOPLE, complain, tell

IMPORT = typer.Typer(help="Take over what happened elsewhere.", no_args_is_help=True)
NOTHING_DONE, INTERRUPTED = 2, 130
"""Exit codes; 0 and 1 are those of every command."""
MOST_TOLD = 1000
"""Lines that were not taken."""

File = Annotated[Path, typer.Argument(help="A CSV file in UTF-8.", exists=True, dir_okay=False, readable=True)]
Program = Annotated[str, typer.Option(help="Code of the program.", envvar="DEFAULT_PROGRAM")]
Source = Annotated[str, typer.Option(help="The system that the orders are from: their ids are its.")]
Issuer = Annotated[str | None, typer.Option(help="`iss` of the customers' tokens.", envvar="TOKEN_ISSUER")]
Customer = Annotated[str, typer.Option(help="Column of the customer: the `sub` of their tokens.")]
Date = Annotated[str, typer.Option(help="Column of the day or instant at which the order was paid and completed.")]
Amount = Annotated[str, typer.Option(help="Column of what was paid, in the program's currency.")]
Quantity = Annotated[str, typer.Option(help="Column of the number of things; '' if there is none.")]
Order = Annotated[str, typer.Option(help="Column of the order's id; '' if there is none.")]
ShiftDates = Annotated[bool, typer.Option(help="Move all by whole days, so that the last order is of today.")]


@dataclass(frozen=True)
class Task:
    """What is to be imported, and how."""

    origin: Origin
    mapped: Mapped
    content: bytes
    to_today: bool


@IMPORT.callback()
def imports() -> None:
    """A group of commands, of which there is one."""


@IMPORT.command()
def orders(
    file: File,
    program: Program = "cdnow",
    source: Source = "history",
    issuer: Issuer = None,
    customer: Customer = Mapped.customer,
    date: Date = Mapped.date,
    amount: Amount = Mapped.amount,
    quantity: Quantity = Mapped.quantity or "",
    order: Order = Mapped.order or "",
    shift_dates: ShiftDates = False,
    database_url: DatabaseUrl = None,
    data: Data = DATA,
) -> None:
    """Play orders in by the program's own rules. Repeating it changes nothing; Ctrl-C stops it, repeating goes on.

    Lines that cannot be taken are told by their numbers. The exit code is 0 if all were taken, 1 if some were not,
    2 if nothing could be done (a column is missing, the program is unknown), 130 if it was stopped.
    """
    try:
        mapped = Mapped(customer, date, amount, quantity or None, order or None)
        task = Task(Origin(program, source, _issuer(issuer, database_url)), mapped, _content(file), shift_dates)
        with (
            database_at(database_url, data) as url,
            asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
        ):
            imported = runner.run(_import(url, task))
    except (CallerError, OSError) as error:
        complain(str(error))
        raise typer.Exit(NOTHING_DONE) from None
    report(imported)
    if not imported.is_whole:
        raise typer.Exit(INTERRUPTED)
    if imported.not_taken:
        raise typer.Exit(1)


def _issuer(given: str | None, database_url: str | None) -> str:
    """Of the customers: by default those of `dev`, and only in its own database. May raise BadInput."""
    if given is None and database_url is not None:
        raise BadInput("Say --issuer, the `iss` of the customers' tokens: without it nobody would find their orders.")
    return given or DEVELOPMENT_ISSUER


def _content(file: Path) -> bytes:
    """All of a file, or so much that it is seen to be too long."""
    with file.open("rb") as opened_file:
        return opened_file.read(MOST_BYTES + 1)


async def _import(url: str, task: Task) -> Imported:
    stopping = asyncio.Event()
    async with opened(url) as database:
        held = HeldPrograms(read)
        await held.load(database)
        with stopped_by_signals(stopping), order_progress() as progress:
            return await import_orders(
                database,
                programs=held.programs,
                origin=task.origin,
                content=task.content,
                mapped=task.mapped,
                to_today=task.to_today,
                clock=now,
                stopping=stopping,
                progress=progress,
            )


@contextmanager
def order_progress() -> Generator[Callable[[int, int], object]]:
    """A bar, as soon as it is told of the first orders: how many more are done, and of how many."""
    columns = (TextColumn("Orders"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=PEOPLE, transient=True, disable=not PEOPLE.is_terminal) as bar:
        shown = bar.add_task("orders", total=None, visible=False)
        yield lambda more, lines: bar.update(shown, advance=more, total=lines, visible=True)


def report(imported: Imported) -> None:
    """What came of an import, for people."""
    for each in imported.not_taken[:MOST_TOLD]:
        complain(f"Line {each.line}: {each.reason}.")
    if len(imported.not_taken) > MOST_TOLD:
        complain(f"… and {len(imported.not_taken) - MOST_TOLD} more lines.")
    moved = f", moved by {imported.shift_days} days" if imported.shift_days else ""
    tell(
        f"{imported.lines} orders{moved}: {imported.new} new, {imported.known} known before, "
        f"{len(imported.not_taken)} not taken."
    )
    if not imported.is_whole:
        complain("It was stopped before all were played in: repeat it to go on.")
