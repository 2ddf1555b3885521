"""What the command line prints for people: on the error stream, so that the output of a command stays its own."""

from typing import NoReturn

import typer
from rich.console import Console

PEOPLE = Console(stderr=True, highlight=False)


def tell(text: str) -> None:
    """Text as it is: brackets in it are no markup."""
    PEOPLE.print(text, markup=False, soft_wrap=True)


def complain(text: str) -> None:
    PEOPLE.print(text, style="red", markup=False, soft_wrap=True)


def fail(text: str) -> NoReturn:
    """End the command with exit code 1."""
    complain(text)
    raise typer.Exit(1)
