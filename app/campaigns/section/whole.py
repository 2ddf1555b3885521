"""A campaign, and the section as a whole."""

from functools import cached_property
from typing import Annotated, Self

from pydantic import Discriminator, Field, model_validator

from app.points.section import CAMPAIGN
from app.programs.section import ONCE, Code, Listed, Part, Section, Weight, Words, refuse, repeated

from .audiences import Audience
from .effects import Effects, Kind
from .windows import Window

MOST = 100
"""Campaigns of a file, and of those that an operator made and that are not over."""


class Campaign(Part):
    """`[[campaigns.planned]]`, or what an operator made."""

    code: Code
    name: Words
    """As a member reads it, also in the history of their points: "Double points in 618"."""
    priority: Annotated[int, Field(ge=0, le=1000)] = 0
    """Of campaigns that bring more points, or more growth, the highest applies; of equal ones, the first by code."""
    stacks: bool = False
    """What it brings is added to what the campaign brings that applies, instead of taking its place or giving way."""
    window: Annotated[Window, Discriminator("kind")]
    audience: Audience = Audience()
    effects: Effects

    @cached_property
    def rule(self) -> str:
        """By which the ledger knows what it brought."""
        return CAMPAIGN + self.code

    @cached_property
    def kinds(self) -> frozenset[Kind]:
        return self.effects.kinds


class CampaignsSection(Section):
    """`[campaigns]`."""

    most_points: Annotated[Weight, Field(gt=ONCE)] = 100 * ONCE
    """By so much at most points are multiplied, by all campaigns together."""
    most_growth: Annotated[Weight, Field(gt=ONCE)] = 100 * ONCE
    planned: Listed[Campaign] = Field(default=(), max_length=MOST)
    """Also what an operator makes is bounded by the figures above."""

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        refuse(list(repeated("planned", [campaign.code for campaign in self.planned])))
        return self
