"""Check-ins as one would do them by hand: a plain model that looks at every day anew."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

DAY = timedelta(days=1)


@dataclass
class Plain:
    """The days of one member, and what was given for each."""

    cycle_days: int
    cycle: Mapping[int, int]
    milestones: Mapping[int, int]
    window: int
    quota: int
    cost: int
    points: int
    given: dict[date, dict[str, int]] = field(default_factory=dict[date, dict[str, int]])
    made_up: dict[date, date] = field(default_factory=dict[date, date])
    """Days that were made up, and when."""
    balance: int = 0

    def streak(self, day: date) -> int:
        """By walking back."""
        length = 0
        while day - length * DAY in self.given:
            length += 1
        return length

    def longest(self, until: date) -> int:
        return max((self.streak(day) for day in self.given if day <= until), default=0)

    def shown_streak(self, today: date) -> int:
        return self.streak(today) if today in self.given else self.streak(today - DAY)

    def reaches(self, day: date) -> dict[str, int]:
        """Codes of the rules, and points."""
        streak = self.streak(day)
        place = streak % self.cycle_days or self.cycle_days
        found = {f"checkin.cycle.{place}": self.cycle[place]} if place in self.cycle else {}
        if streak in self.milestones:
            found[f"checkin.milestones.{streak}"] = self.milestones[streak]
        return found

    def checks_in(self, today: date) -> None:
        if today in self.given:
            return
        self.given[today] = {"checkin.points": self.points} if self.points else {}
        self.balance += self.points
        self._pay(today)

    def refusal(self, day: date, *, today: date, joined: date) -> str | None:
        """Why a day cannot be made up."""
        if day >= today:
            return "DAY_NOT_PAST"
        if day < joined:
            return "DAY_BEFORE_JOINING"
        if (today - day).days > self.window:
            return "DAY_TOO_LONG_AGO"
        if day in self.given:
            return "ALREADY_CHECKED_IN"
        if self.left(today) <= 0:
            return "LIMIT_REACHED"
        return "NOT_ENOUGH_POINTS" if self.balance < self.cost else None

    def left(self, today: date) -> int:
        used = [at for at in self.made_up.values() if (at.year, at.month) == (today.year, today.month)]
        return self.quota - len(used)

    def missed(self, *, today: date, joined: date) -> list[date]:
        days = [today - n * DAY for n in range(self.window, 0, -1)]
        return [day for day in days if day >= joined and day not in self.given] if self.left(today) > 0 else []

    def makes_up(self, day: date, *, today: date) -> None:
        self.balance -= self.cost
        self.given[day] = {}
        self.made_up[day] = today
        self._pay(day)

    def _pay(self, day: date) -> None:
        """Each rule, for the days in a row from this one on: as often as they reach it and did not have it."""
        run = [day]
        while run[-1] + DAY in self.given:
            run.append(run[-1] + DAY)
        rules = {rule for each in run for rule in self.reaches(each)}
        for rule in sorted(rules):
            reached = [each for each in run if rule in self.reaches(each)]
            had = [each for each in run if rule in self.given[each]]
            due = [each for each in reached if each not in had][: max(0, len(reached) - len(had))]
            for each in due:
                self.given[each][rule] = self.reaches(each)[rule]
                self.balance += self.given[each][rule]
