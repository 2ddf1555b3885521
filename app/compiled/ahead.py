"""Loading ahead: what somebody asked for before is read together with the row that leads to it.

What is loaded of a row is found by the row's keys, such as a member's id and program. Who asks again will nearly always
have the same keys. So they are remembered, and what is loaded by them is asked for side by side with the row itself. It
stands if the row has those keys. If it has others, or there is none, nobody sees what was loaded ahead, nor what it
failed with: the row's own are loaded, as if nothing had been.
"""

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from app.graph.kinds import Reckoned

from .batches import BatchStep, Keys, kept_by, load_level
from .results import Results, Run

MOST_REMEMBERED = 10_000
"""Requests whose keys are remembered, as many as tokens are: about 0.7 KB each."""
PLAIN = frozenset((type(None), str, int, bool))
TOO_LONG = 100
"""Characters of all variables: what is longer names nobody who should be remembered."""

Asked = Sequence[Keys]
"""The keys for each step of a level."""
Known = tuple[Any, ...]
"""The only key for each step that reads, or None."""


class Remembered:
    """The keys that were asked for last, by the plan, who asked, and with which variables. Nothing else of anybody."""

    def __init__(self, most: int = MOST_REMEMBERED) -> None:
        self._most = most
        self._known: OrderedDict[Hashable, Known] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def of(self, who: Hashable) -> Known | None:
        known = self._known.get(who)
        if known is not None:
            self._known.move_to_end(who)
        return known

    def set(self, who: Hashable, keys: Known) -> None:
        """Who has no keys is forgotten."""
        if all(key is None for key in keys):
            self._known.pop(who, None)
            return
        self._known[who] = keys
        if len(self._known) > self._most:
            self._known.popitem(last=False)


REMEMBERED = Remembered()
"""Of this process. What is remembered of plans that are gone is the first to be forgotten."""


@dataclass(slots=True)
class Early:
    """What one run remembers, and what it loaded ahead by that."""

    who: Hashable
    known: Known | None = None
    outcomes: Sequence[Any] = ()


class Ahead:
    """Of one plan: a level that is found without rows, and the next, each step of which has one key at most."""

    def __init__(self, first: Sequence[BatchStep], second: Sequence[BatchStep], variables: Sequence[str]) -> None:
        """`variables`: those that the first level depends on."""
        self._first, self._second, self._variables = first, second, variables
        reckoned = [isinstance(step.kind.key, Reckoned) for step in second]
        self._read = [number for number, is_reckoned in enumerate(reckoned) if not is_reckoned]
        self._reckoned = [number for number, is_reckoned in enumerate(reckoned) if is_reckoned]
        """Numbers of steps of the second level. What is reckoned is so only once the row is there."""
        self._steps_read = [second[number] for number in self._read]
        self._steps_reckoned = [second[number] for number in self._reckoned]
        self._plan = object()

    async def load_first(self, run: Run, asked: Asked, sees_all: bool) -> tuple[list[Results], Early | None]:
        """What the first level finds. Ahead is loaded only for who may see all that is asked for."""
        who = self._who(run) if sees_all else None
        known = None if who is None else REMEMBERED.of(who)
        if known is None:
            return await load_level(run, self._first, asked), None if who is None else Early(who)
        going = [step.start(run, keys) for step, keys in zip(self._first, asked, strict=True)]
        number = len(going)
        for step, key in zip(self._steps_read, known, strict=True):
            if key is not None:
                going.append(step.start(run, [key]))
        outcomes = await run.reader.side_by_side(*going)
        return kept_by(run, self._first, asked, outcomes), Early(who, known, outcomes[number:])

    async def load_second(self, run: Run, asked: Asked, early: Early | None) -> list[Results]:
        """What the next level finds."""
        if early is None:
            return await load_level(run, self._second, asked)
        read = [asked[number] for number in self._read]
        known = tuple([keys[0] if keys else None for keys in read])
        if early.known != known:
            REMEMBERED.set(early.who, known)
            if early.known is not None:
                run.context.read.clear()  # what the wrong keys led to
            return await load_level(run, self._second, asked)
        found: list[Any] = [None] * len(asked)
        for number, results in zip(self._read, kept_by(run, self._steps_read, read, early.outcomes), strict=True):
            found[number] = results
        if self._reckoned:
            late = await load_level(run, self._steps_reckoned, [asked[number] for number in self._reckoned])
            for number, results in zip(self._reckoned, late, strict=True):
                found[number] = results
        return found

    def _who(self, run: Run) -> Hashable | None:
        """None: not to be remembered."""
        viewer, coerced = run.context.viewer, run.variables.coerced
        values: list[Any] = [coerced.get(name) for name in self._variables]
        length = 0
        for value in values:
            if value.__class__ not in PLAIN:
                return None
            length += len(value) if value.__class__ is str else 1
        if length > TOO_LONG:
            return None
        return self._plan, viewer.issuer, viewer.subject, *values
