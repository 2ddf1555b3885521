"""How long growth counts, and how long a tier is held."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from app.programs.section import Part, refuse

from .kinds import PeriodKind, WindowKind

Months = Annotated[int, Field(ge=1, le=120)]


class Window(Part):
    """`[tiers.window]`: which growth the ladder measures, half-open (R18)."""

    kind: Annotated[WindowKind, Field(strict=False)] = WindowKind.LIFETIME
    months: Months | None = None
    """Calendar months for which each growth counts, for ROLLING (R3)."""

    @model_validator(mode="after")
    def _has_months_where_they_count(self) -> Self:
        if self.kind is WindowKind.ROLLING and self.months is None:
            refuse([(("months",), "missing: ROLLING needs to know how many months growth counts")])
        if self.kind is not WindowKind.ROLLING and self.months is not None:
            refuse([(("months",), f"has no meaning with kind {self.kind.value}")])
        return self


class TierPeriod(Part):
    """`[tiers.period]`: how long a tier above the first is held before it is renewed or lowered (R17)."""

    kind: Annotated[PeriodKind, Field(strict=False)] = PeriodKind.MONTHS
    months: Months = 12
    """Calendar months, for MONTHS (R3)."""

    @model_validator(mode="after")
    def _has_months_where_they_count(self) -> Self:
        if self.kind is not PeriodKind.MONTHS and "months" in self.model_fields_set:
            refuse([(("months",), f"has no meaning with kind {self.kind.value}")])
        return self
