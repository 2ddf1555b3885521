"""Importing a file of orders: its shift is fixed at the first time, and each time all of it is played in.

What was recorded before is found to be. So an import that was interrupted is gone on with by repeating it, and one
that was done is changed nothing by.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from app.customers.rules import Identity
from app.db import Database, Write
from app.errors import BadInput
from app.facts.models import ImportRow
from app.programs.rules import Programs, ProgramVersion

from .history import Shift, days_to_today, moved_orders
from .playing import Stage, play
from .queries import first_import, import_of
from .reading import Mapped, NotTaken, OrderFile, read_orders

LONGEST_SOURCE = 100
FIXED = ("id", "program", "source", "file_digest", "shift_days", "lines", "started_at")
BEGIN: Write[ImportRow] = Write(
    ImportRow,
    insert(ImportRow).values({name: bindparam(name) for name in FIXED}).on_conflict_do_nothing(),
)
FINISH: Write[ImportRow] = Write(
    ImportRow,
    update(ImportRow)
    .where(col(ImportRow.id) == bindparam("of_import"), col(ImportRow.finished_at).is_(None))
    .values(finished_at=bindparam("new_finished_at")),
)


@dataclass(frozen=True)
class Origin:
    """Where orders come from and where they go."""

    program: str
    source: str
    """Name of the system that they are from: their ids are its (R24)."""
    issuer: str
    """Of the customers' tokens; what the file calls a customer is their subject."""

    def __post_init__(self) -> None:
        """May raise BadInput: no name that a token could have."""
        if not 0 < len(self.source) <= LONGEST_SOURCE or not self.source.isprintable():
            raise BadInput(f"The source must have 1 to {LONGEST_SOURCE} printable characters.")
        Identity(self.issuer, "anybody")


@dataclass(frozen=True)
class Imported:
    """What came of an import."""

    lines: int
    """That are, or should be, orders."""
    new: int
    known: int
    """Orders that were recorded before, with the same content."""
    not_taken: tuple[NotTaken, ...]
    """In the order of their lines."""
    shift_days: int
    """By which all orders are moved; fixed by the first import of the file."""

    @property
    def is_whole(self) -> bool:
        """Were all lines come to? False if it was stopped before."""
        return self.new + self.known + len(self.not_taken) == self.lines


async def import_orders(
    database: Database,
    *,
    programs: Programs,
    origin: Origin,
    content: bytes,
    mapped: Mapped,
    to_today: bool = False,
    clock: Callable[[], datetime],
    stopping: asyncio.Event | None = None,
    progress: Callable[[int, int], object] = lambda done, lines: None,
) -> Imported:
    """Play a CSV file's orders in by the program's own rules, each paid and completed at its date.

    `to_today` moves all of them by whole days, so that the last is of today, if this is the first import from the
    source into the program; every later one, of whatever file, moves them as the first did. When `stopping` is set,
    it ends after the transactions under way. `progress` is told how many more lines are done, and of how many.

    May raise WrongFile, UnknownProgram or BadInput: nothing was taken then.
    """
    now = clock()
    version = programs.current(origin.program, now)
    file = read_orders(content, mapped=mapped, program=version, now=now)
    if not file.orders:
        return Imported(file.lines, 0, 0, tuple(file.unreadable), shift_days=0)
    begun, first = await _begun(database, origin, file, version=version, to_today=to_today, now=now)
    shift = Shift(begun.shift_days, first.started_at, version.zone)
    histories, ahead = moved_orders(file, source=origin.source, shift=shift, now=now)
    not_taken = [*file.unreadable, *ahead]
    progress(len(not_taken), file.lines)
    tally = await play(
        Stage(database, programs, origin.program, origin.issuer, now),
        histories.items(),
        stopping=stopping or asyncio.Event(),
        progress=lambda played: progress(played, file.lines),
    )
    not_taken = sorted([*not_taken, *tally.refused])
    result = Imported(file.lines, tally.new, tally.known, tuple(not_taken), begun.shift_days)
    if result.is_whole:
        async with database.transaction() as tx:
            await tx.run(FINISH, of_import=begun.id, new_finished_at=clock())
    return result


async def _begun(
    database: Database, origin: Origin, file: OrderFile, *, version: ProgramVersion, to_today: bool, now: datetime
) -> tuple[ImportRow, ImportRow]:
    """The first import of the file, of two at once, one; and the first of its source. All files of a source are
    moved as far as its first, so that a file with a line put right finds the orders of the one before."""
    async with database.transaction() as tx:
        first = await first_import(tx, program=origin.program, source=origin.source)
        shift_days = days_to_today(file, zone=version.zone, now=now) if to_today else 0
        await tx.run(
            BEGIN,
            id=tx.new_id(),
            program=origin.program,
            source=origin.source,
            file_digest=file.digest,
            shift_days=shift_days if first is None else first.shift_days,
            lines=file.lines,
            started_at=now,
        )
        begun = await import_of(tx, program=origin.program, source=origin.source, digest=file.digest)
    if begun is None:
        raise LookupError("an import vanished")
    return begun, first or begun
