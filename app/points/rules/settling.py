"""Settling: what is due by an instant is entered, dated when it was due (R2)."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from .books import Books
from .kinds import EntryKind, HoldState, LotState
from .returning import pay_debt, return_to_lots
from .things import Hold, Lot, Use

EXTENDED = ":extended"
"""Follows the rule's code where a lot lapses that had been extended: it may have lapsed by that rule once before."""


def settle(books: Books, *, now: datetime) -> None:
    """Enter all that is due by `now` of the lots and holds that are here, in order of time: holds that time out, lots
    that become active, lots that lapse (R2, R9, R14). All open ones must be here if anything is due."""
    for at, _, happen in sorted(_due(books, now=now), key=lambda due: due[:2]):
        happen(at=at)
    books.due_at = books.next_due()


Happen = Callable[..., None]


def _due(books: Books, *, now: datetime) -> list[tuple[datetime, int, Happen]]:
    """What may be due, what happens first at the same instant first; if it still is, is seen when its time comes."""
    found: list[tuple[datetime, int, Happen]] = [
        (hold.deadline, 0, partial(end_hold, books, hold, as_=HoldState.TIMED_OUT))
        for hold in sorted(books.holds.values(), key=lambda hold: hold.id)
        if hold.is_open and hold.deadline <= now
    ]
    for lot in sorted(books.lots.values(), key=lambda lot: lot.id):
        if lot.activates_at is not None and lot.activates_at <= now and lot.is_pending:
            found.append((lot.activates_at, 1, partial(_activate, books, lot)))
        if lot.expires_at is not None and lot.expires_at <= now:
            found.append((lot.expires_at, 2, partial(_lapse, books, lot)))
    return found


def _activate(books: Books, lot: Lot, *, at: datetime) -> None:
    lot.state = LotState.ACTIVE.name
    if lot.remaining == 0:
        return
    moved = [Use(lot.id, lot.remaining)]
    books.enter(EntryKind.ACTIVATED, lot.because, at=at, change=lot.remaining, pending=-lot.remaining, lots=moved)
    pay_debt(books, [lot], because=lot.because, at=at)


def _lapse(books: Books, lot: Lot, *, at: datetime) -> None:
    if lot.spendable == 0:
        return
    lapsed, lot.remaining, lot.state = lot.remaining, 0, LotState.LAPSED.name
    lot.lapsed += lapsed
    because = lot.because
    if lot.extended_by is not None:
        because = because._replace(rule=f"{lot.rule}{EXTENDED}")
    books.enter(EntryKind.EXPIRED, because, at=at, change=-lapsed, lots=[Use(lot.id, lapsed)])


def end_hold(books: Books, hold: Hold, *, as_: HoldState, at: datetime) -> None:
    """Release a hold, or let it time out: what it took returns to the lots that paid (R14)."""
    hold.state, hold.ended_at = as_.name, at
    paid = books.paid_by(hold.entry_id)
    parts = [(books.lots[use.lot_id], use.amount) for use in paid]
    for use in paid:
        use.returned = use.amount
    return_to_lots(books, parts, kind=EntryKind.RELEASED, because=hold.because, at=at)
