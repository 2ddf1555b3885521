"""Each lot is what its movements made of it, and what happened to it by itself happened when it was due."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from uuid import UUID

from app.members.proving import Claim
from app.points.models import EntryRow, LotRow
from app.points.rules import EXTENDED, PAYING, Cause, EntryKind, LotState

from .books import AHEAD, PointsBook
from .movements import Moved

PAID = frozenset(kind.name for kind in PAYING)
MAKING = frozenset((EntryKind.EARNED.name, EntryKind.ADJUSTED.name))
GIVING = (Cause.GIVE_BACK, Cause.REDEMPTION)
"""Causes by which points return that had been spent; who cancelled a redemption, `rewards` knows."""


def lot_claims(book: PointsBook, moved: Mapping[UUID, Sequence[Moved]]) -> Iterator[Claim]:
    by_shop = {giving.id: giving.by_shop for giving in book.give_backs}
    for lot in book.lots:
        mine = moved.get(lot.id, ())
        yield from _sums(lot, mine)
        yield from _states(lot, mine)
        yield from _times(lot, mine)
        yield from _extension(lot, mine, by_shop)
    yield from _taken_back(book)


def _sums(lot: LotRow, moved: Sequence[Moved]) -> Iterator[Claim]:
    made = [each for each in moved if each.entry.kind in MAKING and each.amount > 0]
    yield Claim("points_lots: number of entries that made it", lot.id, 1, len(made))
    yield Claim("points_lots.earned, by its entry", lot.id, sum(each.amount for each in made), lot.earned)
    yield Claim("points_lots.remaining, by its entries", lot.id, sum(each.amount for each in moved), lot.remaining)
    lapsed = sum(each.size for each in moved if each.entry.kind == EntryKind.EXPIRED.name)
    yield Claim("points_lots.lapsed, by its entries", lot.id, lapsed, lot.lapsed)
    for each in made:
        what = "points_entries: cause, rule and version, by its lot"
        yield Claim(what, each.entry.id, _cause(lot), _cause(each.entry))


def _cause(row: LotRow | EntryRow) -> tuple[str, UUID, str, int]:
    return row.cause, row.cause_id, row.rule, row.program_version


def _states(lot: LotRow, moved: Sequence[Moved]) -> Iterator[Claim]:
    was_active = any(each.entry.kind == EntryKind.ACTIVATED.name for each in moved)
    is_given = any(each.entry.kind in MAKING and each.entry.change > 0 and each.amount > 0 for each in moved)
    is_known = lot.state != LotState.PENDING.name
    nothing_left = not any(each.amount for each in moved) or lot.remaining == 0
    yield Claim("points_lots.state: active, by its entries", lot.id, True,
                is_known == (was_active or is_given) or nothing_left)  # fmt: skip
    yield Claim("points_lots.state: nothing is left of what lapsed", lot.id, True,
                lot.state != LotState.LAPSED.name or (lot.remaining == 0 and lot.lapsed > 0))  # fmt: skip
    yield Claim("points_lots.owed: only where nothing is left (R11)", lot.id, True, not lot.owed or not lot.remaining)


def _times(lot: LotRow, moved: Iterable[Moved]) -> Iterator[Claim]:
    """What was due is dated when it was due, and nothing was entered before (R2)."""
    due = {EntryKind.EARNED.name: lot.earned_at, EntryKind.ACTIVATED.name: lot.activates_at}
    for each in moved:
        entry = each.entry
        if entry.kind in due:
            yield Claim("points_entries.occurred_at, by its lot", entry.id, due[entry.kind], entry.occurred_at)
        if entry.kind == EntryKind.EXPIRED.name:
            yield from _lapse(lot, entry)
        if entry.kind in PAID:
            in_time = lot.expires_at is None or lot.extended_by is not None or entry.occurred_at < lot.expires_at
            yield Claim("points_entries.occurred_at: before its lot lapses", entry.id, True, in_time)


def _lapse(lot: LotRow, entry: EntryRow) -> Iterator[Claim]:
    """By itself when it was due, once more if it had been extended; by what returned to it, not before that."""
    lapses = lot.rule if lot.extended_by is None else f"{lot.rule}{EXTENDED}"
    if (entry.cause, entry.cause_id, entry.rule) == (lot.cause, lot.cause_id, lapses):
        yield Claim("points_entries.occurred_at, by its lot", entry.id, lot.expires_at, entry.occurred_at)
    elif lot.extended_by is None:
        is_late = lot.expires_at is not None and entry.occurred_at >= lot.expires_at - AHEAD
        yield Claim("points_entries.occurred_at: not before its lot lapses", entry.id, True, is_late)


def _extension(lot: LotRow, moved: Iterable[Moved], by_shop: Mapping[UUID, bool]) -> Iterator[Claim]:
    """A lot lasts longer because points returned to it when the shop cancelled what they had bought (R7)."""
    if lot.extended_by is None:
        return
    giving = [(EntryKind.GIVEN_BACK.name, cause.name, lot.extended_by) for cause in GIVING]
    returned = [each.entry for each in moved if (each.entry.kind, each.entry.cause, each.entry.cause_id) in giving]
    yield Claim("points_lots.extended_by: gave back to it (R7)", lot.id, 1, len(returned))
    yield Claim("points_lots.extended_by: by the shop (R7)", lot.id, True, by_shop.get(lot.extended_by, True))
    for entry in returned:
        is_longer = lot.expires_at is not None and lot.expires_at > entry.occurred_at
        yield Claim("points_lots.expires_at: after it was extended", lot.id, True, is_longer)


def _taken_back(book: PointsBook) -> Iterator[Claim]:
    """What refunds took, from wherever, is written at the lots that were refunded, and restored from them (R10)."""
    kinds = (EntryKind.REVERSED.name, EntryKind.RESTORED.name)
    taken = -sum(entry.change + entry.pending_change for entry in book.entries if entry.kind in kinds)
    yield Claim("points_lots.reversed, by all entries", None, taken, sum(lot.reversed for lot in book.lots))
