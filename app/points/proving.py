"""What must be true of a member's points: account, lots, holds and entries say the same (R5, R6, R9, R10, R14)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.db import Reader
from app.members.proving import Claim, by_member

from .models import AccountRow, EntryRow, GiveBackRow, HoldRow, LotRow, LotUseRow
from .queries import (
    accounts_of_members,
    give_backs_of_members,
    holds_of_members,
    ledgers_of_members,
    lots_of_members,
    uses_of_members,
)
from .rules import PAYING, EntryKind, HoldState, LotState

AHEAD = timedelta(minutes=5)
"""How far another process's clock may be ahead of ours."""
PAID = frozenset(kind.name for kind in PAYING)
MAKING = frozenset((EntryKind.EARNED.name, EntryKind.ADJUSTED.name))
INTO_LOTS = frozenset(
    kind.name for kind in (EntryKind.EARNED, EntryKind.RELEASED, EntryKind.GIVEN_BACK, EntryKind.RESTORED)
)
"""What adds to lots; ACTIVATED moves within one, CAPTURED none, ADJUSTED goes by its sign, and all else takes."""


@dataclass(frozen=True)
class PointsBook:
    """All that is written of a member's points."""

    account: AccountRow | None
    lots: Sequence[LotRow]
    entries: Sequence[EntryRow]
    """In the order of their ids."""
    uses: Sequence[LotUseRow] = ()
    holds: Sequence[HoldRow] = ()
    give_backs: Sequence[GiveBackRow] = ()


@dataclass(frozen=True)
class Moved:
    """A movement and what it did to one lot."""

    entry: EntryRow
    amount: int
    """More or fewer points in the lot; what became active: 0."""
    size: int
    """How many of the lot's points it moved."""


async def points_books(db: Reader, member_ids: Sequence[UUID]) -> list[PointsBook]:
    """Six statements, however many members."""
    accounts = await accounts_of_members(db, member_ids)
    lots = by_member(await lots_of_members(db, member_ids))
    entries = by_member(await ledgers_of_members(db, member_ids))
    uses = by_member(await uses_of_members(db, member_ids))
    holds = by_member(await holds_of_members(db, member_ids))
    give_backs = by_member(await give_backs_of_members(db, member_ids))
    return [
        PointsBook(
            account,
            lots.get(key, ()),
            entries.get(key, ()),
            uses.get(key, ()),
            holds.get(key, ()),
            give_backs.get(key, ()),
        )
        for key, account in zip(member_ids, accounts, strict=True)
    ]


def points_claims(book: PointsBook, *, now: datetime) -> Iterator[Claim]:
    """As of the last settling, whenever that was."""
    yield from _account(book)
    yield from _running(book.entries, now=now)
    moved = _moved(book)
    yield from _whole(book.entries, moved)
    by_lot: defaultdict[UUID, list[Moved]] = defaultdict(list)
    for lot_id, each in moved:
        by_lot[lot_id].append(each)
    for lot in book.lots:
        yield from _lot(lot, by_lot[lot.id])
        yield from _times(lot, by_lot[lot.id])
    yield from _holds(book)


def _account(book: PointsBook) -> Iterator[Claim]:
    account = book.account
    names = ("available", "pending", "held", "debt")
    available, pending, held, debt = (getattr(account, name) for name in names) if account else (0, 0, 0, 0)
    last, due = (account.last_entry_id, account.due_at) if account else (None, None)
    active = _left(book.lots, LotState.ACTIVE)
    yield Claim("points_accounts.available, by active lots less the debt (R5)", None, active - debt, available)
    yield Claim("points_accounts.pending, by pending lots", None, _left(book.lots, LotState.PENDING), pending)
    open_holds = sum(hold.amount for hold in book.holds if hold.state == HoldState.OPEN.name)
    yield Claim("points_accounts.held, by open holds", None, open_holds, held)
    yield Claim("points_accounts.debt: only of who has nothing left (R11)", None, True, not debt or not active)
    for name, found in (("change", available), ("pending_change", pending), ("held_change", held),
                        ("debt_change", debt)):  # fmt: skip
        what = f"points_accounts, by all entries' {name}"
        yield Claim(what, None, sum(getattr(entry, name) for entry in book.entries), found)
    yield Claim("points_accounts.last_entry_id", None, book.entries[-1].id if book.entries else None, last)
    exact = _due(book)
    in_time = exact is None or (due is not None and due <= exact)
    yield Claim("points_accounts.due_at: not later than", None, exact, exact if in_time else due)


def _left(lots: Iterable[LotRow], state: LotState) -> int:
    return sum(lot.remaining for lot in lots if lot.state == state.name)


