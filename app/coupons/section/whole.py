"""The section as a whole."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Self

from pydantic import model_validator

from app.programs.problems import Finding
from app.programs.section import Listed, Section, refuse, repeated

from .template import CouponTemplate

RAISED = ("stock", "budget")


class CouponsSection(Section):
    """`[coupons]`. A template that is left out of a later version is retired: nobody gets it any more, and those who
    have a coupon of it keep it (R20)."""

    templates: Listed[CouponTemplate] = ()

    @cached_property
    def by_code(self) -> Mapping[str, CouponTemplate]:
        return {template.code: template for template in self.templates}

    @model_validator(mode="after")
    def _is_right(self) -> Self:
        refuse(repeated("templates", [template.code for template in self.templates]))
        return self

    def problems_after(self, earlier: Self) -> Iterator[Finding]:  # pyright: ignore[reportIncompatibleMethodOverride]
        """What is given out is given out: a stock or a budget is raised, never lowered, nor put an end to (R31)."""
        for number, template in enumerate(self.templates):
            before = earlier.by_code.get(template.code)
            for name in RAISED if before is not None else ():
                was, now = getattr(before, name), getattr(template, name)
                if was is not None and (now is None or now < was):
                    yield ("templates", number, name), "cannot be less than before: leave the template out to retire it"
