"""What must be true of a member's points: account, lots and entries say the same (R5, R9)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.db import Reader
from app.members.proving import Claim, by_member

from .models import AccountRow, EntryRow, LotRow
from .queries import accounts_of_members, ledgers_of_members, lots_of_members
from .rules import EntryKind, LotState

AHEAD = timedelta(minutes=5)
"""How far another process's clock may be ahead of ours."""
STATES: Mapping[frozenset[str], LotState] = {
    frozenset(("EARNED",)): LotState.PENDING,
    frozenset(("EARNED", "ACTIVATED")): LotState.ACTIVE,
    frozenset(("EARNED", "ACTIVATED", "EXPIRED")): LotState.LAPSED,
}
"""What a lot is after movements of these kinds."""


@dataclass(frozen=True)
class PointsBook:
    """All that is written of a member's points."""

    account: AccountRow | None
    lots: Sequence[LotRow]
    entries: Sequence[EntryRow]
    """In the order of their ids."""


async def points_books(db: Reader, member_ids: Sequence[UUID]) -> list[PointsBook]:
    """Three statements, however many members."""
    accounts = await accounts_of_members(db, member_ids)
    lots = by_member(await lots_of_members(db, member_ids))
    entries = by_member(await ledgers_of_members(db, member_ids))
    return [
        PointsBook(account, lots.get(key, ()), entries.get(key, ()))
        for key, account in zip(member_ids, accounts, strict=True)
    ]


def points_claims(book: PointsBook, *, now: datetime) -> Iterator[Claim]:
    """As of the last settling, whenever that was."""
    yield from _account(book)
    yield from _running(book.entries)
    entries: defaultdict[UUID, list[EntryRow]] = defaultdict(list)
    for entry in book.entries:
        entries[entry.lot_id].append(entry)
    for lot in book.lots:
        yield from _lot(lot, entries[lot.id])
        yield from _times(lot, entries[lot.id], now=now)


def _account(book: PointsBook) -> Iterator[Claim]:
    account = book.account
    available, pending = (account.available, account.pending) if account else (0, 0)
    last, due = (account.last_entry_id, account.due_at) if account else (None, None)
    yield Claim("points_accounts.available, by active lots", None, _left(book.lots, LotState.ACTIVE), available)
    yield Claim("points_accounts.pending, by pending lots", None, _left(book.lots, LotState.PENDING), pending)
    changes = sum(entry.change for entry in book.entries)
    pending_changes = sum(entry.pending_change for entry in book.entries)
    yield Claim("points_accounts.available, by entries", None, changes, available)
    yield Claim("points_accounts.pending, by entries", None, pending_changes, pending)
    yield Claim("points_accounts.last_entry_id", None, book.entries[-1].id if book.entries else None, last)
    yield Claim("points_accounts.due_at", None, _due(book.lots), due)


def _left(lots: Iterable[LotRow], state: LotState) -> int:
    return sum(lot.remaining for lot in lots if lot.state == state.name)


def _due(lots: Iterable[LotRow]) -> datetime | None:
    """When the first open lot that was settled changes next."""
    open_lots = (lot for lot in lots if lot.remaining)
    times = (lot.activates_at if lot.state == LotState.PENDING.name else lot.expires_at for lot in open_lots)
    return min((at for at in times if at is not None), default=None)


def _running(entries: Iterable[EntryRow]) -> Iterator[Claim]:
    """Each balance is the one before it and the movement: only the entry that is wrong is named."""
    available = pending = 0
    for entry in entries:
        change, pending_change = entry.change, entry.pending_change
        yield Claim("points_entries.balance_after", entry.id, available + change, entry.balance_after)
        yield Claim("points_entries.pending_after", entry.id, pending + pending_change, entry.pending_after)
        yield Claim("points_entries.change", entry.id, _movement(entry), (change, pending_change))
        available, pending = entry.balance_after, entry.pending_after


def _movement(entry: EntryRow) -> tuple[int, int]:
    """What a movement of its kind and size does to the points that can be spent and that are pending."""
    size = max(abs(entry.change), abs(entry.pending_change), 1)
    if entry.kind == EntryKind.EARNED.name:
        return 0, size
    return (size, -size) if entry.kind == EntryKind.ACTIVATED.name else (-size, 0)


def _lot(lot: LotRow, entries: Sequence[EntryRow]) -> Iterator[Claim]:
    earned = [entry for entry in entries if entry.kind == EntryKind.EARNED.name]
    left = sum(entry.change + entry.pending_change for entry in entries)
    state = STATES.get(frozenset(entry.kind for entry in entries))
    yield Claim("points_lots: number of entries EARNED", lot.id, 1, len(earned))
    yield Claim("points_lots.earned, by its entry", lot.id, sum(entry.pending_change for entry in earned), lot.earned)
    yield Claim("points_lots.remaining, by its entries", lot.id, left, lot.remaining)
    yield Claim("points_lots.state, by its entries", lot.id, state and state.name, lot.state)
    cause = _cause(lot)
    for entry in entries:
        yield Claim("points_entries: cause, rule and version, by its lot", entry.id, cause, _cause(entry))


def _cause(row: LotRow | EntryRow) -> tuple[str, UUID, str, int]:
    return row.cause, row.cause_id, row.rule, row.program_version


def _times(lot: LotRow, entries: Iterable[EntryRow], *, now: datetime) -> Iterator[Claim]:
    """What was due is dated when it was due, and nothing was entered before (R2)."""
    due = {"EARNED": lot.earned_at, "ACTIVATED": lot.activates_at, "EXPIRED": lot.expires_at}
    for entry in entries:
        at = entry.occurred_at
        yield Claim("points_entries.occurred_at, by its lot", entry.id, due[entry.kind], at)
        if at > now + AHEAD:
            yield Claim("points_entries.occurred_at: not before it is due", entry.id, now, at)
