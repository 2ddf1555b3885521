"""The command line: what an operator and a developer can do."""

import sys

import asyncpg
import typer

from app.db.migrating import MigrationError
from app.errors import CallerError

from . import (
    databases,
    development,
    imports,
    letters,
    members,
    orders,
    programs,
    proving,
    schemas,
    serving,
    tokens,
)
from .console import complain

CLI = typer.Typer(
    name="python -m app",
    help="Member Center: the GraphQL backend behind a shop's member page.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
CLI.command()(development.dev)
CLI.command()(serving.serve)
CLI.command()(serving.worker)
CLI.command()(databases.migrate)
CLI.add_typer(programs.PROGRAM, name="program")
imports.IMPORT.command()(members.members)
imports.IMPORT.command()(orders.orders)
CLI.add_typer(imports.IMPORT, name="import")
CLI.add_typer(letters.OUTBOX, name="outbox")
CLI.command()(tokens.token)
CLI.command()(proving.prove)
CLI.command()(schemas.schema)


def main() -> None:
    """What is expected to go wrong is told in a line, without a traceback, and the exit code is 1."""
    try:
        CLI()
    except asyncpg.UndefinedTableError:
        complain("This database has not been migrated: run `python -m app migrate` first.")
        sys.exit(1)
    except (CallerError, MigrationError, OSError, asyncpg.PostgresError) as error:
        complain(str(error))
        sys.exit(1)
