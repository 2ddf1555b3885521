"""Lines of a file put into the database by COPY, each customer's together: so memory is flat at any size."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from itertools import islice
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Uuid, bindparam, delete, update
from sqlmodel import col

from app.db import Database, Transaction, Write

from .models import ImportLineRow, ImportRunRow
from .reading import ReadLine, local_day

AT_ONCE = 5_000
"""Lines in one COPY."""
HALF = 8
"""Bytes: one half of the owner says whose lines they are, the other which import's."""
FORGET: Write[ImportLineRow] = Write(
    ImportLineRow,
    delete(ImportLineRow).where(
        col(ImportLineRow.owner_id) >= bindparam("first", type_=Uuid()),
        col(ImportLineRow.owner_id) <= bindparam("last", type_=Uuid()),
    ),
)
SEEN: Write[ImportRunRow] = Write(
    ImportRunRow,
    update(ImportRunRow)
    .where(col(ImportRunRow.id) == bindparam("of_run", type_=Uuid()))
    .values(worked_at=bindparam("new_worked_at"), lines=bindparam("new_lines")),
)
FORGOTTEN_AT_ONCE = 50_000
"""Lines, about."""


def owners_of(run_id: UUID) -> tuple[UUID, UUID]:
    """The first and the last owner that lines of a run can have."""
    half = hashlib.sha256(run_id.bytes).digest()[:HALF]
    return UUID(bytes=half + b"\0" * HALF), UUID(bytes=half + b"\xff" * HALF)


def half_key(*parts: object) -> int:
    """A part of a digest, as a number that the database can hold."""
    told = repr(parts).encode()
    return int.from_bytes(hashlib.blake2b(told, digest_size=HALF).digest(), signed=True)


class Rows:
    """The rows of the lines of a run."""

    def __init__(self, run_id: UUID, zone: ZoneInfo) -> None:
        self.run_id = run_id
        self._half = owners_of(run_id)[0].bytes[:HALF]
        self._zone = zone
        self.number = 0
        self.last = 0
        """The last local day of an order, as a number."""

    @property
    def last_day(self) -> date | None:
        return date.fromordinal(self.last) if self.last else None

    def row(self, read: ReadLine) -> tuple[object, ...]:
        """Values in the order of the table's columns."""
        customer, at, code = read.customer, read.at, read.code
        digest = hashlib.blake2b(customer.encode(), digest_size=HALF).digest()
        day = 0 if at is None else local_day(at, self._zone)
        self.number += 1
        if day > self.last and read.problem is None:
            self.last = day
        keys = (
            (None, 0)
            if code is None
            else (half_key(self._half, code), half_key(customer, at and at.timestamp(), read.quantity, read.amount))
        )
        place = UUID(int=day << 64 | read.line)
        owner = UUID(bytes=self._half + digest)
        return (owner, place, read.line, customer, at, read.quantity, read.amount, code, *keys, read.problem)


async def stage(database: Database, rows: Rows, lines: Iterable[ReadLine], *, clock: Callable[[], datetime]) -> None:
    """Put lines into the database, and say in the run how many, and when: somebody is at it. May raise what reading
    them raises: those before are there then."""
    waiting: Iterator[ReadLine] = iter(lines)
    while chunk := [rows.row(read) for read in islice(waiting, AT_ONCE)]:
        async with database.transaction() as tx:
            await tx.copy(ImportLineRow, chunk)
            await tx.run(SEEN, of_run=rows.run_id, new_worked_at=clock(), new_lines=rows.number)


async def stage_in(tx: Transaction, rows: Rows, lines: Iterable[ReadLine]) -> None:
    """Likewise, so many as a transaction can take."""
    await tx.copy(ImportLineRow, [rows.row(read) for read in lines])


async def forget_lines(database: Database, run_id: UUID, *, lines: int) -> None:
    """Delete the lines of a run, so many, in several transactions: it may stop anywhere."""
    first, last = (int.from_bytes(each.bytes) for each in owners_of(run_id))
    width = (last - first) // (lines // FORGOTTEN_AT_ONCE + 1) + 1
    for start in range(first, last + 1, width):
        async with database.transaction() as tx:
            end = min(start + width - 1, last)
            await tx.run(FORGET, first=UUID(int=start), last=UUID(int=end))
