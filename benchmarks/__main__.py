"""`python -m benchmarks`: see README.md."""

import sys
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from app import clock

from . import coupon_codes as codes_made
from . import hostile as sent_once
from . import importing, sold
from . import record_order as orders
from .check_in import checking_in
from .comparison import compared
from .effects import WorkNotDone
from .load import Client, client_there_is
from .peer_commands import COMMANDS, FAULTS, Buffers, bytes_of
from .pgbench import PgbenchError
from .plan import Plan
from .redemption import Flash, sales
from .report import Report
from .scheduling import Scheduling, schedule
from .script import Unexplained
from .visiting import MOST_MEMBERS

CLI = typer.Typer(name="python -m benchmarks", help="How fast it is, beside something to measure it by.",
                  no_args_is_help=True, add_completion=False)  # fmt: skip


class Facts(Enum):
    """What is reported of each order."""

    BOTH = "paid-and-completed"
    PAID = "paid"


@CLI.callback()
def benchmarks(
    scheduling: Annotated[Scheduling, typer.Option(help="Of all processes, by Linux.")] = Scheduling.BATCH,
) -> None:
    """How fast it is, beside something to measure it by."""
    schedule(scheduling)


@CLI.command()
def record_order(
    seconds: Annotated[float, typer.Option(min=1, help="Length of a round.")] = 10,
    rounds: Annotated[int, typer.Option(min=1, help="Rounds of each, in turn.")] = 3,
    members: Annotated[int, typer.Option(min=1, max=1_000_000, help="Members of each.")] = 2000,
    clients: Annotated[int, typer.Option(min=1, max=1000, help="Clients at once; connections of pgbench.")] = 16,
    pool: Annotated[int | None, typer.Option(min=1, help="Connections of the server; else as many as clients.")] = None,
    facts: Annotated[Facts, typer.Option(help="What is reported of each order.")] = Facts.BOTH,
    client: Annotated[Client | None, typer.Option(help="Who asks; else wrk, where it is installed.")] = None,
    database: Annotated[str | None, typer.Option(help="A PostgreSQL server to make a database on.")] = None,
    folder: Annotated[Path | None, typer.Option(help="Of the embedded server; else a temporary one.")] = None,
    buffers: Buffers = None,
    json: Annotated[Path | None, typer.Option(help="Write all figures to this file as well.")] = None,
) -> None:
    """recordOrder through HTTP, beside pgbench running the same SQL."""
    workload = (orders.paid if facts is Facts.PAID else orders.paid_and_completed)(clock.now())
    chosen = client or client_there_is()
    plan = Plan(seconds, rounds, members, clients, pool or clients, chosen, database, folder, bytes_of(buffers))
    _tell(compared(workload, plan), json)


@CLI.command()
def check_in(
    seconds: Annotated[float, typer.Option(min=1, help="Length of a round.")] = 10,
    rounds: Annotated[int, typer.Option(min=1, help="Rounds of each, in turn.")] = 3,
    members: Annotated[int, typer.Option(min=1, max=MOST_MEMBERS, help="Members, each with a token.")] = 5000,
    clients: Annotated[int, typer.Option(min=1, max=1000, help="Clients at once; connections of pgbench.")] = 16,
    pool: Annotated[int | None, typer.Option(min=1, help="Connections of the server; else as many as clients.")] = None,
    client: Annotated[Client | None, typer.Option(help="Who asks; else wrk, where it is installed.")] = None,
    database: Annotated[str | None, typer.Option(help="A PostgreSQL server to make a database on.")] = None,
    folder: Annotated[Path | None, typer.Option(help="Of the embedded server; else a temporary one.")] = None,
    buffers: Buffers = None,
    json: Annotated[Path | None, typer.Option(help="Write all figures to this file as well.")] = None,
) -> None:
    """checkIn through HTTP, each member once in each of several programs, beside pgbench running the same SQL."""
    chosen = client or client_there_is()
    plan = Plan(seconds, rounds, members, clients, pool or clients, chosen, database, folder, bytes_of(buffers))
    _tell(compared(checking_in(), plan), json)


