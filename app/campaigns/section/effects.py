"""What a campaign does while it is open."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from app.programs.section import ONCE, Code, Listed, Part, Weight, refuse


class Kind(StrEnum):
    """Kinds of effects. More points and more growth can be had once: of several campaigns the highest priority's
    applies. What one has or has not, one has by any of them."""

    POINTS = "POINTS"
    """More points for orders and activities."""
    GROWTH = "GROWTH"
    """More growth for orders and activities."""
    COUPONS = "COUPONS"
    """Coupons can be claimed that cannot otherwise."""
    BENEFITS = "BENEFITS"
    """Benefits that the tier has not."""
    EARLY_ACCESS = "EARLY_ACCESS"
    """Rewards of the mall can be redeemed before they open for others."""


class Effects(Part):
    """`[campaigns.planned.effects]`: one at least."""

    points: Weight | None = None
    """What the rules bring is multiplied by it: more than 1."""
    growth: Weight | None = None
    coupons: bool = False
    """Coupons can be claimed whose templates name this campaign as the one that they need."""
    benefits: Listed[Code] = ()
    """Codes of benefits that the program offers."""
    benefits_of: Code | None = None
    """All benefits of that tier, for who holds a lower one."""
    early_access_hours: Annotated[int, Field(ge=1, le=30 * 24)] | None = None
    """Hours before a reward opens."""

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        for name, weight in (("points", self.points), ("growth", self.growth)):
            if weight is not None and weight <= ONCE:
                refuse([((name,), "must be more than 1: a campaign gives more, never less")])
        listed = self.benefits
        refuse([(("benefits", n), "is in the list before") for n, each in enumerate(listed) if each in listed[:n]])
        if not self.kinds:
            refuse([((), "a campaign needs an effect")])
        return self

    @property
    def kinds(self) -> frozenset[Kind]:
        """Those that it has."""
        has = {
            Kind.POINTS: self.points is not None,
            Kind.GROWTH: self.growth is not None,
            Kind.COUPONS: self.coupons,
            Kind.BENEFITS: bool(self.benefits) or self.benefits_of is not None,
            Kind.EARLY_ACCESS: self.early_access_hours is not None,
        }
        return frozenset(kind for kind, is_there in has.items() if is_there)
