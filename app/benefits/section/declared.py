"""A benefit as the file declares it: what it is, its parameters, and how often a member may use it."""

from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import Field, model_validator

from app.points.section import Period
from app.programs.problems import Finding
from app.programs.section import Code, Count, Listed, Part, Text, Weight, Words, refuse

from .kinds import ONCE_A_YEAR, PARAMETERS, BenefitKind

Hours = Annotated[int, Field(ge=1, le=30 * 24)]


class Parameters(Part):
    """How much of it there is: each kind has its own of these (see `kinds.PARAMETERS`)."""

    percent_off: Annotated[int, Field(ge=1, le=99)] | None = None
    """Off the price; without it the shop's member prices are meant, wherever it has one."""
    categories: Listed[Text] = ()
    """Only on lines of these categories; on all if there are none."""
    within_hours: Hours | None = None
    """From the order's payment, or from the request, until it is done."""
    within_minutes: Annotated[int, Field(ge=1, le=24 * 60)] | None = None
    """Until somebody answers."""
    hours: Hours | None = None
    """Before everybody else."""
    days: Annotated[int, Field(ge=1, le=365)] | None = None
    """Local days after the order was completed."""
    multiplier: Annotated[Weight, Field(gt=100)] | None = None
    """Of the points of `rules`: what their `tiers` say."""
    rules: Listed[Code] = ()
    """Codes of rules that earn points."""
    chances: Annotated[int, Field(ge=2, le=100)] | None = None
    """An application counts so many times when somebody is chosen."""
    campaigns: Listed[Code] = ()
    """Codes of campaigns that give the extra."""
    templates: Listed[Code] = ()
    """Codes of templates of coupons that only such tiers can have."""
    brand: Words | None = None
    """Whose benefit it is."""
    gift: Words | None = None
    """What is given."""

    @property
    def said(self) -> frozenset[str]:
        """Names of those that say something."""
        return frozenset(name for name in type(self).model_fields if getattr(self, name) not in (None, ()))


class Quota(Part):
    """How often a member may use it: so many times a period of the local calendar (R1, R31)."""

    times: Count
    period: Annotated[Period, Field(strict=False)]


class Benefit(Part):
    """`[[benefits.offered]]`: something that members enjoy."""

    code: Code
    kind: Annotated[BenefitKind, Field(strict=False)]
    name: Words
    description: Words
    parameters: Parameters = Parameters()
    quota: Quota | None = None
    """Without it, as often as one likes."""

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        refuse(problems_of(self.kind, self.parameters, self.quota))
        return self


def problems_of(kind: BenefitKind, parameters: Parameters, quota: Quota | None) -> Iterator[Finding]:
    """What a benefit of a kind must say, and what would mean nothing."""
    takes, said = PARAMETERS[kind], parameters.said
    for name in sorted(takes.needs - said):
        yield ("parameters", name), f"missing: {kind.value} says it"
    for name in sorted(said - takes.needs - takes.may_have):
        yield ("parameters", name), f"has no meaning with kind {kind.value}"
    is_yearly = quota is not None and (quota.times, quota.period) == (1, Period.YEAR)
    if kind in ONCE_A_YEAR and not is_yearly:
        yield ("quota",), f'{kind.value} is once a year: {{ times = 1, period = "YEAR" }}'
