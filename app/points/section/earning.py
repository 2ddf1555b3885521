"""What earns points, and how much at most."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import Field, model_validator

from app.programs.section import ONCE, Amount, Code, Count, Listed, Part, Text, Weight, Words, refuse

from .kinds import Action, Period


class Multiplied(Part):
    """A rule that earns points, more of them for who holds some tiers."""

    code: Code
    points: Count
    tiers: Mapping[Code, Weight] = {}
    """What the points are multiplied by for who held that tier when it happened, for an order when it was paid (R25);
    others get them once."""
    words: Words
    """The rule as a member reads it."""

    def multiplier(self, tier: str) -> int:
        """For who holds that tier, in hundredths."""
        return self.tiers.get(tier, ONCE)


class EarningRule(Multiplied):
    """`[[points.earning]]`: so many points for each `per` that an order's eligible amount holds (R12, R13)."""

    per: Amount
    categories: Mapping[Text, Weight] = {}
    """How much a category's lines count, `{ books = "2", phones = "0.5" }`; others count once."""

    def weight(self, category: str | None) -> int:
        """Of a line of that category, in hundredths."""
        return ONCE if category is None else self.categories.get(category, ONCE)


class ActionRule(Multiplied):
    """`[[points.actions]]`: so many points each time that a customer does something (R24)."""

    action: Annotated[Action, Field(strict=False)]
    pending_days: Annotated[int, Field(ge=0, le=365)] = 0
    """Local days after it happened until its points are active; 0: at once."""


class Limit(Part):
    """What rules bring together in a period is at most so much (R27)."""

    code: Code
    period: Annotated[Period, Field(strict=False)]
    """By when an order was paid or something was done (R25)."""
    times: Count | None = None
    """So often: each time that a rule brought something for an order or an activity counts, whatever became of it;
    what a campaign adds to it is not once more."""
    rules: Listed[Code] = ()
    """Codes of the rules that fill it together; all of the section, and what campaigns add, if there are none."""
    words: Words
    """The cap as a member reads it."""

    @property
    @abstractmethod
    def most(self) -> int | None:
        """So much of it: what would be more is cut."""

    def holds(self, rule: str) -> bool:
        """Does what that rule brings fill it?"""
        return not self.rules or rule in self.rules

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        twice = [number for number, code in enumerate(self.rules) if code in self.rules[:number]]
        refuse([(("rules", number), "is in the list before") for number in twice])
        return self


class Cap(Limit):
    """`[[points.caps]]`: what rules earn together in a period is at most so much (R27)."""

    points: Count | None = None
    """So many points: what would be more is cut."""

    @property
    def most(self) -> int | None:
        return self.points

    @model_validator(mode="after")
    def _caps_something(self) -> Self:
        if self.points is None and self.times is None:
            refuse([(("points",), "missing: a cap says 'points', 'times' or both")])
        return self
