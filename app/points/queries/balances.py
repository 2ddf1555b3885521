"""What members' points are at an instant, whether or not anybody settled them (R2).

Where nothing is due, that is what is written. Where something is, the open lots and holds are read, and settled in
memory by the very rules that will be writing it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, bindparam, func, or_, outerjoin, select, true
from sqlmodel import col

from app.db import Columns, Keys, Reader, Statement, many_each
from app.db.columns import INSTANT
from app.errors import BadInput
from app.points.models import AccountRow, HoldRow, LotRow, LotUseRow
from app.points.rows import hold_of, lot_of, paid_of
from app.points.rules import LOOKED_AHEAD, Balance, Books, Expiring, settle

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


def _soon(member_id: Any) -> Any:
    """What lapses of those who are named."""
    return (
        select(
            col(LotRow.member_id),
            col(LotRow.expires_at),
            func.sum(col(LotRow.remaining)).cast(Integer).label("remaining"),
        )
        .where(member_id, IS_OPEN, IS_ACTIVE)
        .where(col(LotRow.expires_at) <= UNTIL)
        .group_by(col(LotRow.member_id), col(LotRow.expires_at))
        .order_by(col(LotRow.expires_at))
    )


def _with_lapsing(columns: Sequence[Any], keys: Keys) -> Any:
    soon = _soon(col(LotRow.member_id) == col(AccountRow.member_id)).lateral("soon")
    told = (soon.c.expires_at.label("lapses_at"), soon.c.remaining.label("lapsing"))
    accounts = select(*columns, *told).select_from(outerjoin(AccountRow, soon, true()))
    return accounts.where(keys.hold(col(AccountRow.member_id))).order_by(soon.c.expires_at)


EXPIRING = Statement(
    LotRow, lambda _, keys: _soon(keys.hold(col(LotRow.member_id))), "now", "until", always=("member_id",)
)
WITH_LAPSING = Statement(AccountRow, _with_lapsing, "now", "until", always=("member_id",))
"""Accounts, each with what lapses: a row for each instant at which something does, or one."""


async def balances_of_members(
    db: Reader, member_ids: Sequence[UUID], *, now: datetime, columns: Columns = None
) -> list[Balance]:
    """Points as they count at an instant (R2, R5), with what lapses soon unless it is not wanted: one statement, and
    three more if anything is due of anybody."""
    tells_lapsing = columns is None or "lapsing" in columns
    if tells_lapsing:
        rows: list[Any] = await db.fetch(WITH_LAPSING, member_ids, now, _ahead(now, LOOKED_AHEAD), columns=NEEDED)
    else:
        rows = list(await db.fetch(ACCOUNTS, member_ids, columns=NEEDED))
    written: dict[UUID, Any] = {}
    due: list[Any] = []
    for row in rows:
        written[row["member_id"]] = row
        if (at := row["due_at"]) is not None and at <= now:
            due.append(row)
    settled, lapsing = await _settled(db, due, now=now) if due else {}, _lapsing(rows) if tells_lapsing else None
    found: list[Balance] = []
    for key in member_ids:
        row, soon = written.get(key), None if lapsing is None else tuple(lapsing.get(key, ()))
        if row is None:  # they never had any points
            found.append(Balance(key, 0, 0, 0, 0, lapsing=soon))
        elif key in settled:
            found.append(_settled_balance(settled[key], now=now))
        else:
            found.append(Balance(key, row["available"], row["pending"], row["held"], row["debt"], False, soon))
    return found


def _lapsing(rows: Iterable[Any]) -> dict[UUID, list[Expiring]]:
    """What lapses of each, as it was read along with their accounts."""
    found: defaultdict[UUID, list[Expiring]] = defaultdict(list)
    for row in rows:
        if row["lapses_at"] is not None:
            found[row["member_id"]].append(Expiring(row["lapsing"], row["lapses_at"]))
    return found


def _settled_balance(books: Books, *, now: datetime) -> Balance:
    soon = tuple(_expiring(books, until=_ahead(now, LOOKED_AHEAD)))
    return Balance(books.member_id, books.available, books.pending, books.held, books.debt, is_due=True, lapsing=soon)


async def expiring_of_members(
    db: Reader,
    members: Sequence[tuple[UUID, bool, tuple[Expiring, ...] | None]],
    *,
    now: datetime,
    within: int = LOOKED_AHEAD,
) -> list[list[Expiring]]:
    """Points that can be spent now and lapse within so many days, soonest first. By member id, whether something may be
    due of them, and what a balance told of them: no statement if that is enough; else one, and four more if anything
    may be due of anybody."""
    if not 1 <= within <= MOST_DAYS:
        raise BadInput(f"'within' must be between 1 and {MOST_DAYS}.")
    until = _ahead(now, within)
    if within <= LOOKED_AHEAD and all(told is not None for _, _, told in members):
        return [[each for each in told if each.at <= until] if told else [] for _, _, told in members]
    member_ids = [key for key, _, _ in members]
    due = [key for key, is_due, _ in members if is_due]
    settled = await books_due(db, due, now=now) if due else {}
    rows = await db.fetch(EXPIRING, member_ids, now, until)
    written = many_each(rows, member_ids, by="member_id")
    return [
        _expiring(settled[key], until=until)
        if key in settled
        else [Expiring(row.remaining, row.expires_at) for row in each if row.expires_at]
        for key, each in zip(member_ids, written, strict=True)
    ]


def _ahead(now: datetime, days: int) -> datetime:
    return now + timedelta(days=days)


async def books_due(db: Reader, member_ids: Sequence[UUID], *, now: datetime) -> dict[UUID, Books]:
    """Of members of whom something is due: what their open lots and holds are by now (R2). One statement, or four."""
    accounts: list[Any] = list(await db.fetch(ACCOUNTS, member_ids, columns=NEEDED))
    return await _settled(db, [row for row in accounts if row["due_at"] is not None and row["due_at"] <= now], now=now)


def _expiring(books: Books, *, until: datetime) -> list[Expiring]:
    together: defaultdict[datetime, int] = defaultdict(int)
    for lot in books.lots.values():
        if lot.spendable and lot.expires_at is not None and lot.expires_at <= until:
            together[lot.expires_at] += lot.spendable
    return [Expiring(amount, at) for at, amount in sorted(together.items())]


async def _settled(db: Reader, due: Sequence[Any], *, now: datetime) -> dict[UUID, Books]:
    """The books of those of whom something is due, by their accounts, settled in memory; nothing is written."""
    if not due:
        return {}
    books: dict[UUID, Books] = {row["member_id"]: _books(row) for row in due}
    for lot in await db.fetch(OPEN_LOTS, list(books)):
        books[lot.member_id].know_lots([lot_of(lot)])
    for hold in await db.fetch(OPEN_HOLDS, list(books)):
        books[hold.member_id].know_holds([hold_of(hold)])
    for use in await db.fetch(HELD_USES, list(books)):
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
