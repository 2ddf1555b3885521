"""Loading a member's points under the member's lock, and writing what moved in them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from app.db import Transaction, Write
from app.points.queries.beside import FIGURES
from app.points.rows import hold_of, lot_of, paid_of
from app.points.rules import PAYING, Books, Hold, Lot, Movement, PaidUse

from .statements import (
    ACCOUNT,
    HOLD,
    INSERT_ENTRY,
    INSERT_HOLD,
    INSERT_LOT,
    INSERT_USE,
    KEEP_ACCOUNT,
    KEEP_HOLD,
    KEEP_LOT,
    KEEP_PAID,
    LOTS,
    LOTS_BY_RULE,
    LOTS_OF_CAUSE,
    OPEN_ACCOUNT,
    OPEN_HOLDS,
    OPEN_LOTS,
    PAID,
    PAYMENT,
)

LOT_CHANGES = ("remaining", "state", "activates_at", "expires_at", "reversed", "owed", "lapsed", "extended_by")
HOLD_CHANGES = ("state", "ended_at", "given_back")
FEW = 2
"""Rows of a kind that go with the others in one statement; more go by one of their own."""


async def open_books(tx: Transaction, *, member_id: UUID) -> Books:
    """The member's figures; an account is opened for who has none. The caller holds the member's lock."""
    rows = await tx.run(ACCOUNT, member_id=member_id)
    if not rows:
        await tx.run(OPEN_ACCOUNT, member_id=member_id)
        rows = await tx.run(ACCOUNT, member_id=member_id)
    return books_of(tx, member_id, {name: getattr(rows[0], name) for name in FIGURES})


def books_of(tx: Transaction, member_id: UUID, figures: Mapping[str, Any]) -> Books:
    """Of figures that were read under the member's lock, and of which nothing has moved since."""
    return Books(member_id=member_id, id_after=tx.id_after, written=figures, **figures)


async def load_all(tx: Transaction, books: Books) -> None:
    """All open lots, but for those that are pending until nobody knows when; all open holds, what paid them, and the
    lots that did."""
    if books.has_all:
        return
    books.know_lots(map(lot_of, await tx.run(OPEN_LOTS, member_id=books.member_id)))
    if books.held:
        holds = await tx.run(OPEN_HOLDS, member_id=books.member_id)
        books.know_holds(map(hold_of, holds))
        await load_paid(tx, books, [hold.entry_id for hold in holds])
    books.has_all = True


async def load_paid(tx: Transaction, books: Books, entry_ids: Sequence[UUID]) -> None:
    """Which lots paid these movements, and the lots."""
    rows = await tx.run(PAID, member_id=books.member_id, entry_ids=list(entry_ids))
    books.know_paid(map(paid_of, rows))
    missing = [row.lot_id for row in rows if row.lot_id not in books.lots]
    if missing:
        books.know_lots(map(lot_of, await tx.run(LOTS, member_id=books.member_id, lot_ids=missing)))


async def load_lots_of(tx: Transaction, books: Books, *, cause: str, cause_id: UUID) -> list[Lot]:
    """The lots that a cause made, whatever is left of them."""
    rows = await tx.run(LOTS_OF_CAUSE, member_id=books.member_id, cause=cause, cause_id=cause_id)
    books.know_lots(map(lot_of, rows))
    return [books.lots[row.id] for row in rows]


async def load_lots_by_rule(tx: Transaction, books: Books, *, cause: str, rule: str) -> list[Lot]:
    """The lots that causes of a kind made by a rule, in the order in which they did, whatever is left of them."""
    rows = await tx.run(LOTS_BY_RULE, member_id=books.member_id, cause=cause, rule=rule)
    books.know_lots(map(lot_of, rows))
    return [books.lots[row.id] for row in rows]


async def load_hold(tx: Transaction, books: Books, hold_id: UUID) -> Hold | None:
    """A hold, whatever became of it."""
    books.know_holds(map(hold_of, await tx.run(HOLD, member_id=books.member_id, hold_id=hold_id)))
    return books.holds.get(hold_id)


async def load_payment(tx: Transaction, books: Books, *, cause: str, cause_id: UUID) -> list[PaidUse]:
    """What paid a spending, and the lots."""
    rows = await tx.run(PAYMENT, member_id=books.member_id, cause=cause, cause_id=cause_id)
    await load_paid(tx, books, [row.id for row in rows])
    return [use for row in rows for use in books.paid_by(row.id)]


