"""Several reads as one statement: a round trip for all of them, and their rows one after the other.

A row is little wider than the widest of them: columns of one type share places, and get their names back (see
`naming`). Those of one name have one place in all. The reads are done in their order, so each one's rows come in its
own: within one process nothing is merged.
"""

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from .abreast import PART, Abreast, Own, abreast_of
from .asking import Text
from .rows import PLACE_IN_ORDER, Row
from .together import PLACE

MOST_TEXTS = 400
"""Combinations that are kept: as many operations of different shapes as are asked for again and again."""
PART_OF = itemgetter(0)
"""The place of `PART`."""
PLAIN = frozenset(("scalar", "array"))
ALONE = frozenset((PLACE_IN_ORDER,))
"""Names that a row is asked for whether it has them or not: where it has none it must find nothing."""


@dataclass(eq=False, slots=True)
class Union:
    """Reads as one statement."""

    sql: str
    records: tuple[type[Row], ...]
    places: Mapping[str, int]
    """Of each name that a row has only once it is given to it."""
    abreast: Abreast | None = None
    """The same for several who ask at the same time, for those who have had least in common."""

    def widened(self, own: Own, kinds: Sequence[Any]) -> Abreast | None:
        """For several who have their own of these arguments, too (see `abreast_of`)."""
        if self.abreast is not None:
            own = tuple([before or now for before, now in zip(self.abreast.own, own, strict=True)])
        wider = abreast_of(self.sql, kinds, own)
        self.abreast = wider or self.abreast
        return wider

    def apart(self, rows: list[Any], *, times: int = 1) -> list[list[Any]]:
        """The rows of each read, in their order, as if they had come alone; of the same reads so many times."""
        found: list[list[Any]] = []
        parts, start = [row[0] for row in rows], 0
        if parts != sorted(parts):  # as workers of PostgreSQL were done with them
            rows, parts = sorted(rows, key=PART_OF), sorted(parts)
        for number, record in enumerate(self.records * times):
            end = bisect_right(parts, number, start)
            mine = rows[start:end]
            for row in mine:
                row.__class__ = record
            found.append(mine)
            start = end
        return found


class Unions:
    """Combinations of reads that have come up: the latest used are kept."""

    def __init__(self, most: int = MOST_TEXTS) -> None:
        self._most = most
        self._known: OrderedDict[tuple[Text, ...], Union | None] = OrderedDict()
        self._shares = True
        """May columns share places?"""

    def __len__(self) -> int:
        return len(self._known)

    def share_no_more(self) -> None:
        """Their names cannot be given back."""
        self._known.clear()
        self._shares = False

    def known(self, texts: tuple[Text, ...]) -> Union | None:
        """If they have come up already, and go together: a text that is for one key is so each time."""
        union = self._known.get(texts)
        if union is not None:
            self._known.move_to_end(texts)
        return union

    def of(self, texts: tuple[Text, ...]) -> Union | None:
        """None: they are to be sent one by one, because the types of what comes back are not known yet, or not to be
        written."""
        if texts in self._known:
            self._known.move_to_end(texts)
            return self._known[texts]
        if any(text.columns is None for text in texts):
            return None
        made = self._known[texts] = union_of(texts, shares=self._shares)
        if len(self._known) > self._most:
            self._known.popitem(last=False)
        return made


def described(attributes: Sequence[Any]) -> Sequence[tuple[str, str]]:
    """Names and SQL types of what a read gives, as the driver has them; nothing if a type is not PostgreSQL's own."""
    if any(each.type.schema != "pg_catalog" or each.type.kind not in PLAIN for each in attributes):
        return ()
    return [(each.name, each.type.name) for each in attributes]


def union_of(texts: Sequence[Text], *, shares: bool = True) -> Union | None:
    """None: a read gives two columns of one name, or none, or two give one of a name of two types."""
    columns = [dict(text.columns or ()) for text in texts]
    if any(not each or len(each) < len(text.columns or ()) for each, text in zip(columns, texts, strict=True)):
        return None
    kinds = dict(pair for each in columns for pair in each.items())
    if any(kinds[name] != kind for each in columns for name, kind in each.items()):
        return None
    slots = slots_of(columns, kinds, shares=shares)
    parts: list[str] = []
    before = 0
    for number, text in enumerate(texts):
        shown = ", ".join(_shown(slot, number) for slot in slots)
        sql = PLACE.sub(lambda place, before=before: f"${int(place[1]) + before}", text.sql)
        parts.append(f"(SELECT {number} AS {PART}, {shown} FROM ({sql}) AS q)")  # noqa: S608  our own texts
        before += len(text.order)
    places = {name: place for place, slot in enumerate(slots, 1) for name in slot.names.values() if name != slot.name}
    return Union(" UNION ALL ".join(parts), tuple(text.record for text in texts), places)


@dataclass
class Slot:
    """A place in a row."""

    name: str
    kind: str
    names: dict[int, str]
    """What it is in each of the reads that use it, by their numbers."""


def slots_of(columns: Sequence[Mapping[str, str]], kinds: Mapping[str, str], *, shares: bool) -> list[Slot]:
    """The places of a row. What many have comes first: the rest fits in around it."""
    users = {name: [number for number, each in enumerate(columns) if name in each] for name in kinds}
    slots: list[Slot] = []
    for name in sorted(users, key=lambda name: -len(users[name])):
        mine, kind = dict.fromkeys(users[name], name), kinds[name]
        free = (slot for slot in slots if slot.kind == kind and not mine.keys() & slot.names.keys())
        slot = next((slot for slot in free if slot.name not in ALONE), None) if shares and name not in ALONE else None
        if slot is None:
            slots.append(Slot(name, kind, mine))
        else:
            slot.names |= mine
    return slots


def _shown(slot: Slot, number: int) -> str:
    name = slot.names.get(number)
    return f'q."{name}" AS "{slot.name}"' if name is not None else f'NULL::{slot.kind} AS "{slot.name}"'


UNIONS = Unions()
"""Of this process, which reads one database."""
