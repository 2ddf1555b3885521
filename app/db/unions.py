"""Several reads as one statement: a round trip for all of them, and their rows one after the other.

Each row is as wide as all the columns that any of the reads has; names that several have are one column. The reads are
done in their order, so each one's rows come in its own: within one process nothing is merged.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .asking import Text
from .rows import Row
from .together import PLACE

MOST_JOINED = 12
"""Reads in one statement."""
MOST_TEXTS = 200
"""Combinations that are kept; reads that would be another one are sent one by one."""
PART = "part_of_union"
PLAIN = frozenset(("scalar", "array"))


@dataclass(frozen=True)
class Union:
    """Reads as one statement."""

    sql: str
    records: tuple[type[Row], ...]

    def apart(self, rows: Sequence[Any]) -> list[list[Any]]:
        """The rows of each read, in their order, as if they had come alone."""
        records = self.records
        found: list[list[Any]] = [[] for _ in records]
        for row in rows:
            part = row[0]
            row.__class__ = records[part]
            found[part].append(row)
        return found


class Unions:
    """Combinations of reads that have come up."""

    def __init__(self) -> None:
        self._known: dict[tuple[Text, ...], Union | None] = {}

    def of(self, texts: tuple[Text, ...]) -> Union | None:
        """None: they are to be sent one by one, because there are too many kinds of combinations by now, or the types
        of what comes back are not known yet, or not to be written."""
        known = self._known.get(texts)
        if known is not None:
            return known
        if texts in self._known or len(self._known) >= MOST_TEXTS or any(text.columns is None for text in texts):
            return None
        made = self._known[texts] = union_of(texts)
        return made


def described(attributes: Sequence[Any]) -> Sequence[tuple[str, str]]:
    """Names and SQL types of what a read gives, as the driver has them; nothing if a type is not PostgreSQL's own."""
    if any(each.type.schema != "pg_catalog" or each.type.kind not in PLAIN for each in attributes):
        return ()
    return [(each.name, each.type.name) for each in attributes]


def union_of(texts: Sequence[Text]) -> Union | None:
    """None: a read gives two columns of one name, or none."""
    columns = [dict(text.columns or ()) for text in texts]
    if any(not each or len(each) < len(text.columns or ()) for each, text in zip(columns, texts, strict=True)):
        return None
    slots = dict.fromkeys(pair for text in texts for pair in text.columns or ())
    if len({name for name, _ in slots}) < len(slots):
        return None
    parts: list[str] = []
    before = 0
    for number, text in enumerate(texts):
        shown = [_shown(name, kind, known=columns[number]) for name, kind in slots]
        sql = PLACE.sub(lambda place, before=before: f"${int(place[1]) + before}", text.sql)
        parts.append(f"(SELECT {number} AS {PART}, {', '.join(shown)} FROM ({sql}) AS q)")  # noqa: S608  our own texts
        before += len(text.order)
    return Union(" UNION ALL ".join(parts), tuple(text.record for text in texts))


def _shown(name: str, kind: str, *, known: dict[str, str]) -> str:
    return f'q."{name}"' if known.get(name) == kind else f'NULL::{kind} AS "{name}"'


UNIONS = Unions()
"""Of this process, which reads one database."""
