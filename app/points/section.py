"""The section `[points]` of a program's file: what earns points, and how long they last."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from app.programs.section import (
    ONCE,
    Amount,
    Code,
    Count,
    Listed,
    Part,
    Section,
    Text,
    Weight,
    Words,
    refuse,
    repeated,
)


class Rounding(StrEnum):
    """How the points of a whole order become an integer; it is done once an order (R12)."""

    FLOOR = "FLOOR"
    """What is not a whole point is dropped."""
    HALF_UP = "HALF_UP"
    """Half a point and more is one."""


class ExpiryKind(StrEnum):
    """When active points lapse (R9)."""

    MONTHS = "MONTHS"
    """So many calendar months after they became active (R3)."""
    YEARLY = "YEARLY"
    """All together, on the local January 1 after they became active."""


class Expiry(Part):
    """`[points.expiry]`: how long active points last (R9)."""

    kind: Annotated[ExpiryKind, Field(strict=False)] = ExpiryKind.MONTHS
    months: Annotated[int, Field(ge=1, le=1200)] = 12
    """Calendar months from activation (R3); without meaning for yearly clearing."""

    @model_validator(mode="after")
    def _has_months_where_they_count(self) -> Self:
        if self.kind is ExpiryKind.YEARLY and "months" in self.model_fields_set:
            refuse([(("months",), "has no meaning with kind YEARLY")])
        return self


class EarningRule(Part):
    """`[[points.earning]]`: so many points for each `per` that an order's eligible amount holds (R12, R13)."""

    code: Code
    points: Count
    per: Amount
    categories: Mapping[Text, Weight] = {}
    """How much a category's lines count, `{ books = "2", phones = "0.5" }`; others count once."""
    tiers: Mapping[Code, Weight] = {}
    """What the points are multiplied by for who held that tier when the order was paid (R25); others get them once."""
    words: Words
    """The rule as a member reads it."""

    def weight(self, category: str | None) -> int:
        """Of a line of that category, in hundredths."""
        return ONCE if category is None else self.categories.get(category, ONCE)

    def multiplier(self, tier: str) -> int:
        """For who holds that tier, in hundredths."""
        return self.tiers.get(tier, ONCE)


class PointsSection(Section):
    """`[points]`."""

    rounding: Annotated[Rounding, Field(strict=False)] = Rounding.FLOOR
    return_window_days: Annotated[int, Field(ge=0, le=365)] = 7
    """Local days after an order's completion until its points are active (R9)."""
    expiry: Expiry = Expiry()
    earning: Listed[EarningRule] = ()
    """Each rule is applied to each order; none earns where there is none."""

    @property
    def looks_at_tiers(self) -> bool:
        """Does what an order earns depend on the tier held when it was paid?"""
        return any(rule.tiers for rule in self.earning)

    @model_validator(mode="after")
    def _names_each_rule_once(self) -> Self:
        refuse(repeated("earning", [rule.code for rule in self.earning]))
        return self
