"""Points that go out: spent, held, taken by an adjustment; and what of it is given back (R6, R7, R8, R14)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.errors import BadInput, Refused

from .books import Books
from .kinds import EntryKind, HoldState
from .returning import Extension, return_to_lots
from .things import Because, Hold, Lot, PaidUse, Use


@dataclass(frozen=True)
class NotEnoughPoints:
    """Fewer points can be spent than are asked for (R8)."""

    required: int
    available: int


@dataclass(frozen=True)
class HoldEnded:
    """The hold has ended: it was captured, released, or has timed out (R14)."""

    member_id: UUID
    hold_id: UUID
    state: HoldState


def first_expiring(books: Books) -> list[Lot]:
    """Lots that can be spent, in the order in which they are (R6)."""
    return sorted((lot for lot in books.lots.values() if lot.spendable), key=lambda lot: lot.order_of_spending)


def taken(lots: Sequence[Lot], amount: int) -> list[Use]:
    """Take from lots in their order, over as many as needed; as much as there is (R6)."""
    uses: list[Use] = []
    for lot in lots:
        if amount == 0:
            break
        part = min(lot.spendable, amount)
        lot.remaining -= part
        amount -= part
        uses.append(Use(lot.id, part))
    return uses


def pay(books: Books, kind: EntryKind, amount: int, *, because: Because, at: datetime) -> UUID:
    """Take points by what expires first, and remember which lots paid (R6); the movement's id.

    All open lots must be here, settled. May refuse: NotEnoughPoints, and nothing is taken (R8). May raise BadInput.
    """
    if amount <= 0:
        raise BadInput("Points to be taken must be more than 0.")
    if amount > books.available:
        raise Refused(NotEnoughPoints(amount, max(books.available, 0)))
    uses = [use for use in taken(first_expiring(books), amount) if use.amount]
    held = amount if kind is EntryKind.HELD else 0
    entry_id = books.enter(kind, because, at=at, change=-amount, held=held, lots=uses)
    if kind is not EntryKind.ADJUSTED:
        books.paid += [PaidUse(entry_id, use.lot_id, use.amount) for use in uses]
    books.due_at = books.next_due()
    return entry_id


def place(
    books: Books,
    amount: int,
    *,
    hold_id: UUID,
    deadline: datetime,
    source: str,
    reference: str | None,
    program_version: int,
    now: datetime,
) -> Hold:
    """Take points out of what can be spent until `deadline` (R14). May refuse: NotEnoughPoints."""
    hold = Hold(hold_id, amount, HoldState.OPEN.name, now, deadline, None, source, reference, hold_id, program_version)
    hold.entry_id = pay(books, EntryKind.HELD, amount, because=hold.because, at=now)
    books.holds[hold.id] = hold
    books.due_at = min(deadline, books.due_at or deadline)
    return hold


def capture(books: Books, hold: Hold, *, now: datetime) -> None:
    """The held points are spent, even if a lot lapsed meanwhile (R14). May refuse: HoldEnded."""
    check_open(books, hold)
    hold.state, hold.ended_at = HoldState.CAPTURED.name, now
    books.enter(EntryKind.CAPTURED, hold.because, at=now, held=-hold.amount)


def check_open(books: Books, hold: Hold) -> None:
    """May refuse: HoldEnded. What has timed out is settled before."""
    if not hold.is_open:
        raise Refused(HoldEnded(books.member_id, hold.id, HoldState[hold.state]))


def give_back(
    books: Books, paid: Sequence[PaidUse], amount: int, *, because: Because, extension: Extension | None, at: datetime
) -> None:
    """Points return to the lots that paid, the last that paid first: as if so much less had been spent (R7).

    The lots must be here. May raise BadInput: more than was paid and not given back.
    """
    if not 0 < amount <= sum(use.amount - use.returned for use in paid):
        raise BadInput("More points than were spent, or none, cannot be given back.")
    parts: list[tuple[Lot, int]] = []
    for use in reversed(paid):
        part = min(use.amount - use.returned, amount)
        use.returned += part
        amount -= part
        if part:
            parts.append((books.lots[use.lot_id], part))
    return_to_lots(books, parts, kind=EntryKind.GIVEN_BACK, because=because, at=at, extension=extension)
    books.due_at = books.next_due()
