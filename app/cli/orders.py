"""`import orders`: order history, from a file."""

from functools import partial
from typing import Annotated

import typer

from app.facts.importing.reading import Mapped
from app.facts.importing.terms import Manner, Origin
from app.facts.rules import Brings

from .connecting import DATA, Data, DatabaseUrl
from .imports import Customer, DryRun, File, Gifts, Issuer, Place, Program, run_import

Source = Annotated[str, typer.Option(help="The system that the orders are from: their ids are its.")]
Date = Annotated[str, typer.Option(help="Column of the day or instant at which the order was paid and completed.")]
Amount = Annotated[str, typer.Option(help="Column of what was paid, in the program's currency.")]
Quantity = Annotated[str, typer.Option(help="Column of the number of things; '' if there is none.")]
Order = Annotated[str, typer.Option(help="Column of the order's id; '' if there is none.")]
ShiftDates = Annotated[bool, typer.Option(help="Move all by whole days, so that the last order is of today.")]
Points = Annotated[bool, typer.Option("--points", help="Credit points for them as well: much slower.")]


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
    points: Points = False,
    gifts: Gifts = False,
    dry_run: DryRun = False,
    database_url: DatabaseUrl = None,
    data: Data = DATA,
) -> None:
    """Play orders in by the program's own rules: growth and tiers, and points and gifts only if asked for. Repeating
    it changes nothing; Ctrl-C stops it, repeating goes on.

    Lines that cannot be taken are told by their numbers. The exit code is 0 if all were taken, 1 if some were not,
    2 if nothing could be done (a column is missing, the program is unknown), 130 if it was stopped.
    """
    columns = Mapped(customer, date, amount, quantity or None, order or None)
    manner = Manner(columns, brings=Brings(points, gifts), to_today=shift_dates, is_dry=dry_run)
    run_import(file, Place(database_url, data), partial(Origin, program, source), issuer, manner)