def _due(book: PointsBook) -> datetime | None:
    """When the first open lot or hold that was settled changes next."""
    open_lots = (lot for lot in book.lots if lot.remaining)
    times = [lot.activates_at if lot.state == LotState.PENDING.name else lot.expires_at for lot in open_lots]
    times += [hold.deadline for hold in book.holds if hold.state == HoldState.OPEN.name]
    return min((at for at in times if at is not None), default=None)


AFTER = (
    ("balance_after", "change"),
    ("pending_after", "pending_change"),
    ("held_after", "held_change"),
    ("debt_after", "debt_change"),
)


def _running(entries: Iterable[EntryRow], *, now: datetime) -> Iterator[Claim]:
    """Each balance is the one before it and the movement: only the entry that is wrong is named."""
    before = dict.fromkeys((after for after, _ in AFTER), 0)
    for entry in entries:
        for after, change in AFTER:
            yield Claim(
                f"points_entries.{after}", entry.id, before[after] + getattr(entry, change), getattr(entry, after)
            )
            before[after] = getattr(entry, after)
        yield Claim("points_entries.change", entry.id, True, _fits(entry))
        if entry.occurred_at > now + AHEAD:
            yield Claim("points_entries.occurred_at: not before it is due", entry.id, now, entry.occurred_at)


def _fits(entry: EntryRow) -> bool:
    """Does a movement of its kind change just what it changes, in the right direction?"""
    kind = EntryKind[entry.kind]
    change, pending, held, debt = entry.change, entry.pending_change, entry.held_change, entry.debt_change
    shapes: Mapping[EntryKind, bool] = {
        EntryKind.EARNED: pending > 0 and not (change or held or debt),
        EntryKind.RESTORED: pending > 0 and not (change or held or debt),
        EntryKind.ACTIVATED: change > 0 and pending == -change and not (held or debt),
        EntryKind.EXPIRED: change < 0 and not (pending or held or debt),
        EntryKind.SPENT: change < 0 and not (pending or held or debt),
        EntryKind.HELD: change < 0 and held == -change and not (pending or debt),
        EntryKind.CAPTURED: held < 0 and not (change or pending or debt),
        EntryKind.RELEASED: change > 0 and held == -change and not (pending or debt),
        EntryKind.GIVEN_BACK: change > 0 and not (pending or held or debt),
        EntryKind.REVERSED: change <= 0 and pending <= 0 and 0 <= debt <= -change and change + pending < 0 and not held,
        EntryKind.DEBT_PAID: debt < 0 and not (change or pending or held),
        EntryKind.ADJUSTED: change != 0 and not (pending or held or debt),
    }
    return shapes[kind]


def _moved(book: PointsBook) -> list[tuple[UUID, Moved]]:
    """Which movement did what to which lot."""
    entries = {entry.id: entry for entry in book.entries}
    moved = [(entry.lot_id, _did(entry, _size(entry))) for entry in book.entries if entry.lot_id is not None]
    moved += [(use.lot_id, _did(entries[use.entry_id], use.amount)) for use in book.uses if use.entry_id in entries]
    return moved


def _size(entry: EntryRow) -> int:
    """Of what a movement did to lots altogether; for what became active, how much."""
    return abs(entry.change + entry.pending_change + entry.debt_change) or abs(entry.change)


def _did(entry: EntryRow, size: int) -> Moved:
    if entry.kind == EntryKind.ACTIVATED.name:
        return Moved(entry, 0, size)
    adds = entry.kind in INTO_LOTS or (entry.kind == EntryKind.ADJUSTED.name and entry.change > 0)
    return Moved(entry, size if adds else -size, size)


def _whole(entries: Iterable[EntryRow], moved: Iterable[tuple[UUID, Moved]]) -> Iterator[Claim]:
    """What a movement changed is what it did to its lots (R5, R6)."""
    lots: defaultdict[UUID, int] = defaultdict(int)
    for _, each in moved:
        lots[each.entry.id] += each.amount
    for entry in entries:
        changed = entry.change + entry.pending_change + entry.debt_change
        if entry.kind != EntryKind.CAPTURED.name:
            yield Claim("points_entries, by what it did to lots", entry.id, lots[entry.id], changed)


