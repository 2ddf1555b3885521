"""Points that are spent, and given back."""

from datetime import datetime
from uuid import UUID

from app.db import Transaction
from app.points.rules import Because, Books, Cause, EntryKind, Extension
from app.points.rules.taking import give_back as give_back_in
from app.points.rules.taking import pay

from .ledger import load_all, load_payment
from .settling import settle_due


async def ready_to_spend(tx: Transaction, *, account: Books) -> None:
    """Read what spending needs, so that `spend` has nothing more to read: for who has a row that many wait for in
    between."""
    await load_all(tx, account)


async def spend(tx: Transaction, *, account: Books, amount: int, because: Because, now: datetime) -> None:
    """Spend what expires first (R6). May refuse: NotEnoughPoints, and nothing is spent (R8)."""
    await load_all(tx, account)
    pay(account, EntryKind.SPENT, amount, because=because, at=now)
    await settle_due(tx, account, now=now)


async def give_back(
    tx: Transaction,
    *,
    account: Books,
    spent_by: tuple[Cause, UUID],
    amount: int,
    because: Because,
    extension: Extension | None,
    now: datetime,
) -> None:
    """Give back of what was spent for a cause, to the lots that paid (R7). May raise BadInput: more than that."""
    cause, cause_id = spent_by
    await load_all(tx, account)
    paid = await load_payment(tx, account, cause=cause.name, cause_id=cause_id)
    give_back_in(account, paid, amount, because=because, extension=extension, at=now)
    await settle_due(tx, account, now=now)
