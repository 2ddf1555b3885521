"""Each hold took what it holds, and ended once, as it says (R14); what was given back is known by whom (R7)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from app.members.proving import Claim
from app.points.models import EntryRow, HoldRow, LotUseRow
from app.points.rules import Cause, EntryKind, HoldState

from .books import PointsBook

Entries = Mapping[tuple[str, UUID, str], EntryRow]
"""By cause, its id and the kind of movement."""
HELD, CAPTURED, RELEASED = EntryKind.HELD.name, EntryKind.CAPTURED.name, EntryKind.RELEASED.name
ENDED: Mapping[str, tuple[str, ...]] = {
    HoldState.OPEN.name: (),
    HoldState.CAPTURED.name: (CAPTURED,),
    HoldState.RELEASED.name: (RELEASED,),
    HoldState.TIMED_OUT.name: (RELEASED,),
}


def hold_claims(book: PointsBook) -> Iterator[Claim]:
    entries = _entries(book)
    paid: defaultdict[UUID, list[LotUseRow]] = defaultdict(list)
    for use in book.uses:
        paid[use.entry_id].append(use)
    given: defaultdict[UUID, int] = defaultdict(int)
    for giving in book.give_backs:
        given[giving.hold_id] += giving.amount
    for hold in book.holds:
        placed = entries.get((Cause.HOLD.name, hold.id, HELD))
        yield Claim("points_holds.amount, by its entry", hold.id, placed and placed.held_change, hold.amount)
        yield Claim("points_holds.entry_id", hold.id, placed and placed.id, hold.entry_id)
        yield Claim("points_holds.placed_at, by its entry", hold.id, placed and placed.occurred_at, hold.placed_at)
        yield from _end(hold, entries)
        yield Claim("points_holds.given_back", hold.id, given[hold.id], hold.given_back)
        returned = hold.amount if hold.state in (RELEASED, HoldState.TIMED_OUT.name) else hold.given_back
        yield Claim("points_lot_uses.returned of the hold", hold.id, returned, _returned(paid[hold.entry_id]))
    yield from _known(book, Cause.HOLD, {hold.id for hold in book.holds}, "points_entries.cause_id: is a hold")


def give_back_claims(book: PointsBook) -> Iterator[Claim]:
    entries = _entries(book)
    for giving in book.give_backs:
        entry = entries.get((Cause.GIVE_BACK.name, giving.id, EntryKind.GIVEN_BACK.name))
        yield Claim("points_give_backs.amount, by its entry", giving.id, entry and entry.change, giving.amount)
        at = entry and entry.occurred_at
        yield Claim("points_give_backs.given_back_at, by its entry", giving.id, at, giving.given_back_at)
    known = {entry.cause_id for entry in book.entries if entry.kind == EntryKind.GIVEN_BACK.name}
    yield from _known(book, Cause.GIVE_BACK, known, "points_entries.cause_id: gave points back")


def _entries(book: PointsBook) -> Entries:
    return {(entry.cause, entry.cause_id, entry.kind): entry for entry in book.entries}


def _end(hold: HoldRow, entries: Entries) -> Iterator[Claim]:
    found = tuple(kind for kind in (CAPTURED, RELEASED) if (Cause.HOLD.name, hold.id, kind) in entries)
    yield Claim("points_holds.state, by its entries", hold.id, ENDED[hold.state], found)
    for kind in found:
        entry = entries[Cause.HOLD.name, hold.id, kind]
        expected, ended = (entry.occurred_at, -entry.held_change), (hold.ended_at, hold.amount)
        yield Claim("points_holds.ended_at, by its entry", hold.id, expected, ended)
    yield Claim("points_holds.ended_at: at its deadline if it timed out, else before", hold.id, True, _in_time(hold))


def _in_time(hold: HoldRow) -> bool:
    if hold.ended_at is None:
        return True
    if hold.state == HoldState.TIMED_OUT.name:
        return hold.ended_at == hold.deadline
    return hold.ended_at < hold.deadline


def _returned(uses: Sequence[LotUseRow]) -> int:
    return sum(use.returned for use in uses)


def _known(book: PointsBook, cause: Cause, known: set[UUID], what: str) -> Iterator[Claim]:
    """What moved because of something that there is not, is named."""
    for entry in book.entries:
        if entry.cause == cause.name and entry.cause_id not in known:
            yield Claim(what, entry.id, True, False)
