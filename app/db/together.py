"""Writes that return nothing, sent to the database as one statement: a round trip for all of them."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from .writing import Write

PLACE = re.compile(r"\$(\d+)")
MOST_TOGETHER = 12
"""Writes in one statement: each number and order of them is a statement of its own, which is prepared and kept."""
MOST_TEXTS = 200
"""Texts that are kept; what comes after them is run one by one."""


class Waiting:
    """Writes in the order in which they were asked for.

    Within one statement none sees what another did. So a table of which rows were changed is not written to again in
    the same statement; rows may be added to a table twice, and rows that name each other to several.
    """

    def __init__(self) -> None:
        self.parts: list[list[tuple[Write[Any], Mapping[str, Any]]]] = []
        self._touched: dict[str, bool] = {}
        """Tables that the last part writes to, and whether it only adds rows to them."""

    def __bool__(self) -> bool:
        return bool(self.parts)

    def add(self, write: Write[Any], values: Mapping[str, Any]) -> None:
        if not self.parts or not self._may_join(write):
            self.parts.append([])
            self._touched = {}
        self.parts[-1].append((write, values))
        self._touched[write.table] = write.only_adds and self._touched.get(write.table, True)

    def _may_join(self, write: Write[Any]) -> bool:
        only_adds = self._touched.get(write.table)
        if not write.joins or len(self.parts[-1]) >= MOST_TOGETHER or only_adds is False:
            return False
        return self.parts[-1][-1][0].joins and (write.only_adds or only_adds is None)

    def extend(self, other: "Waiting") -> None:
        """What was asked for later, elsewhere."""
        if not self.parts:
            self.parts, self._touched = other.parts, other._touched
            return
        for part in other.parts:
            for write, values in part:
                self.add(write, values)


class Together:
    """Several writes as one statement."""

    def __init__(self) -> None:
        self.texts: dict[tuple[Write[Any], ...], str] = {}

    def text(self, writes: tuple[Write[Any], ...]) -> str | None:
        """None: there are too many kinds of such statements by now."""
        known = self.texts.get(writes)
        if known is None and len(self.texts) < MOST_TEXTS:
            known = self.texts[writes] = joined([write.sql for write in writes])
        return known


def joined(texts: Sequence[str]) -> str:
    """The places of each text follow those of the texts before it. The last is what the others stand before: to return
    a row, if only of a number, would take as long as to write one."""
    parts: list[str] = []
    before = 0
    for text in texts:
        parts.append(PLACE.sub(lambda place, before=before: f"${int(place[1]) + before}", text))
        before += max((int(place) for place in PLACE.findall(text)), default=0)
    *others, last = parts
    return f"WITH {', '.join(f'w{number} AS ({text})' for number, text in enumerate(others))} {last}"


TOGETHER = Together()
"""Of this process: its writes are those that stand in the source."""
