"""What a day brings beside its own points: on days of a cycle, and for streaks that it reaches (R29)."""

from collections.abc import Iterator
from typing import NamedTuple

from app.checkin.section import CheckInSection, CycleBonus, Milestone

DAILY = "checkin.points"
MAKE_UP = "checkin.make_up"
"""Codes of rules, as they are in the program's file; so are those below."""


class Bonus(NamedTuple):
    """Points that a rule gives for a day."""

    rule: str
    points: int


class PaidBonus(NamedTuple):
    """The same, given by a version of the rules."""

    rule: str
    points: int
    program_version: int


def cycle_rule(bonus: CycleBonus) -> str:
    return f"checkin.cycle.{bonus.day}"


def milestone_rule(bonus: Milestone) -> str:
    return f"checkin.milestones.{bonus.streak}"


def cycle_day(streak: int, *, section: CheckInSection) -> int:
    """Which day of a cycle the last of so many days in a row is: it starts again after its last."""
    return (streak - 1) % section.cycle_days + 1


def bonuses_at(streak: int, *, section: CheckInSection) -> list[Bonus]:
    """What the last of so many days in a row reaches."""
    return [Bonus(rule, offered.points) for rule, offered in offers_at(streak, section=section)]


def offers_at(streak: int, *, section: CheckInSection) -> Iterator[tuple[str, CycleBonus | Milestone]]:
    """The same, as the section has them."""
    of_cycle = section.by_cycle_day.get(cycle_day(streak, section=section))
    if of_cycle is not None:
        yield cycle_rule(of_cycle), of_cycle
    milestone = section.by_streak.get(streak)
    if milestone is not None:
        yield milestone_rule(milestone), milestone


def next_to_bring(first: int, *, section: CheckInSection) -> int | None:
    """The first of the streaks from `first` on that brings something; None: none does."""
    days, milestones = section.by_cycle_day, section.by_streak
    if not days:
        return min((streak for streak in milestones if streak >= first), default=None)
    day = cycle_day(first, section=section)
    for streak in range(first, first + section.cycle_days):
        if day in days or streak in milestones:
            return streak
        day = day % section.cycle_days + 1
    return None
