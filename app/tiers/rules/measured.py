"""Growth that has begun to count while history is played: what counts of it, until when, and what renews a tier."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from app.tiers.section import Window

from .times import is_renewing, lapse, year_of


class Began(NamedTuple):
    """Growth that has begun to count."""

    at: datetime
    amount: int
    """What is left of it."""
    lapses_at: datetime | None
    """By the window that is in force."""


class Renewed(NamedTuple):
    """What was summed up of the growth that counts towards renewing: so none is gone through twice."""

    until: datetime
    since: datetime | None
    """From when growth does, if that is one instant."""
    entries: int
    growth: int


@dataclass
class Measured:
    """A member's growth as the ladder measures it, by the window that is in force (R18)."""

    window: Window
    zone: ZoneInfo
    growth: int = 0
    """What counts."""
    began: list[Began] = field(default_factory=list[Began])
    """In the order in which it began to, lapsed or not."""
    renewed: Renewed | None = None

    def begin(self, at: datetime, amount: int) -> Began:
        """Growth begins to count."""
        began = Began(at, amount, self._lapse(at))
        self.began.append(began)
        self.growth += amount
        return began

    def lapse(self, amount: int) -> None:
        """So much does not count any more."""
        self.growth -= amount

    def count_anew(self, window: Window, *, at: datetime) -> Sequence[Began]:
        """The window is another one from an instant on. Gives what counts by it, of all that ever began to."""
        self.window, self.renewed = window, None
        self.began = [Began(each.at, each.amount, self._lapse(each.at)) for each in self.began]
        counting = [each for each in self.began if each.lapses_at is None or each.lapses_at > at]
        self.growth = sum(each.amount for each in counting)
        return counting

    def renewing(self, until: datetime) -> int:
        """Growth so far that counts towards renewing a tier whose period ends then, also what came after the period in
        time for it (R17)."""
        known = self.renewed
        if known is None or known.until != until:
            known = Renewed(until, year_of(until, self.window, zone=self.zone), 0, 0)
        since, more = known.since, self.began[known.entries :]
        growth = sum(each.amount for each in more if is_renewing(each.at, each.lapses_at, until=until, since=since))
        self.renewed = Renewed(until, since, len(self.began), known.growth + growth)
        return self.renewed.growth

    def lapses_after(self, instant: datetime) -> datetime | None:
        """When the next of it lapses; None: none ever does."""
        lapses = (each.lapses_at for each in self.began if each.lapses_at is not None and each.lapses_at > instant)
        return min(lapses, default=None)

    def _lapse(self, at: datetime) -> datetime | None:
        return lapse(at, self.window, zone=self.zone)
