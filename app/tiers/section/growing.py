"""What brings growth, and how much at most. Growth has rules of its own, nothing is reckoned from points (R22)."""

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import Field, model_validator

from app.points.section import Action, Limit
from app.programs.section import ONCE, Amount, Code, Count, Part, Text, Weight, Words, refuse


class GrowthRule(Part):
    """A rule that brings growth."""

    code: Code
    growth: Count
    words: Words
    """The rule as a member reads it."""


class GrowthRuleOfAmount(GrowthRule):
    """`[[tiers.growth]]`: so much growth for each `per` that an order's eligible amount holds (R12, R13); what is not
    a whole one is dropped."""

    per: Amount
    categories: Mapping[Text, Weight] = {}
    """How much a category's lines count, `{ books = "2" }`; others count once."""

    def weight(self, category: str | None) -> int:
        """Of a line of that category, in hundredths."""
        return ONCE if category is None else self.categories.get(category, ONCE)


class OrderGrowth(GrowthRule):
    """`[[tiers.orders]]`: so much growth for an order, however large."""

    at_least: Amount | None = None
    """Only if the order's eligible amount is so much; any that is above 0 if nothing is said."""

    def counts(self, eligible: int) -> bool:
        """Does an order of that eligible amount, in minor units, bring it?"""
        return eligible >= (self.at_least or 1)


class ActionGrowth(GrowthRule):
    """`[[tiers.actions]]`: so much growth each time that a customer does something (R24)."""

    action: Annotated[Action, Field(strict=False)]


class GrowthCap(Limit):
    """`[[tiers.caps]]`: what rules bring together in a period is at most so much (R27)."""

    growth: Count | None = None
    """So much growth: what would be more is cut."""

    @property
    def most(self) -> int | None:
        return self.growth

    @model_validator(mode="after")
    def _caps_something(self) -> Self:
        if self.growth is None and self.times is None:
            refuse([(("growth",), "missing: a cap says 'growth', 'times' or both")])
        return self
