"""Movements by themselves: what they changed is what they did to lots, and each follows from the one before (R5)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.members.proving import Claim
from app.points.models import EntryRow
from app.points.rules import EntryKind

from .books import AHEAD, PointsBook

INTO_LOTS = frozenset(
    kind.name for kind in (EntryKind.EARNED, EntryKind.RELEASED, EntryKind.GIVEN_BACK, EntryKind.RESTORED)
)
"""What adds to lots; ACTIVATED moves within one, CAPTURED none, ADJUSTED goes by its sign, and all else takes."""
AFTER = (
    ("balance_after", "change"),
    ("pending_after", "pending_change"),
    ("held_after", "held_change"),
    ("debt_after", "debt_change"),
)


@dataclass(frozen=True)
class Moved:
    """A movement and what it did to one lot."""

    entry: EntryRow
    lot_id: UUID
    amount: int
    """More or fewer points in the lot; what became active: 0."""
    size: int
    """How many of the lot's points it moved."""


Movements = Sequence[tuple[EntryRow, Sequence[Moved]]]
"""In the order in which they were written."""


def movements_of(book: PointsBook) -> Movements:
    """What each movement did to lots, in the order in which it did."""
    uses: defaultdict[UUID, list[tuple[UUID, int]]] = defaultdict(list)
    for use in book.uses:
        uses[use.entry_id].append((use.lot_id, use.amount))
    return [(entry, [_moved(entry, *each) for each in [*_one(entry), *uses[entry.id]]]) for entry in book.entries]


def _one(entry: EntryRow) -> list[tuple[UUID, int]]:
    """The lot that the entry itself names, and how much it moved of it; for what became active, how much."""
    if entry.lot_id is None:
        return []
    return [(entry.lot_id, abs(entry.change + entry.pending_change + entry.debt_change) or abs(entry.change))]


def _moved(entry: EntryRow, lot_id: UUID, size: int) -> Moved:
    if entry.kind == EntryKind.ACTIVATED.name:
        return Moved(entry, lot_id, 0, size)
    adds = entry.kind in INTO_LOTS or (entry.kind == EntryKind.ADJUSTED.name and entry.change > 0)
    return Moved(entry, lot_id, size if adds else -size, size)


def by_lot(movements: Movements) -> Mapping[UUID, Sequence[Moved]]:
    found: defaultdict[UUID, list[Moved]] = defaultdict(list)
    for _, moved in movements:
        for each in moved:
            found[each.lot_id].append(each)
    return found


def movement_claims(book: PointsBook, movements: Movements, *, now: datetime) -> Iterator[Claim]:
    yield from _running(book.entries, now=now)
    for entry, moved in movements:
        yield Claim("points_entries.change", entry.id, True, _fits(entry))
        changed = entry.change + entry.pending_change + entry.debt_change
        if entry.kind == EntryKind.CAPTURED.name:
            changed = 0
        yield Claim("points_entries, by what it did to lots", entry.id, sum(each.amount for each in moved), changed)
    causes = Counter((entry.cause, entry.cause_id, entry.rule, entry.kind) for entry in book.entries)
    twice = [cause for cause, number in causes.items() if number > 1]
    yield Claim("points_entries: each cause counts once (R5)", None, [], twice)


def _running(entries: Iterable[EntryRow], *, now: datetime) -> Iterator[Claim]:
    """Each balance is the one before it and the movement: only the entry that is wrong is named."""
    before = dict.fromkeys((after for after, _ in AFTER), 0)
    for entry in entries:
        for after, change in AFTER:
            expected, found = before[after] + getattr(entry, change), getattr(entry, after)
            yield Claim(f"points_entries.{after}", entry.id, expected, found)
            before[after] = found
        if entry.occurred_at > now + AHEAD:
            yield Claim("points_entries.occurred_at: not before it is due", entry.id, now, entry.occurred_at)


def _fits(entry: EntryRow) -> bool:
    """Does a movement of its kind change just what it changes, in the right direction?"""
    kind = EntryKind[entry.kind]
    change, pending, held, debt = entry.change, entry.pending_change, entry.held_change, entry.debt_change
    shapes: Mapping[EntryKind, bool] = {
        EntryKind.EARNED: change >= 0 and pending >= 0 and bool(change) != bool(pending) and not (held or debt),
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
