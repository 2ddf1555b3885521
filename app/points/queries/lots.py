"""Lots, and what movements moved of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlmodel import col

from app.db import Reader, Statement
from app.db.statements import pair_each
from app.points.models import EntryRow, LotRow, LotUseRow
from app.points.rows import lot_of
from app.points.rules import Books

from .balances import books_due

Pair = tuple[UUID, UUID]

LOTS = Statement(
    LotRow,
    lambda columns, keys: select(*columns).where(keys.hold_pair(col(LotRow.member_id), col(LotRow.id))),
    always=("member_id", "id"),
    pairs=True,
)
OF_THE_ENTRY = and_(col(LotUseRow.member_id) == col(EntryRow.member_id), col(LotUseRow.entry_id) == col(EntryRow.id))
ENTRY: Any = col(EntryRow.id)
LOT: Any = func.coalesce(col(LotUseRow.lot_id), col(EntryRow.lot_id))
CHANGE = col(EntryRow.change) + col(EntryRow.pending_change) + col(EntryRow.debt_change)
AMOUNT: Any = func.coalesce(col(LotUseRow.amount), func.nullif(func.abs(CHANGE), 0), func.abs(col(EntryRow.change)))
"""Of an entry that moved one lot: what it changed altogether, or what became active in it."""
MOVED = Statement(
    LotUseRow,
    lambda _, keys: (
        select(col(EntryRow.member_id), ENTRY.label("entry_id"), LOT.label("lot_id"), AMOUNT.label("amount"))
        .outerjoin(LotUseRow, OF_THE_ENTRY)
        .where(keys.hold_pair(col(EntryRow.member_id), ENTRY), LOT.is_not(None))
        .order_by(ENTRY, col(LotUseRow.number))
    ),
    always=("member_id", "entry_id", "lot_id", "amount"),
    pairs=True,
)


@dataclass(frozen=True)
class LotMoved:
    """A lot, and how many of its points a movement moved."""

    member_id: UUID
    lot_id: UUID
    amount: int


@dataclass(frozen=True)
class LotSeen:
    """A lot as it is at an instant, whether or not anybody settled it (R2)."""

    member_id: UUID
    id: UUID
    earned: int
    remaining: int
    reversed: int
    lapsed: int
    rule: str
    earned_at: datetime
    activates_at: datetime | None
    expires_at: datetime | None


async def lots_by_id(db: Reader, ids: Sequence[Pair], *, now: datetime) -> list[LotSeen | None]:
    """Lots by (member id, id), as they are by now: two statements, and three more if anything is due of anybody."""
    rows = pair_each(await db.fetch(LOTS, ids), ids)
    due = await books_due(db, list(dict.fromkeys(owner for owner, _ in ids)), now=now)
    return [None if row is None else _seen(row, due.get(row.member_id)) for row in rows]


def _seen(row: LotRow, books: Books | None) -> LotSeen:
    """What somebody settled in memory, if they did."""
    lot = lot_of(row) if books is None else books.lots.get(row.id) or lot_of(row)
    return LotSeen(row.member_id, lot.id, lot.earned, lot.remaining, lot.reversed, lot.lapsed, lot.rule, lot.earned_at,
                   lot.activates_at, lot.expires_at)  # fmt: skip


async def lots_moved(db: Reader, entries: Sequence[Pair]) -> list[list[LotMoved]]:
    """What movements, by (member id, id), moved of lots; what they paid with in the order in which they did (R6)."""
    found: dict[Pair, list[LotMoved]] = {key: [] for key in entries}
    for row in await db.fetch(MOVED, entries):
        found[row.member_id, row.entry_id].append(LotMoved(row.member_id, row.lot_id, row.amount))
    return [found[key] for key in entries]
