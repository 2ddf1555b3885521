"""What must be true of the product's books, beside the model's and by themselves."""

from collections import Counter
from datetime import datetime
from typing import Any
from uuid import UUID

from app.points.rules import Books, EntryKind, Movement

from .model import Member

ADDING = frozenset((EntryKind.EARNED, EntryKind.RESTORED, EntryKind.RELEASED, EntryKind.GIVEN_BACK))


def state_of(books: Books) -> list[Any]:
    """All that somebody could see of them."""
    lots = [(lot.remaining, lot.reversed, lot.owed, lot.lapsed, lot.expires_at) for lot in books.lots.values()]
    paid = [(use.lot_id, use.amount, use.returned) for use in books.paid]
    return [books.available, books.pending, books.held, books.debt, lots, paid, len(books.movements)]


def check_agreement(member: Member, books: Books, *, since: int) -> None:
    """They say what the model says: figures, lots, when something is due next, and the movements from a number on."""
    figures = (member.available, member.pending, member.held, member.debt)
    assert (books.available, books.pending, books.held, books.debt) == figures
    lots = [(lot.remaining, lot.reversed, lot.owed, lot.lapsed, lot.expires_at) for lot in books.lots.values()]
    assert lots == [(lot.left, lot.reversed, lot.owed, lot.lapsed, lot.lapses_at) for lot in member.lots]
    assert [(use.amount, use.returned) for use in books.paid] == [(part.amount, part.returned) for part in member.paid]
    assert books.due_at == member.next_due()
    movements = [
        (each.kind.name, each.at, each.change, each.pending_change, each.held_change, each.debt_change)
        for each in books.movements[since:]
    ]
    assert movements == [tuple(entry) for entry in member.entries[since:]]


def check_order(books: Books, *, now: datetime) -> None:
    """R2, R5, R6, R11: whatever any model says."""
    lots = books.lots.values()
    active = sum(lot.spendable for lot in lots)
    assert books.available == active - books.debt
    assert books.pending == sum(lot.remaining for lot in lots if lot.is_pending)
    assert books.held == sum(hold.amount for hold in books.holds.values() if hold.is_open)
    assert books.debt == 0 or active == 0
    assert all(0 <= lot.remaining <= lot.earned for lot in lots)
    assert all(0 <= lot.reversed + lot.owed <= lot.earned >= lot.lapsed for lot in lots)
    assert books.due_at is None or books.due_at > now


def check_explained(books: Books) -> None:
    """R5: each movement changed what it did to lots; those of a lot add up to what is left of it; no cause counted
    twice; and the balances after the movements follow from one another."""
    causes = [(*each.because[:3], each.kind) for each in books.movements]
    assert len(causes) == len(set(causes))
    left, figures = Counter[UUID](), (0, 0, 0, 0)
    for each in books.movements:
        signed = {use.lot_id: use.amount * _sign(each) for use in each.lots}
        changed = each.change + each.pending_change + each.debt_change
        assert each.kind is EntryKind.CAPTURED or changed == sum(signed.values())
        left.update(signed)
        changes = (each.change, each.pending_change, each.held_change, each.debt_change)
        figures = tuple(before + change for before, change in zip(figures, changes, strict=True))
        assert (each.balance_after, each.pending_after, each.held_after, each.debt_after) == figures
    assert {lot.id: lot.remaining for lot in books.lots.values()} == {key: left[key] for key in books.lots}


def _sign(movement: Movement) -> int:
    """Did it add to lots, or take from them? What becomes active stays in its lot."""
    if movement.kind is EntryKind.ACTIVATED:
        return 0
    is_gift = movement.kind is EntryKind.ADJUSTED and movement.change > 0
    return 1 if movement.kind in ADDING or is_gift else -1
