"""`import members`: who was a member before, from a file."""

from functools import partial
from typing import Annotated

import typer

from app.facts.importing.reading import MappedMembers
from app.facts.importing.terms import Manner, Origin
from app.facts.rules import Brings

from .connecting import DATA, Data, DatabaseUrl
from .imports import Customer, DryRun, File, Gifts, Issuer, Place, Program, run_import

SOURCE = "members"
"""In place of the name of a system: members have no ids of one."""
Tier = Annotated[str, typer.Option(help="Column of the tier held, by its code; '' if there is none.")]
Joined = Annotated[str, typer.Option(help="Column of the day or instant since which they are members.")]
Growth = Annotated[str, typer.Option(help="Column of the growth that is known; '' if there is none.")]


def members(
    file: File,
    program: Program = "cdnow",
    issuer: Issuer = None,
    customer: Customer = MappedMembers.customer,
    tier: Tier = MappedMembers.tier or "",
    joined: Joined = MappedMembers.joined,
    growth: Growth = MappedMembers.growth or "",
    gifts: Gifts = False,
    dry_run: DryRun = False,
    database_url: DatabaseUrl = None,
    data: Data = DATA,
) -> None:
    """Make customers members since they were elsewhere, with the tier they hold and the growth that is known of them.
    Do it before their orders are imported. Repeating it changes nothing; Ctrl-C stops it, repeating goes on.

    The tier is theirs at least until the end of a first tier period, whatever their growth. Growth that is known
    counts from today, and what they did before is in it. Both are taken over once: a line that says otherwise than what
    was taken before is told, and nothing of it is taken. Exit codes are those of `import orders`.
    """
    columns = MappedMembers(customer, tier or None, joined, growth or None)
    manner = Manner(columns, brings=Brings(points=False, gifts=gifts), is_dry=dry_run)
    run_import(file, Place(database_url, data), partial(Origin, program, SOURCE), issuer, manner)
