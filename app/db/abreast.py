"""The same reads for several who ask at the same time, as one statement: each one's rows in their order, as if they had
asked alone.

Arguments that are the same for all stay what they are. Of one that is each one's own an array is given, and the
database runs the reads for each place of the arrays: it is asked, begins and answers once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .together import PLACE

Own = tuple[bool, ...]
"""Of which arguments each has their own."""
Parts = Sequence[tuple[str, str]]
"""Of each read what is shown of it, and its own statement."""
PART = "part_of_union"
NAME = "abreast"


def written(parts: Parts, before: str = "") -> str:
    """Several reads as one statement. Each row has the number of its read, to which something may be added."""
    return " UNION ALL ".join(
        f"(SELECT {before}{number} AS {PART}, {shown} FROM ({sql}) AS q)"  # noqa: S608  our own texts
        for number, (shown, sql) in enumerate(parts)
    )


@dataclass(frozen=True)
class Abreast:
    """The same reads for several."""

    sql: str
    own: Own

    def serves(self, own: Own) -> bool:
        """Also whoever has more in common."""
        return own == self.own or not any(needed > given for needed, given in zip(own, self.own, strict=True))

    def placed(self, values: Sequence[tuple[Any, ...]]) -> list[Any]:
        """The arguments: of each either all values, or the one."""
        return [each if is_own else each[0] for each, is_own in zip(values, self.own, strict=True)]


def own_of(values: Sequence[tuple[Any, ...]]) -> Own:
    """By the values of each argument, one for each who asks."""
    return tuple([each.count(each[0]) < len(each) for each in values])


def abreast_of(parts: Parts, kinds: Sequence[Any], own: Own) -> Abreast | None:
    """`kinds` are the types of the arguments, as the driver has them. None: they cannot be sent for several, because
    those differ in nothing, or in something of which there is no array."""
    places = [place for place, is_own in enumerate(own, 1) if is_own]
    types = [kinds[place - 1] for place in places]
    if not types or any(each.schema != "pg_catalog" or each.kind != "scalar" for each in types):
        return None
    names = {f"${place}": f"{NAME}.own_{place}" for place in places}
    numbered = written(parts, f"({NAME}.number - 1) * {len(parts)} + ")
    text = PLACE.sub(lambda place: names.get(place[0], place[0]), numbered)
    arrays = ", ".join(f"${place}::{kind.name}[]" for place, kind in zip(places, types, strict=True))
    columns = ", ".join(f"own_{place}" for place in places)
    source = f"unnest({arrays}) WITH ORDINALITY AS {NAME}({columns}, number)"
    return Abreast(f"SELECT reads.* FROM {source}, LATERAL ({text}) AS reads", own)  # noqa: S608  our own texts
