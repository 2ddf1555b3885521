"""For whom a campaign is: everybody, or who fits all that is said."""

from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from app.programs.section import Code, Listed, Part, Text, refuse


class Audience(Part):
    """`[campaigns.planned.audience]`. All that is said must hold; with nothing said it is for every member."""

    tiers: Listed[Code] = ()
    """Who held one of these tiers at the instant, for an order when it was paid (R25)."""
    joined_from: date | None = None
    """Who joined on this local day or later."""
    joined_until: date | None = None
    """Who joined before this local day."""
    joined_within_days: Annotated[int, Field(ge=1, le=36500)] | None = None
    """Who joined less than so many local days before: newcomers."""
    channels: Listed[Text] = ()
    """For what is reported from one of these channels; without a channel it is not for it."""

    @model_validator(mode="after")
    def _fits_somebody(self) -> Self:
        if self.joined_from and self.joined_until and self.joined_until <= self.joined_from:
            refuse([(("joined_until",), "must be after 'joined_from'")])
        for name, listed in (("tiers", self.tiers), ("channels", self.channels)):
            refuse([((name, n), "is in the list before") for n, each in enumerate(listed) if each in listed[:n]])
        return self

    @property
    def is_everybody(self) -> bool:
        return self == EVERYBODY


EVERYBODY = Audience()
