"""Settling first: what is due is entered before anything else happens, and for those for whom nothing does (R2)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from app.db import Transaction
from app.members.commands import lock_member
from app.points.rules import Books, settle

from .ledger import books_of, keep, load_all, open_books


async def settled_account(
    tx: Transaction, *, member_id: UUID, figures: Mapping[str, Any] | None = None, now: datetime
) -> Books:
    """The member's points with everything entered that was due by now (R2). The caller holds the member's lock, and may
    have the `figures` already (see `queries.with_account`), if nothing of them has moved since they were read."""
    books = await open_books(tx, member_id=member_id) if figures is None else books_of(tx, member_id, figures)
    if books.due_at is not None and books.due_at <= now:
        await settle_due(tx, books, now=now)
    return books


async def settle_due(tx: Transaction, books: Books, *, now: datetime) -> None:
    """Enter what is due by now, and write all that moved."""
    if books.due_at is not None and books.due_at <= now:
        await load_all(tx, books)
        settle(books, now=now)
    elif books.has_all:
        books.due_at = books.next_due()
    await keep(tx, books)


async def settle_member(tx: Transaction, *, member_id: UUID, now: datetime) -> None:
    """Settle somebody for whom nothing else happens: for the job that settles the idle (R2)."""
    await lock_member(tx, member_id=member_id)
    await settled_account(tx, member_id=member_id, now=now)
