"""The section `[checkin]` of a program's file: what checking in day by day brings, and how a missed day is made up."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Annotated, Self

from pydantic import Field, model_validator

from app.programs.problems import Finding, Place
from app.programs.section import Code, Count, Listed, Part, Section, Words, refuse

MOST = 2**31 - 1
LONGEST_WINDOW = 31
"""Days: what making up may change is bounded by it."""
DAILY = Words(zh="每日签到", en="Daily check-in")


class CycleBonus(Part):
    """`[[checkin.cycle]]`: more points on a day of each cycle (R29)."""

    day: Count
    """Of the cycle, from 1."""
    points: Annotated[int, Field(ge=0, le=MOST)] = 0
    coupon: Code | None = None
    """Of the coupon template of which one gets one, besides or instead of points."""
    words: Words
    """The bonus as a member reads it."""

    @model_validator(mode="after")
    def _gives(self) -> Self:
        refuse(_nothing(self))
        return self


class Milestone(Part):
    """`[[checkin.milestones]]`: more points on the day that reaches a streak (R29)."""

    streak: Count
    points: Annotated[int, Field(ge=0, le=MOST)] = 0
    coupon: Code | None = None
    """Likewise."""
    words: Words
    """The bonus as a member reads it."""

    @model_validator(mode="after")
    def _gives(self) -> Self:
        refuse(_nothing(self))
        return self


class MakeUp(Part):
    """`[checkin.make_up]`: how missed days are made up (R30)."""

    window_days: Annotated[int, Field(ge=1, le=LONGEST_WINDOW)] = 7
    """How many days back: 1 is yesterday alone."""
    quota: Annotated[int, Field(ge=0, le=31)] = 3
    """How many a local month, by when they are made up; 0: none."""
    cost: Annotated[int, Field(ge=0, le=MOST)] = 0
    """Points for each."""


class CheckInSection(Section):
    """`[checkin]`. Without `points` there is no checking in."""

    points: Annotated[int, Field(ge=0, le=MOST)] | None = None
    """For each day on which one checks in."""
    words: Words = DAILY
    """What checking in is called."""
    cycle_days: Annotated[int, Field(ge=1, le=366)] = 7
    cycle: Listed[CycleBonus] = ()
    milestones: Listed[Milestone] = ()
    make_up: MakeUp = MakeUp()

    @cached_property
    def is_offered(self) -> bool:
        return self.points is not None

    @cached_property
    def by_cycle_day(self) -> Mapping[int, CycleBonus]:
        return {bonus.day: bonus for bonus in self.cycle}

    @cached_property
    def by_streak(self) -> Mapping[int, Milestone]:
        return {bonus.streak: bonus for bonus in self.milestones}

    @cached_property
    def gives_coupons(self) -> bool:
        return any(bonus.coupon is not None for bonus in (*self.cycle, *self.milestones))

    @property
    def coupons(self) -> Iterator[tuple[Place, str]]:
        """Templates of which coupons are given, by their places."""
        for name, bonuses in (("cycle", self.cycle), ("milestones", self.milestones)):
            for number, bonus in enumerate(bonuses):
                if bonus.coupon is not None:
                    yield (name, number, "coupon"), bonus.coupon

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        refuse(self._findings())
        return self

    def _findings(self) -> Iterator[Finding]:
        if self.points is None and self.model_fields_set:
            yield ("points",), "missing: without it nobody can check in; 0 gives bonuses alone"
        for number, bonus in enumerate(self.cycle):
            if bonus.day > self.cycle_days:
                yield ("cycle", number, "day"), f"a cycle has {self.cycle_days} days"
        yield from _repeated("cycle", "day", [bonus.day for bonus in self.cycle])
        yield from _repeated("milestones", "streak", [bonus.streak for bonus in self.milestones])


def _nothing(bonus: CycleBonus | Milestone) -> Iterator[Finding]:
    if bonus.points == 0 and bonus.coupon is None:
        yield ("points",), "missing: a bonus is points, a coupon, or both"


def _repeated(place: str, name: str, numbers: Sequence[int]) -> Iterator[Finding]:
    for number, each in enumerate(numbers):
        if (first := numbers.index(each)) < number:
            yield (place, number, name), f"{each} is also that of {place}[{first}]"
