"""Which lots paid is written once for each payment, and what returned to them is written there (R6, R7, R14)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from app.members.proving import Claim
from app.points.models import LotUseRow
from app.points.rules import EntryKind

from .books import PointsBook
from .lots import PAID
from .movements import Moved

RETURNING = frozenset((EntryKind.RELEASED.name, EntryKind.GIVEN_BACK.name))


def payment_claims(book: PointsBook, moved: Mapping[UUID, Sequence[Moved]]) -> Iterator[Claim]:
    uses: defaultdict[UUID, list[LotUseRow]] = defaultdict(list)
    back: defaultdict[UUID, int] = defaultdict(int)
    for use in book.uses:
        uses[use.entry_id].append(use)
        back[use.lot_id] += use.returned
    for entry in book.entries:
        mine = uses[entry.id]
        numbers = [use.number for use in mine]
        yield Claim("points_lot_uses.number", entry.id, list(range(1, len(numbers) + 1)), numbers)
        is_paying = entry.kind in PAID
        yield Claim("points_entries.lot_id: none where lots paid", entry.id, True, not is_paying or not entry.lot_id)
        found = [use.returned for use in mine]
        expected = _last_first(mine, sum(found)) if is_paying else [0] * len(mine)
        yield Claim("points_lot_uses.returned: of the last that paid first (R7)", entry.id, expected, found)
    for lot in book.lots:
        returned = sum(each.amount for each in moved.get(lot.id, ()) if each.entry.kind in RETURNING)
        yield Claim("points_lot_uses.returned, by what returned to the lot", lot.id, returned, back[lot.id])


def _last_first(uses: Sequence[LotUseRow], total: int) -> list[int]:
    """As if so much less had been paid."""
    parts: list[int] = []
    for use in reversed(uses):
        parts.append(min(use.amount, total))
        total -= parts[-1]
    return parts[::-1]
