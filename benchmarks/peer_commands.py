"""`page`, `list`, `scale`, `readme`: the commands that ask the product and its peers for pages."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from . import scale as scaling
from . import table
from .database import MIB
from .keeping import OtherLayout
from .load import Client, LoadError, client_there_is
from .machine import quarter_of_memory, two_fifths_of_memory
from .page import LISTS, PAGE, Beside, Compared, People, Scene, compared
from .peers.equal import Unequal
from .server import ServerError
from .side_by_side import Rounds
from .visiting import MOST_MEMBERS

FAULTS = (Unequal, LoadError, ServerError, OtherLayout)

Members = Annotated[int, typer.Option(min=1000, help="Members, with 50 entries of the ledger each.")]
SO_MANY = "So many in each database; else 10⁴, 10⁵, 10⁶."
Sizes = Annotated[list[int] | None, typer.Option(min=1000, help=SO_MANY)]
Scales = Annotated[list[int] | None, typer.Option("--scale", min=1000, help=SO_MANY)]
Who = Annotated[list[Beside] | None, typer.Option("--beside", help="Who is measured beside the product; else all.")]
Buffers = Annotated[int | None, typer.Option(min=16, help="MiB of shared buffers; else a quarter of the memory.")]
MoreBuffers = Annotated[int | None, typer.Option("--buffers", min=16, help="MiB of shared buffers; else two fifths.")]
Seconds = Annotated[float, typer.Option(min=1, help="Length of a round.")]
InTurn = Annotated[int, typer.Option(min=1, help="Rounds of each, in turn.")]
Clients = Annotated[int, typer.Option(min=1, max=1000, help="Clients at once, and connections of each server.")]
Asking = Annotated[int, typer.Option(min=8, max=MOST_MEMBERS, help="Members who ask, each with a token.")]
Who_asks = Annotated[Client | None, typer.Option(help="Who asks; else wrk, where it is installed.")]
Given = Annotated[str | None, typer.Option(help="A PostgreSQL server to make databases on.")]
Folder = Annotated[Path | None, typer.Option(help="Of the embedded server; else a temporary one.")]
File = Annotated[Path | None, typer.Option(help="Write all figures to this file as well.")]
Keep = Annotated[bool, typer.Option("--keep", help="Leave databases in the folder, and use those that are there.")]


def _comparing(workloads: Sequence[str]) -> Callable[..., None]:
    def command(
        members: Members = 100_000,
        asking: Asking = 8_000,
        beside: Who = None,
        seconds: Seconds = 10,
        rounds: InTurn = 3,
        clients: Clients = 16,
        client: Who_asks = None,
        database: Given = None,
        folder: Folder = None,
        buffers: Buffers = None,
        json: File = None,
    ) -> None:
        people, plan = People(members, asking), Rounds(seconds, rounds, clients, client or client_there_is())
        who = frozenset(Beside if beside is None else beside)
        done = compared(Scene(people, plan, who, database, folder, bytes_of(buffers)), workloads)
        _write(json, table.as_json(done))
        _tell(table.as_text(done), errors=table.errors_of(done))

    return command


def scale(
    members: Sizes = None,
    asking: Asking = 8_000,
    seconds: Seconds = 10,
    rounds: InTurn = 3,
    clients: Clients = 16,
    client: Who_asks = None,
    database: Given = None,
    folder: Folder = None,
    buffers: MoreBuffers = None,
    keep: Keep = False,
    json: File = None,
) -> None:
    """The page of a member, with more and more of them: about 45 GB of disk for a million."""
    people, plan = People(0, asking), Rounds(seconds, rounds, clients, client or client_there_is())
    scene = Scene(people, plan, frozenset(), database, folder, bytes_of(buffers, two_fifths_of_memory))
    done = scaling.scaled(scene, members or scaling.SIZES, keep=keep)
    _write(json, scaling.as_json(done))
    _tell(scaling.as_text(done), errors=done.errors)


def readme(
    members: Members = 100_000,
    scales: Scales = None,
    seconds: Seconds = 10,
    rounds: InTurn = 3,
    folder: Folder = None,
    buffers: Buffers = None,
    json: File = None,
) -> None:
    """What README.md says of speed: the page, the lists, and the page with more and more members, as Markdown."""
    plan = Rounds(seconds, rounds, 16, client_there_is())
    scene = Scene(People(members, 8_000), plan, frozenset(Beside), None, folder, bytes_of(buffers))
    done: Compared = compared(scene, [PAGE, *LISTS])
    more = replace(scene, buffers=bytes_of(buffers, two_fifths_of_memory))
    scaled = scaling.scaled(more, scales or scaling.SIZES)
    _write(json, {"beside": table.as_json(done), "scale": scaling.as_json(scaled)})
    _tell(f"{table.as_text(done)}\n\n{scaling.as_text(scaled)}", errors=table.errors_of(done) + scaled.errors)


def bytes_of(buffers: int | None, otherwise: Callable[[], int] = quarter_of_memory) -> int:
    return otherwise() if buffers is None else buffers * MIB


def _write(file: Path | None, figures: Mapping[str, Any]) -> None:
    if file is not None:
        file.write_bytes(orjson.dumps(figures, option=orjson.OPT_INDENT_2))


def _tell(text: str, *, errors: int) -> None:
    typer.echo(text)
    if errors:
        raise typer.Exit(1)


def _named(command: Callable[..., None], about: str) -> Callable[..., None]:
    command.__doc__ = about
    return command


COMMANDS: Mapping[str, Callable[..., None]] = {
    "page": _named(_comparing([PAGE]), "The page of a member: by the product, and what it is measured beside."),
    "list": _named(_comparing(LISTS), "Lists of 10, 50 and 100 members for staff: tier, balance, three coupons each."),
    "scale": scale,
    "readme": readme,
}
