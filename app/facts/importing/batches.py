"""The lines of an import as they come from the database: so many at a time, each customer's together."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from app.db import Reader

from .history import day_of
from .models import ImportLineRow
from .queries import lines_after

AT_ONCE = 2_000
"""Lines in a batch; more only for who has more of one day."""


@dataclass(frozen=True)
class CustomerLines:
    """Lines of a customer: all that are left, or those of some whole days."""

    customer: str
    lines: Sequence[ImportLineRow]
    is_last: bool


@dataclass(frozen=True)
class Batch:
    """Some customers, and the place after which the next batch begins."""

    customers: Sequence[CustomerLines]
    owner: UUID
    key: UUID

    @property
    def lines(self) -> int:
        return sum(len(each.lines) for each in self.customers)


async def next_batch(
    db: Reader, run_id: UUID, *, owner: UUID | None, key: UUID | None, whole: bool = False
) -> Batch | None:
    """The customers after a place; None if all were come to. Who has more lines than a batch comes in parts of whole
    days, unless only `whole` customers are asked for; and two whom the owner does not tell apart are taken whole."""
    limit = AT_ONCE
    while rows := await lines_after(db, run_id, owner=owner, key=key, limit=limit + 1):
        is_end = len(rows) <= limit
        owners = [list(of_owner) for _, of_owner in groupby(rows, lambda row: row.owner_id)]
        if is_end or len(owners) > 1:
            complete = owners if is_end else owners[:-1]
            return _batch([_customers(of_owner, is_last=True) for of_owner in complete], complete[-1][-1])
        (of_one,) = owners
        last_day = day_of(of_one[-1])
        before = [row for row in of_one if day_of(row) != last_day]
        if before and not whole and len({row.customer for row in of_one}) == 1:
            return _batch([_customers(before, is_last=False)], before[-1])
        limit *= 2
    return None


def _batch(customers: Sequence[Sequence[CustomerLines]], last: ImportLineRow) -> Batch:
    return Batch([each for of_owner in customers for each in of_owner], last.owner_id, last.id)


def _customers(rows: Sequence[ImportLineRow], *, is_last: bool) -> list[CustomerLines]:
    found: dict[str, list[ImportLineRow]] = {}
    for row in rows:
        found.setdefault(row.customer, []).append(row)
    return [CustomerLines(customer, lines, is_last) for customer, lines in found.items()]
