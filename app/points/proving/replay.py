"""All movements once more, one after another: no lot goes below zero, and what expires first is spent first (R6)."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from app.members.proving import Claim
from app.points.models import EntryRow, LotRow
from app.points.rules import NEVER, EntryKind

from .books import PointsBook
from .lots import MAKING
from .movements import Moved, Movements

SPENDING = frozenset(kind.name for kind in (EntryKind.SPENT, EntryKind.HELD, EntryKind.ADJUSTED))
"""ADJUSTED if it takes."""


def replay_claims(book: PointsBook, movements: Movements) -> Iterator[Claim]:
    left = dict.fromkeys((lot.id for lot in book.lots), 0)
    lots = {lot.id: lot for lot in book.lots}
    active, givings = set[UUID](), set[UUID]()
    lowest, highest = dict(left), dict(left)
    for entry, moved in movements:
        if entry.kind in SPENDING and entry.change < 0:
            yield from _spent(entry, moved, lots=[lots[key] for key in active if left[key]], left=left, givings=givings)
        if entry.kind == EntryKind.GIVEN_BACK.name:
            givings.add(entry.cause_id)
        for each in moved:
            key = each.lot_id
            left[key] += each.amount
            lowest[key], highest[key] = min(lowest[key], left[key]), max(highest[key], left[key])
            is_made_active = entry.kind in MAKING and entry.change > 0 and each.amount > 0
            if is_made_active or entry.kind == EntryKind.ACTIVATED.name:
                active.add(key)
    for lot in book.lots:
        within = (min(lowest[lot.id], 0), max(highest[lot.id], lot.earned))
        yield Claim("points_lots.remaining: from 0 to what was earned, always", lot.id, (0, lot.earned), within)


def _spent(
    entry: EntryRow, moved: Sequence[Moved], *, lots: Sequence[LotRow], left: Mapping[UUID, int], givings: set[UUID]
) -> Iterator[Claim]:
    """Which lots pay follows from what was there. When a lot lapsed before it was extended is not written any more."""
    if any(lot.extended_by is not None and lot.extended_by not in givings for lot in lots):
        return
    expected: list[tuple[UUID, int]] = []
    missing = -entry.change
    for lot in sorted(lots, key=lambda lot: (lot.expires_at or NEVER, lot.earned_at, lot.id)):
        part = min(left[lot.id], missing)
        missing -= part
        if part:
            expected.append((lot.id, part))
    found = [(each.lot_id, each.size) for each in moved]
    yield Claim("points_entries: paid by what expires first (R6)", entry.id, expected, found)
