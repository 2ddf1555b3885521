"""The same reads for several who ask at the same time, as one statement: each one's rows in their order, as if they had
asked alone.

Arguments that are the same for all stay what they are. Of one that is each one's own an array is given, and the
database runs the reads for each place of the arrays: it is asked, begins and answers once. Who gives arrays has a piece
of an array of all.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .together import PLACE

PART = "part_of_union"
NUMBERED = re.compile(rf"\(SELECT (\d+) AS {PART}\b")
"""Where a read says which of several it is."""
NAME = "abreast"
Own = tuple[bool, ...]
"""Of which arguments each has their own."""
Values = Sequence[Sequence[Any]]
"""Of each argument, one for each who asks."""


@dataclass(frozen=True)
class Abreast:
    """The same reads for several."""

    sql: str
    own: Own
    pieces: tuple[int, ...]
    """Places of the arguments of which each has a piece."""

    def serves(self, own: Own) -> bool:
        """Also whoever has more in common."""
        return own == self.own or not any(needed > given for needed, given in zip(own, self.own, strict=True))

    def placed(self, values: Values) -> list[Any]:
        """The arguments: of each all values, or the one; and where pieces begin and end."""
        placed: list[Any] = [each if is_own else each[0] for each, is_own in zip(values, self.own, strict=True)]
        for place in self.pieces:
            placed[place], *bounds = _joined(values[place])
            placed += bounds
        return placed


def own_of(values: Values) -> Own:
    """Where not all gave the same. Instants are in UTC wherever they are kept (see `clock`): of others, Python
    takes the two that a clock shows alike when it is put back for one."""
    return tuple([each.count(each[0]) < len(each) for each in values])


def abreast_of(sql: str, kinds: Sequence[Any], own: Own) -> Abreast | None:
    """Of a union; `kinds` are the types of its arguments, as the driver has them. None: it cannot be sent for several,
    because they differ in nothing, or in something that is not PostgreSQL's own."""
    places = [place for place, is_own in enumerate(own) if is_own]
    if not places or any(kinds[place].schema != "pg_catalog" for place in places):
        return None
    pieces = tuple(place for place in places if kinds[place].kind == "array")
    arrays = {f"own_{place}": f"${place + 1}::{kinds[place].name}[]" for place in places if place not in pieces}
    named = {f"${place + 1}": f"{NAME}.own_{place}" for place in places if place not in pieces}
    for number, place in enumerate(pieces):
        begin = len(kinds) + 2 * number + 1
        arrays |= {f"begin_{place}": f"${begin}::int[]", f"end_{place}": f"${begin + 1}::int[]"}
        whole = f"${place + 1}::{kinds[place].name}"
        named[f"${place + 1}"] = f"(({whole})[{NAME}.begin_{place}:{NAME}.end_{place}])"
    reads = PLACE.sub(lambda found: named.get(found[0], found[0]), _numbered(sql))
    source = f"unnest({', '.join(arrays.values())}) WITH ORDINALITY AS {NAME}({', '.join(arrays)}, number)"
    return Abreast(f"SELECT reads.* FROM {source}, LATERAL ({reads}) AS reads", own, pieces)  # noqa: S608  our own


def _numbered(sql: str) -> str:
    """Each read of each who asks has a number of its own."""
    each = len(NUMBERED.findall(sql))
    return NUMBERED.sub(rf"(SELECT ({NAME}.number - 1) * {each} + \1 AS {PART}", sql)


def _joined(arrays: Sequence[Sequence[Any] | None]) -> tuple[list[Any], list[int | None], list[int | None]]:
    """All as one, and where in it each begins and ends: nowhere, where there is none."""
    whole: list[Any] = []
    begin: list[int | None] = []
    end: list[int | None] = []
    for each in arrays:
        begin.append(None if each is None else len(whole) + 1)
        whole += each or ()
        end.append(None if each is None else len(whole))
    return whole, begin, end
