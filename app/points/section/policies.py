"""How points last, and what becomes of them when they are held, given back, taken back or corrected."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from app.programs.section import Part, refuse

from .kinds import ClawBack, ExpiryKind, GiveBack


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


class Refunds(Part):
    """`[points.refunds]`: how what a refunded order earned is taken back (R10, R11)."""

    claw_back: Annotated[ClawBack, Field(strict=False)] = ClawBack.WITHIN_BALANCE


class GiveBacks(Part):
    """`[points.give_backs]`: points that return after their time has passed (R7)."""

    policy: Annotated[GiveBack, Field(strict=False)] = GiveBack.LAPSE
    days: Annotated[int, Field(ge=1, le=3650)] | None = None
    """Local days that EXTEND gives them from when they return."""

    @model_validator(mode="after")
    def _has_days_where_they_count(self) -> Self:
        if self.policy is GiveBack.EXTEND and self.days is None:
            refuse([(("days",), "missing: EXTEND needs to know for how long")])
        if self.policy is GiveBack.LAPSE and self.days is not None:
            refuse([(("days",), "has no meaning with policy LAPSE")])
        return self


class Holds(Part):
    """`[points.holds]`: how long points may be held for something that is being bought (R14)."""

    minutes: Annotated[int, Field(ge=1, le=365 * 24 * 60)] = 30
    """Until a hold times out of whose deadline nothing was said."""
    most_days: Annotated[int, Field(ge=1, le=365)] = 7
    """A deadline may be so many days from when the hold is placed, of 24 hours each, and no more."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.minutes > self.most_days * 24 * 60:
            refuse([(("minutes",), f"a hold may last at most {self.most_days} days")])
        return self


class Adjustments(Part):
    """`[points.adjustments]`: points that staff give and take with a reason."""

    alone_up_to: Annotated[int, Field(ge=0, le=2**31 - 1)] = 1000
    """So many points, to or fro, one member of staff may adjust alone; more a second one approves."""
