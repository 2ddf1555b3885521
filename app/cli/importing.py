"""`import`: what was before, or happened elsewhere, from files."""

import typer

from .members import members
from .orders import orders

IMPORT = typer.Typer(help="Take over what was before, or happened elsewhere.", no_args_is_help=True)
IMPORT.command()(members)
IMPORT.command()(orders)
