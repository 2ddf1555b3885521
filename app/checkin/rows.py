"""Days that were checked in on, from rows to what rules reckon with, and back."""

from typing import Protocol
from uuid import UUID

import orjson

from .rules.bonuses import PaidBonus
from .rules.days import Counted
from .rules.seen import HasStreak

NONE = "[]"


class HasBonuses(Protocol):
    @property
    def bonuses(self) -> str: ...


class Row(HasStreak, HasBonuses, Protocol):
    """What is written of a day."""

    @property
    def id(self) -> UUID: ...
    @property
    def points(self) -> int: ...


def counted_of(row: Row) -> Counted:
    return Counted(row.day, row.streak, row.longest, bonuses_of(row))


def bonuses_of(row: HasBonuses) -> tuple[PaidBonus, ...]:
    return () if row.bonuses == NONE else tuple(PaidBonus(*each) for each in orjson.loads(row.bonuses))


def written(bonuses: tuple[PaidBonus, ...]) -> str:
    """Rule, points and version of each."""
    return orjson.dumps([tuple(each) for each in bonuses]).decode() if bonuses else NONE
