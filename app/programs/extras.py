"""What domains above hold in memory by program, beside its published versions: what the operator made in the graph.

A domain declares an `Extra` once, with a table of its own behind it (a reference table: small, the same for every
member), and it is read from `Programs` at no cost: `programs.extra(CAMPAIGNS, code)`. Every process looks at it as it
looks at what is published, so what is written is known everywhere within `rules.SPREAD`: whoever writes says of each
change that it is in force from SPREAD after, and reckons what was in force at an instant from such recorded times,
never from what is held when asked (R25).
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from app.db import Reader

from .made import Made, MadeKind

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Extra(Generic[T]):
    """How what operators made of a kind is read. Registered in `app.definition`, once for all processes."""

    kind: MadeKind[T]
    look: Callable[[Reader], Awaitable[object]]
    """A small read whose result differs after any change. Not by the highest number or the last instant alone: who
    wrote first may commit last. A count of rows, with the sum of how often each was changed, always grows."""
    read: Callable[[Reader, Mapping[str, T]], Awaitable[Mapping[str, T]]]
    """All of it, by the program's code. What was held before is given, so that what has not changed can stay the
    same object."""


class HeldExtras:
    """Extras that a process holds, each with the mark that its last look gave."""

    def __init__(self, extras: Sequence[Extra[Any]]) -> None:
        self._extras = tuple(extras)
        self._marks: dict[MadeKind[Any], object] = {}
        self.made: Mapping[MadeKind[Any], Made] = {}
        """By kind. Replaced as a whole, never changed."""

    async def load(self, db: Reader) -> bool:
        """Look at each, and take over what is not held; says whether there was any. All or nothing."""
        made, marks = dict(self.made), dict(self._marks)
        for extra in self._extras:
            kind, mark = extra.kind, await extra.look(db)
            if kind not in marks or marks[kind] != mark:
                made[kind], marks[kind] = await extra.read(db, made.get(kind, {})), mark
        if marks == self._marks:
            return False
        self.made, self._marks = made, marks
        return True
