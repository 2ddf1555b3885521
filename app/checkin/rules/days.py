"""Days in a row: what entering one makes of it and of those after it (R29, R30)."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from app.checkin.section import CheckInSection

from .bonuses import Bonus, PaidBonus, bonuses_at

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Counted:
    """A day that counts, and how far it came."""

    day: date
    streak: int
    """Days in a row up to this one."""
    longest: int
    """The longest row up to this day."""
    bonuses: tuple[PaidBonus, ...] = ()
    """What was given for what it reached."""


def entered(
    day: date, *, before: Counted | None, later: Sequence[Counted], section: CheckInSection, version: int
) -> list[Counted]:
    """The day, and all that are after it, in order, as they are once it is entered; `before` is the last one before it.
    Bonuses that are given now come after those that were.

    A bonus is given for the day that reaches it. Days that a made-up one moves on may have had it before, at another
    place of the row: then it is not given once more (R30).
    """
    if not later:
        return [_newest(day, before, section, version)]
    days = list(_numbered(before, [Counted(day, 0, 0), *later]))
    run = _in_a_row(days)
    given = _due(days[:run], section)
    paid = [
        replace(each, bonuses=(*each.bonuses, *(PaidBonus(*bonus, version) for bonus in due))) if due else each
        for each, due in zip(days[:run], given, strict=True)
    ]
    return [*paid, *days[run:]]


def _newest(day: date, before: Counted | None, section: CheckInSection, version: int) -> Counted:
    """The same of a day that nothing is after: nearly all are."""
    streak, longest = _place(day, before)
    bonuses = bonuses_at(streak, section=section)
    return Counted(day, streak, longest, tuple(PaidBonus(*bonus, version) for bonus in bonuses))


def _place(day: date, before: Counted | None) -> tuple[int, int]:
    """Days in a row up to it, and the longest row up to it."""
    if before is None:
        return 1, 1
    streak = before.streak + 1 if before.day == day - DAY else 1
    return streak, max(before.longest, streak)


def _numbered(before: Counted | None, days: Sequence[Counted]) -> Iterator[Counted]:
    last = before
    for each in days:
        last = Counted(each.day, *_place(each.day, last), each.bonuses)
        yield last


def _in_a_row(days: Sequence[Counted]) -> int:
    """How many from the first on follow one another."""
    return next((n for n, (one, two) in enumerate(pairwise(days), 1) if two.day - one.day != DAY), len(days))


def _due(run: Sequence[Counted], section: CheckInSection) -> list[list[Bonus]]:
    """For each day what it reaches, as often as the run reaches it and was not given for it."""
    reached = [bonuses_at(each.streak, section=section) for each in run]
    left = Counter(bonus.rule for bonuses in reached for bonus in bonuses)
    left.subtract(paid.rule for each in run for paid in each.bonuses)
    return [list(_not_given(each, bonuses, left)) for each, bonuses in zip(run, reached, strict=True)]


def _not_given(each: Counted, bonuses: Sequence[Bonus], left: Counter[str]) -> Iterator[Bonus]:
    had = {paid.rule for paid in each.bonuses}
    for bonus in bonuses:
        if bonus.rule not in had and left[bonus.rule] > 0:
            left[bonus.rule] -= 1
            yield bonus
