"""Points that come in: what returns to the lots that paid, and that an inflow pays a debt first (R7, R11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from .books import Books
from .kinds import EntryKind, LotState
from .things import Because, Lot, Use


@dataclass(frozen=True)
class Extension:
    """Until when lots that lapsed meanwhile can be spent once more, and by which giving back (R7)."""

    by: UUID
    until: datetime


def pay_debt(books: Books, lots: Sequence[Lot], *, because: Because, at: datetime) -> None:
    """What came in pays what is owed first (R11): of these lots, what expires first (R6), also what has by now."""
    paid: list[Use] = []
    owed = books.debt
    for lot in sorted(lots, key=lambda lot: lot.order_of_spending):
        part = min(owed, lot.remaining)
        lot.remaining -= part
        owed -= part
        paid.append(Use(lot.id, part))
    total = books.debt - owed
    if total:
        books.enter(EntryKind.DEBT_PAID, because, at=at, debt=-total, lots=paid)


def return_to_lots(
    books: Books,
    parts: Sequence[tuple[Lot, int]],
    *,
    kind: EntryKind,
    because: Because,
    at: datetime,
    extension: Extension | None = None,
) -> None:
    """Points return to the lots that paid. There they settle first what a refund of their source still owes (R7), then
    a debt (R11); of what is left, what has no time left lapses at once, unless it is extended (R7, R14)."""
    total = sum(amount for _, amount in parts)
    if total == 0:
        return
    for lot, amount in parts:
        lot.remaining += amount
    held = -total if kind is EntryKind.RELEASED else 0
    moved = [Use(lot.id, amount) for lot, amount in parts]
    books.enter(kind, because, at=at, change=total, held=held, lots=moved)
    _settle_owed(books, parts, because=because, at=at)
    lots = [lot for lot, _ in parts]
    pay_debt(books, lots, because=because, at=at)
    late = [lot for lot in lots if lot.remaining and _has_lapsed(lot, at=at)]
    if extension is not None:
        late = [lot for lot in late if not _extended(lot, extension)]
    _lapse(books, late, because=because, at=at)


def _settle_owed(books: Books, parts: Sequence[tuple[Lot, int]], *, because: Because, at: datetime) -> None:
    taken: list[Use] = []
    for lot, amount in parts:
        part = min(lot.owed, amount)
        lot.remaining -= part
        lot.owed -= part
        lot.reversed += part
        taken.append(Use(lot.id, part))
    total = sum(use.amount for use in taken)
    if total:
        books.enter(EntryKind.REVERSED, because, at=at, change=-total, lots=taken)


def _has_lapsed(lot: Lot, *, at: datetime) -> bool:
    """Also what has by a clock that is ahead of `at`: a lot lapses once by itself."""
    return lot.state == LotState.LAPSED.name or (lot.expires_at is not None and lot.expires_at <= at)


def _extended(lot: Lot, extension: Extension) -> bool:
    """Extend a lot, if it has not been extended before (R7)."""
    if lot.extended_by is not None:
        return False
    lot.extended_by, lot.expires_at, lot.state = extension.by, extension.until, LotState.ACTIVE.name
    return True


def _lapse(books: Books, lots: Sequence[Lot], *, because: Because, at: datetime) -> None:
    lapsed: list[Use] = []
    for lot in lots:
        lapsed.append(Use(lot.id, lot.remaining))
        lot.lapsed += lot.remaining
        lot.remaining, lot.state = 0, LotState.LAPSED.name
    total = sum(use.amount for use in lapsed)
    if total:
        books.enter(EntryKind.EXPIRED, because, at=at, change=-total, lots=lapsed)