def _lot(lot: LotRow, moved: Sequence[Moved]) -> Iterator[Claim]:
    made = [each for each in moved if each.entry.kind in MAKING and each.amount > 0]
    yield Claim("points_lots: number of entries that made it", lot.id, 1, len(made))
    yield Claim("points_lots.earned, by its entry", lot.id, sum(each.amount for each in made), lot.earned)
    yield Claim("points_lots.remaining, by its entries", lot.id, sum(each.amount for each in moved), lot.remaining)
    lapsed = sum(each.size for each in moved if each.entry.kind == EntryKind.EXPIRED.name)
    yield Claim("points_lots.lapsed, by its entries", lot.id, lapsed, lot.lapsed)
    was_active = any(each.entry.kind == EntryKind.ACTIVATED.name for each in moved)
    is_given = any(each.entry.kind == EntryKind.ADJUSTED.name for each in made)
    is_known = lot.state != LotState.PENDING.name
    nothing_left = not any(each.amount for each in moved) or lot.remaining == 0
    yield Claim("points_lots.state: active, by its entries", lot.id, True,
                is_known == (was_active or is_given) or nothing_left)  # fmt: skip
    yield Claim("points_lots.state: nothing is left of what lapsed", lot.id, True,
                lot.state != LotState.LAPSED.name or (lot.remaining == 0 and lot.lapsed > 0))  # fmt: skip
    for each in made:
        yield Claim(
            "points_entries: cause, rule and version, by its lot", each.entry.id, _cause(lot), _cause(each.entry)
        )


def _cause(row: LotRow | EntryRow) -> tuple[str, UUID, str, int]:
    return row.cause, row.cause_id, row.rule, row.program_version


def _times(lot: LotRow, moved: Iterable[Moved]) -> Iterator[Claim]:
    """What was due is dated when it was due, and nothing was entered before (R2)."""
    due = {EntryKind.EARNED.name: lot.earned_at, EntryKind.ACTIVATED.name: lot.activates_at}
    for each in moved:
        entry = each.entry
        if entry.kind in due:
            yield Claim("points_entries.occurred_at, by its lot", entry.id, due[entry.kind], entry.occurred_at)
        if entry.kind == EntryKind.EXPIRED.name and lot.extended_by is None:
            late = lot.expires_at is not None and entry.occurred_at >= lot.expires_at
            yield Claim("points_entries.occurred_at: not before its lot lapses", entry.id, True, late)
            if entry.cause == lot.cause:
                yield Claim("points_entries.occurred_at, by its lot", entry.id, lot.expires_at, entry.occurred_at)
        if entry.kind in PAID:
            in_time = lot.expires_at is None or lot.extended_by is not None or entry.occurred_at < lot.expires_at
            yield Claim("points_entries.occurred_at: before its lot lapses", entry.id, True, in_time)


def _holds(book: PointsBook) -> Iterator[Claim]:
    """Each hold took what it holds, and ended once, as it says (R14); what was given back is known by whom (R7)."""
    entries = {(entry.cause, entry.cause_id, entry.kind): entry for entry in book.entries}
    paid: defaultdict[UUID, list[LotUseRow]] = defaultdict(list)
    for use in book.uses:
        paid[use.entry_id].append(use)
    given: defaultdict[UUID, int] = defaultdict(int)
    for giving in book.give_backs:
        given[giving.hold_id] += giving.amount
        entry = entries.get(("GIVE_BACK", giving.id, EntryKind.GIVEN_BACK.name))
        yield Claim("points_give_backs.amount, by its entry", giving.id, entry and entry.change, giving.amount)
    ended = {"OPEN": (), "CAPTURED": ("CAPTURED",), "RELEASED": ("RELEASED",), "TIMED_OUT": ("RELEASED",)}
    for hold in book.holds:
        placed = entries.get(("HOLD", hold.id, EntryKind.HELD.name))
        yield Claim("points_holds.amount, by its entry", hold.id, placed and placed.held_change, hold.amount)
        yield Claim("points_holds.entry_id", hold.id, placed and placed.id, hold.entry_id)
        found = tuple(kind for kind in ("CAPTURED", "RELEASED") if ("HOLD", hold.id, kind) in entries)
        yield Claim("points_holds.state, by its entries", hold.id, ended[hold.state], found)
        for kind in found:
            entry = entries["HOLD", hold.id, kind]
            yield Claim("points_holds.ended_at, by its entry", hold.id, (entry.occurred_at, -entry.held_change),
                        (hold.ended_at, hold.amount))  # fmt: skip
        yield Claim("points_holds.ended_at: timed out at its deadline, else before", hold.id,
                    True, _ended_in_time(hold))  # fmt: skip
        yield Claim("points_holds.given_back", hold.id, given[hold.id], hold.given_back)
        returned = hold.amount if found == ("RELEASED",) else hold.given_back
        yield Claim("points_lot_uses.returned of the hold", hold.id, returned,
                    sum(use.returned for use in paid[hold.entry_id]))  # fmt: skip


def _ended_in_time(hold: HoldRow) -> bool:
    if hold.ended_at is None:
        return True
    if hold.state == HoldState.TIMED_OUT.name:
        return hold.ended_at == hold.deadline
    return hold.ended_at < hold.deadline
