"""The command line: what an operator and a developer can do. A command's module is imported when it is asked for."""

import gc
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import asyncpg
import typer
from typer.core import TyperGroup

from app.db.revisions import MigrationError
from app.errors import CallerError

from .console import complain

COMMANDS: Mapping[str, tuple[str, str]] = {
    "dev": ("development", "dev"),
    "serve": ("serving", "serve"),
    "worker": ("working", "worker"),
    "migrate": ("databases", "migrate"),
    "program": ("programs", "PROGRAM"),
    "import": ("importing", "IMPORT"),
    "outbox": ("letters", "OUTBOX"),
    "token": ("tokens", "token"),
    "prove": ("proving", "prove"),
    "schema": ("schemas", "schema"),
}
"""Where each is: the module beside this one, and what it is called there."""


class Commands(TyperGroup):
    """Imports what a command needs when it is asked for: a server does not carry for years what others need."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        return command(cmd_name) if cmd_name in COMMANDS else None


CLI = typer.Typer(
    name="python -m app",
    help="Member Center: the GraphQL backend behind a shop's member page.",
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)


@CLI.callback()
def anything() -> None:
    """Nothing is done before a command."""


def command(name: str) -> Any:
    """A command, or a group of commands."""
    module, attribute = COMMANDS[name]
    found = getattr(_imported(module), attribute)
    if isinstance(found, typer.Typer):
        group = typer.main.get_group(found)
        group.name = name
        return group
    alone = typer.Typer(add_completion=False, pretty_exceptions_show_locals=False)
    alone.command(name)(found)
    return typer.main.get_command(alone)


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


def run_in_child(module: str, function: str, *arguments: Any) -> None:
    """What a process of its own begins with, so that it imports what it needs as a command is imported."""
    getattr(_imported(module), function)(*arguments)


def _imported(module: str) -> Any:
    """The collector rests meanwhile and does not look at it afterwards: what is imported stays, and to look through all
    of it again and again would take a fifth of the start."""
    name = f"{__name__}.{module}"
    if name in sys.modules:
        return sys.modules[name]
    gc.disable()
    try:
        return import_module(name)
    finally:
        gc.freeze()
        gc.enable()
