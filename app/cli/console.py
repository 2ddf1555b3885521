"""What the command line prints for people: on the error stream, so that the output of a command stays its own."""

import os
from typing import NoReturn

import typer


def tell(text: str) -> None:
    typer.echo(text, err=True)


def complain(text: str) -> None:
    """In red, where colours are shown, unless the user of this terminal wants none."""
    typer.secho(text, err=True, fg=None if os.environ.get("NO_COLOR") else typer.colors.RED)


def fail(text: str) -> NoReturn:
    """End the command with exit code 1."""
    complain(text)
    raise typer.Exit(1)