async def keep(tx: Transaction, books: Books) -> None:
    """Write what moved: lots, entries, what they moved of lots, holds, and the figures."""
    if not books.lots and not books.holds and not books.movements and books.due_at == books.written["due_at"]:
        return
    figures = {name: getattr(books, name) for name in FIGURES}
    owner = {"member_id": books.member_id}
    new = [owner | vars(lot) for lot in books.lots.values() if lot.id not in books.known_lots]
    changed = [lot for lot in books.lots.values() if books.known_lots.get(lot.id, vars(lot)) != vars(lot)]
    await _write(tx, INSERT_LOT, new)
    if changed:
        await _write(tx, KEEP_LOT, [_changes(books, lot.id, lot, LOT_CHANGES) for lot in changed])
    await _write(tx, INSERT_ENTRY, [owner | _entry(movement) for movement in books.movements])
    uses = [use for movement in books.movements if _has_rows(movement) for use in _uses(books, movement)]
    if uses:
        await _write(tx, INSERT_USE, [owner | {"id": tx.new_id()} | use for use in uses])
    if books.paid:
        await _keep_paid(tx, books)
    if books.holds:
        await _keep_holds(tx, books)
    if figures != books.written:
        tx.later(KEEP_ACCOUNT, of_member=books.member_id, **{f"new_{name}": figures[name] for name in FIGURES})
    books.were_written(figures)


async def _keep_paid(tx: Transaction, books: Books) -> None:
    await _write(tx, KEEP_PAID, [
        {"of_member": books.member_id, "of_entry": use.entry_id, "of_lot": use.lot_id, "new_returned": use.returned}
        for use in books.paid
        if books.known_paid.get((use.entry_id, use.lot_id), vars(use)) != vars(use)
    ])  # fmt: skip


async def _keep_holds(tx: Transaction, books: Books) -> None:
    owner, holds = {"member_id": books.member_id}, books.holds.values()
    await _write(tx, INSERT_HOLD, [owner | vars(hold) for hold in holds if hold.id not in books.known_holds])
    ended = [hold for hold in holds if books.known_holds.get(hold.id, vars(hold)) != vars(hold)]
    await _write(tx, KEEP_HOLD, [_changes(books, hold.id, hold, HOLD_CHANGES) for hold in ended])


async def _write(tx: Transaction, write: Write[Any], rows: Sequence[Mapping[str, Any]]) -> None:
    if len(rows) > FEW:
        await tx.run_many(write, rows)
        return
    for row in rows:
        tx.later(write, **row)


def _changes(books: Books, key: UUID, of: Lot | Hold, names: Iterable[str]) -> dict[str, Any]:
    return {"of_member": books.member_id, "of_id": key} | {f"new_{name}": getattr(of, name) for name in names}


def _has_rows(movement: Movement) -> bool:
    """Are its lots in rows of their own? If it moved one, and did not pay with it, the entry itself names that."""
    return movement.kind in PAYING or len(movement.lots) > 1


def _entry(movement: Movement) -> dict[str, Any]:
    because = movement.because
    return {
        "id": movement.id,
        "kind": movement.kind.name,
        "change": movement.change,
        "pending_change": movement.pending_change,
        "held_change": movement.held_change,
        "debt_change": movement.debt_change,
        "balance_after": movement.balance_after,
        "pending_after": movement.pending_after,
        "held_after": movement.held_after,
        "debt_after": movement.debt_after,
        "cause": because.cause.name,
        "cause_id": because.cause_id,
        "rule": because.rule,
        "program_version": because.program_version,
        "lot_id": movement.lots[0].lot_id if movement.lots and not _has_rows(movement) else None,
        "occurred_at": movement.at,
    }


def _uses(books: Books, movement: Movement) -> list[dict[str, Any]]:
    returned = {(use.entry_id, use.lot_id): use.returned for use in books.paid}
    return [
        {
            "entry_id": movement.id,
            "lot_id": use.lot_id,
            "number": number,
            "amount": use.amount,
            "returned": returned.get((movement.id, use.lot_id), 0),
        }
        for number, use in enumerate(movement.lots, 1)
    ]