@CLI.command()
def redemption(
    stock: Annotated[int, typer.Option(min=100, max=200_000, help="Pieces of the reward.")] = 20_000,
    buckets: Annotated[list[int] | None, typer.Option(min=1, max=64, help="Rows of its stock; else 1, 8, 32.")] = None,
    seconds: Annotated[float, typer.Option(min=1, help="Of asking for what is sold out.")] = 10,
    rounds: Annotated[int, typer.Option(min=1, max=10, help="Sales with so many buckets each, in turn.")] = 1,
    members: Annotated[int, typer.Option(min=100, max=MOST_MEMBERS, help="Members, each with a token.")] = 8000,
    clients: Annotated[int, typer.Option(min=1, max=1000, help="Clients at once.")] = 64,
    pool: Annotated[int, typer.Option(min=1, help="Connections of the server.")] = 16,
    client: Annotated[Client | None, typer.Option(help="Who asks for what is sold out; else wrk, if there.")] = None,
    prove: Annotated[bool, typer.Option(help="Hold all members and rewards against their books at the end.")] = True,
    database: Annotated[str | None, typer.Option(help="A PostgreSQL server to make a database on.")] = None,
    folder: Annotated[Path | None, typer.Option(help="Of the embedded server; else a temporary one.")] = None,
    json: Annotated[Path | None, typer.Option(help="Write all figures to this file as well.")] = None,
) -> None:
    """redeemReward of one reward that opens at an instant, until it is sold out and after."""
    plan = Plan(seconds, rounds, members, clients, pool, client or client_there_is(), database, folder)
    done = sales(Flash(stock, tuple(buckets or (1, 8, 32)), prove), plan)
    _told(sold.as_text(done), sold.as_json(done), json, errors=done.errors)


@CLI.command(name="import")
def import_orders(
    orders: Annotated[int, typer.Option(min=1_000, help="Orders of the history.")] = 1_000_000,
    each: Annotated[int, typer.Option(min=1, help="Orders of a member on average; CDNOW's have 3.")] = 10,
    database: Annotated[str | None, typer.Option(help="A PostgreSQL server to make a database on.")] = None,
    folder: Annotated[Path | None, typer.Option(help="Of the embedded server; else a temporary one.")] = None,
) -> None:
    """`import orders` of a generated history, beside COPY of the same rows and orders recorded one by one."""
    played = importing.measured(importing.Shape(orders, each), url=database, folder=folder)
    typer.echo("\n".join(importing.lines_of(played)))


@CLI.command()
def coupon_codes(
    codes: Annotated[int, typer.Option(min=1, max=100_000, help="Codes to be made.")] = 100_000,
    database: Annotated[str | None, typer.Option(help="A PostgreSQL server to make a database on.")] = None,
    folder: Annotated[Path | None, typer.Option(help="Of the embedded server; else a temporary one.")] = None,
) -> None:
    """createCouponCodes: the worker's job, beside COPY of the same rows."""
    typer.echo("\n".join(codes_made.lines_of(codes_made.measured(codes, url=database, folder=folder))))


@CLI.command()
def hostile(
    documents: Annotated[int, typer.Option(min=100, help="Each of which is sent once.")] = 20_000,
    seconds: Annotated[float, typer.Option(min=1, help="Of the known page alone, before them and after.")] = 10,
    clients: Annotated[int, typer.Option(min=1, max=100, help="Who ask for the known page all the time.")] = 4,
    database: Annotated[str | None, typer.Option(help="A PostgreSQL server to make a database on.")] = None,
    folder: Annotated[Path | None, typer.Option(help="Of the embedded server; else a temporary one.")] = None,
) -> None:
    """A stream of documents that nobody sent before, beside a page that is known: memory, requests/s, p99."""
    found = sent_once.measured(documents, seconds=seconds, clients=clients, url=database, folder=folder)
    _told("\n".join(sent_once.lines_of(found)), {}, None, errors=found.errors)


def _tell(report: Report, file: Path | None) -> None:
    _told(report.as_text(), report.as_json(), file, errors=report.errors)


def _told(text: str, figures: Mapping[str, Any], file: Path | None, *, errors: int) -> None:
    typer.echo(text)
    if file is not None:
        file.write_bytes(orjson.dumps(figures, option=orjson.OPT_INDENT_2))
    if errors:
        raise typer.Exit(1)


for name, command in COMMANDS.items():
    CLI.command(name=name)(command)


def main() -> None:
    try:
        CLI()
    except (
        *FAULTS,
        codes_made.CodesMissing,
        importing.ImportFailed,
        WorkNotDone,
        Unexplained,
        PgbenchError,
        OSError,
    ) as error:
        typer.echo(error, err=True)
        sys.exit(1)


main()
