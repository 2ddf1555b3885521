"""What members' points are at an instant, whether or not anybody settled them (R2).

Where nothing is due, that is what is written. Where something is, the open lots and holds are read, and settled in
memory by the very rules that will be writing it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Integer, bindparam, func, or_, select
from sqlmodel import col

from app.db import Reader, Statement, many_each
from app.db.columns import INSTANT
from app.errors import BadInput
from app.points.models import AccountRow, HoldRow, LotRow, LotUseRow
from app.points.rows import hold_of, lot_of, paid_of
from app.points.rules import Balance, Books, Expiring, settle

from .conditions import IS_ACTIVE, IS_HELD, IS_OPEN
from .ledgers import ACCOUNTS

UNTIL = bindparam("until", type_=INSTANT)
MOST_DAYS = 3_660
NONE = UUID(int=0)
FIGURES = ("available", "pending", "held", "debt")
NEEDED = frozenset((*FIGURES, "due_at"))

HELD_BY = select(col(HoldRow.entry_id)).where(col(HoldRow.member_id) == col(LotUseRow.member_id), IS_HELD)
HELD_LOTS = select(col(LotUseRow.lot_id)).where(
    col(LotUseRow.member_id) == col(LotRow.member_id), col(LotUseRow.entry_id).in_(HELD_BY)
)
OPEN_LOTS = Statement(
    LotRow,
    lambda columns, keys: select(*columns).where(
        keys.hold(col(LotRow.member_id)), or_(IS_OPEN, col(LotRow.id).in_(HELD_LOTS))
    ),
    always=("member_id", "id"),
)
"""Also those of which nothing is left but what is held."""
OPEN_HOLDS = Statement(
    HoldRow, lambda columns, keys: select(*columns).where(keys.hold(col(HoldRow.member_id)), IS_HELD)
)
HELD_USES = Statement(
    LotUseRow,
    lambda columns, keys: (
        select(*columns)
        .where(keys.hold(col(LotUseRow.member_id)), col(LotUseRow.entry_id).in_(HELD_BY))
        .order_by(col(LotUseRow.entry_id), col(LotUseRow.number))
    ),
    always=("member_id",),
)
EXPIRING = Statement(
    LotRow,
    lambda _, keys: (
        select(
            col(LotRow.member_id),
            col(LotRow.expires_at),
            func.sum(col(LotRow.remaining)).cast(Integer).label("remaining"),
        )
        .where(keys.hold(col(LotRow.member_id)), IS_OPEN, IS_ACTIVE)
        .where(col(LotRow.expires_at) <= UNTIL)
        .group_by(col(LotRow.member_id), col(LotRow.expires_at))
        .order_by(col(LotRow.expires_at))
    ),
    "now",
    "until",
    always=("member_id",),
)


async def balances_of_members(db: Reader, member_ids: Sequence[UUID], *, now: datetime) -> list[Balance]:
    """Points as they count at an instant (R2, R5): one statement, and three more if anything is due of anybody."""
    accounts = await db.fetch(ACCOUNTS, member_ids, columns=NEEDED)
    settled = await _settled(db, accounts, now=now)
    written = {row.member_id: row for row in accounts}
    found: Mapping[UUID, AccountRow | Books] = written | settled
    return [_balance(key, found.get(key)) for key in member_ids]


def _balance(member_id: UUID, of: AccountRow | Books | None) -> Balance:
    if of is None:
        return Balance(member_id, 0, 0, 0, 0)
    return Balance(member_id, of.available, of.pending, of.held, of.debt, is_due=isinstance(of, Books))


async def expiring_of_members(
    db: Reader, members: Sequence[tuple[UUID, bool]], *, now: datetime, within: int = 30
) -> list[list[Expiring]]:
    """Points that can be spent now and lapse within so many days, soonest first. By member id, and whether something
    may be due of them: one statement, and four more if anything may of anybody."""
    if not 1 <= within <= MOST_DAYS:
        raise BadInput(f"'within' must be between 1 and {MOST_DAYS}.")
    until = now + timedelta(days=within)
    member_ids = [key for key, _ in members]
    due = [key for key, is_due in members if is_due]
    settled = await books_due(db, due, now=now) if due else {}
    rows = await db.fetch(EXPIRING, member_ids, now, until)
    written = many_each(rows, member_ids, by="member_id")
    return [
        _expiring(settled[key], until=until)
        if key in settled
        else [Expiring(row.remaining, row.expires_at) for row in each if row.expires_at]
        for key, each in zip(member_ids, written, strict=True)
    ]


async def books_due(db: Reader, member_ids: Sequence[UUID], *, now: datetime) -> dict[UUID, Books]:
    """Of members of whom something is due: what their open lots and holds are by now (R2). One statement, or four."""
    return await _settled(db, await db.fetch(ACCOUNTS, member_ids, columns=NEEDED), now=now)


def _expiring(books: Books, *, until: datetime) -> list[Expiring]:
    together: defaultdict[datetime, int] = defaultdict(int)
    for lot in books.lots.values():
        if lot.spendable and lot.expires_at is not None and lot.expires_at <= until:
            together[lot.expires_at] += lot.spendable
    return [Expiring(amount, at) for at, amount in sorted(together.items())]


async def _settled(db: Reader, accounts: Iterable[AccountRow], *, now: datetime) -> dict[UUID, Books]:
    """The books of those of whom something is due, settled in memory; nothing is written."""
    due = {row.member_id: row for row in accounts if row.due_at is not None and row.due_at <= now}
    if not due:
        return {}
    books = {key: _books(row) for key, row in due.items()}
    for lot in await db.fetch(OPEN_LOTS, list(due)):
        books[lot.member_id].know_lots([lot_of(lot)])
    for hold in await db.fetch(OPEN_HOLDS, list(due)):
        books[hold.member_id].know_holds([hold_of(hold)])
    for use in await db.fetch(HELD_USES, list(due)):
        books[use.member_id].know_paid([paid_of(use)])
    for each in books.values():
        settle(each, now=now)
    return books


def _books(row: AccountRow) -> Books:
    figures = {name: getattr(row, name) for name in FIGURES}
    return Books(member_id=row.member_id, due_at=row.due_at, last_entry_id=None, id_after=_no_id, has_all=True,
                 **figures)  # fmt: skip


def _no_id(last: UUID | None) -> UUID:
    """What is only looked at is not written, and needs no ids."""
    return NONE
