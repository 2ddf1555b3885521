"""A member's check-ins as they count now: the streak, the cycle, and what comes next (R2, R29)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple, Protocol
from uuid import UUID

from app.checkin.section import CheckInSection, CycleBonus, Milestone
from app.programs.section import Words

from .bonuses import cycle_day, next_to_bring, offers_at
from .days import DAY


class HasStreak(Protocol):
    """A day that counts, and how far it came."""

    @property
    def day(self) -> date: ...
    @property
    def streak(self) -> int: ...
    @property
    def longest(self) -> int: ...


@dataclass(frozen=True)
class Offered:
    """A bonus that a day will bring, or would."""

    points: int
    words: Words
    program: str
    template: str | None
    """Code of the template of which it brings a coupon."""


@dataclass(frozen=True)
class CycleDay:
    """A day of the cycle."""

    day: int
    points: int
    bonus: Offered | None
    is_today: bool
    is_done: bool


@dataclass(frozen=True)
class Ahead:
    """The next day that brings a bonus, if no day is missed until then."""

    day: date
    streak: int
    points: int
    bonuses: Sequence[Offered]


class CheckInsSeen(NamedTuple):
    """A member's check-ins at an instant."""

    member_id: UUID
    program: str
    member_since: datetime
    section: CheckInSection
    on: date
    """The local date (R1)."""
    newest: Sequence[HasStreak]
    """The last days that count, the last first: enough to see today and yesterday."""

    @property
    def today(self) -> HasStreak | None:
        for each in self.newest:
            if each.day == self.on:
                return each
        return None

    @property
    def streak(self) -> int:
        """Days in a row until today, or until yesterday if today is still to come."""
        last = self._last
        return last.streak if last is not None and last.day >= self.on - DAY else 0

    @property
    def longest(self) -> int:
        last = self._last
        return 0 if last is None else last.longest

    @property
    def next_streak(self) -> int:
        """Of today, checked in or not."""
        return self.streak if self.today is not None else self.streak + 1

    @property
    def _last(self) -> HasStreak | None:
        """By a clock that is ahead, tomorrow may be there already."""
        for each in self.newest:
            if each.day <= self.on:
                return each
        return None

    @property
    def cycle(self) -> list[CycleDay]:
        section, place = self.section, cycle_day(self.next_streak, section=self.section)
        is_checked_in = self.today is not None
        return [
            CycleDay(
                day=day,
                points=section.points or 0,
                bonus=_offered(section.by_cycle_day.get(day), self.program),
                is_today=day == place,
                is_done=day < place or (day == place and is_checked_in),
            )
            for day in range(1, section.cycle_days + 1)
        ]

    @property
    def next_bonus(self) -> Ahead | None:
        checked_in = self.today is not None
        first = self.next_streak + 1 if checked_in else self.next_streak
        begins = self.on + DAY if checked_in else self.on
        streak = next_to_bring(first, section=self.section)
        if streak is None:
            return None
        found = [each for _, each in offers_at(streak, section=self.section)]
        bonuses = [Offered(each.points, each.words, self.program, each.coupon) for each in found]
        return Ahead(begins + timedelta(days=streak - first), streak, sum([each.points for each in found]), bonuses)


def _offered(bonus: CycleBonus | Milestone | None, program: str) -> Offered | None:
    return None if bonus is None else Offered(bonus.points, bonus.words, program, bonus.coupon)
