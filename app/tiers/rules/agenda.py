"""What is still to come of a history that is being played, in the order of its dates."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heapify, heappop, heappush
from itertools import count

LAPSE, LADDER, SCORE, PERIOD, FLOOR, GROWTH = range(6)
"""What comes first of what is of one instant: a period that ends then is half-open, and so is growth that lapses: a
ladder that begins with the year finds none of the year before. But a score that is made then decides: a period that
began with one ends with one."""
Act = Callable[[datetime], None]


@dataclass
class Agenda:
    """What is to come; of one instant and kind, what was added first comes first."""

    events: list[tuple[datetime, int, int, Act]] = field(default_factory=list[tuple[datetime, int, int, Act]])

    def __post_init__(self) -> None:
        self._number = count()

    def add(self, at: datetime, kind: int, act: Act) -> None:
        """`act` is to be called with the instant."""
        heappush(self.events, (at, kind, next(self._number), act))

    def drop(self, kind: int) -> None:
        """None of that kind is to come."""
        self.events = [event for event in self.events if event[1] != kind]
        heapify(self.events)

    @property
    def first(self) -> datetime | None:
        """When the next is due; None: nothing is to come."""
        return self.events[0][0] if self.events else None

    def play(self, *, until: datetime) -> None:
        """Have all happen that is due by then, also what is added by it."""
        while self.events and self.events[0][0] <= until:
            at, _, _, act = heappop(self.events)
            act(at)
