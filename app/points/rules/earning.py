"""Points that come in anew: pending from what may be refunded, at once as a bonus or by an adjustment."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from .books import Books
from .kinds import Cause, EntryKind, LotState
from .returning import pay_debt
from .things import Because, Lot, Use


class Earning(NamedTuple):
    """Points that a cause earns by a rule of the program."""

    amount: int
    cause: Cause
    cause_id: UUID
    rule: str
    program_version: int
    at: datetime
    activates_at: datetime | None
    expires_at: datetime | None

    @property
    def because(self) -> Because:
        return Because(self.cause, self.cause_id, self.rule, self.program_version)


def earn(books: Books, earning: Earning, *, lot_id: UUID) -> None:
    """A pending lot; to be settled afterwards, if it is active by now (R9)."""
    lot = _lot(earning, lot_id=lot_id, state=LotState.PENDING)
    books.lots[lot.id] = lot
    moved = [Use(lot.id, lot.earned)]
    books.enter(EntryKind.EARNED, earning.because, at=earning.at, pending=lot.earned, lots=moved)
    due = [at for at in (books.due_at, lot.activates_at) if at is not None]
    books.due_at = min(due, default=None)


def give(books: Books, earning: Earning, *, lot_id: UUID, kind: EntryKind = EntryKind.ADJUSTED) -> None:
    """An active lot at once; it pays a debt first (R11)."""
    lot = _lot(earning, lot_id=lot_id, state=LotState.ACTIVE)
    books.lots[lot.id] = lot
    books.enter(kind, earning.because, at=earning.at, change=lot.earned, lots=[Use(lot.id, lot.earned)])
    if books.debt:
        pay_debt(books, [lot], because=earning.because, at=earning.at)
    ends = lot.expires_at if lot.remaining else None
    if ends is not None and (books.due_at is None or ends < books.due_at):
        books.due_at = ends


def missing_of(amount: int, lots: Iterable[Lot]) -> int:
    """What the member does not have, or had and was revoked, of so many points that are theirs by these lots. What was
    still to be taken when it returns to them is theirs again (R16)."""
    had = 0
    for lot in lots:
        had += lot.earned - lot.reversed
        lot.owed = 0
    return max(0, amount - had)


def _lot(earning: Earning, *, lot_id: UUID, state: LotState) -> Lot:
    return Lot(
        id=lot_id,
        earned=earning.amount,
        remaining=earning.amount,
        state=state.name,
        cause=earning.cause.name,
        cause_id=earning.cause_id,
        rule=earning.rule,
        program_version=earning.program_version,
        earned_at=earning.at,
        activates_at=earning.activates_at,
        expires_at=earning.expires_at,
    )


def schedule(
    books: Books,
    *,
    cause_id: UUID,
    activates_at: datetime,
    expires_at: datetime,
    targets: Mapping[str, int],
    now: datetime,
) -> None:
    """Say when the pending points of an order become active and lapse, now that it is known (R9).

    `targets` (by rule): where only pending points are taken back (R11), what the refunds before that instant come to;
    what later refunds took, because they were reported earlier, is restored (R25).
    """
    for lot in books.lots.values():
        if lot.cause_id != cause_id or not lot.is_pending or lot.activates_at is not None:
            continue
        lot.activates_at, lot.expires_at = activates_at, expires_at
        excess = lot.reversed - targets.get(lot.rule, lot.reversed)
        if excess > 0:
            lot.reversed -= excess
            lot.remaining += excess
            books.enter(EntryKind.RESTORED, lot.because, at=now, pending=excess, lots=[Use(lot.id, excess)])
        due = [at for at in (books.due_at, activates_at if lot.remaining else None) if at is not None]
        books.due_at = min(due, default=None)
