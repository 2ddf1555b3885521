"""The section as a whole."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import cached_property
from typing import Annotated, Self

from pydantic import Field, model_validator

from app.programs.problems import Finding
from app.programs.section import Listed, Part, Section, refuse, repeated

from .template import CouponTemplate

RAISED = ("stock", "budget")


class Reservations(Part):
    """`[coupons.reservations]`: how long a coupon may be set aside for an order (R32)."""

    minutes: Annotated[int, Field(ge=1, le=365 * 24 * 60)] = 30
    """Until a reservation times out of whose end nothing was said."""
    most_days: Annotated[int, Field(ge=1, le=365)] = 7
    """It may end so many days from when the coupon is reserved, of 24 hours each, and no later."""

    @property
    def usual(self) -> timedelta:
        return timedelta(minutes=self.minutes)

    @property
    def longest(self) -> timedelta:
        return timedelta(days=self.most_days)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.usual > self.longest:
            refuse([(("minutes",), f"a reservation may last at most {self.most_days} days")])
        return self


class ByHand(Part):
    """`[coupons.by_hand]`: coupons that staff issue to one member with a reason."""

    support_a_day: Annotated[int, Field(ge=0, le=1000)] = 5
    """So many one person of support issues to one member on a local day (R1); operators as many as they see fit."""


class CouponsSection(Section):
    """`[coupons]`. A template that is left out of a later version is retired: nobody gets it any more, and those who
    have a coupon of it keep it (R20)."""

    reservations: Reservations = Reservations()
    by_hand: ByHand = ByHand()
    templates: Listed[CouponTemplate] = ()

    @cached_property
    def by_code(self) -> Mapping[str, CouponTemplate]:
        return {template.code: template for template in self.templates}

    @model_validator(mode="after")
    def _is_right(self) -> Self:
        refuse(repeated("templates", [template.code for template in self.templates]))
        return self

    def problems_after(self, earlier: Self) -> Iterator[Finding]:  # pyright: ignore[reportIncompatibleMethodOverride]
        """What is given out is given out: a stock or a budget is raised, never lowered, nor put an end to (R31); and
        what has a pool of codes has no other stock before or after."""
        for number, template in enumerate(self.templates):
            before = earlier.by_code.get(template.code)
            if before is not None and before.has_codes is not template.has_codes:
                yield ("templates", number, "partner", "codes"), "cannot be changed: give the template another code"
            for name in RAISED if before is not None else ():
                was, now = getattr(before, name), getattr(template, name)
                if was is not None and (now is None or now < was):
                    yield ("templates", number, name), "cannot be less than before: leave the template out to retire it"
