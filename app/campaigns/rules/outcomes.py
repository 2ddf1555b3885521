"""What can come of what operators do with campaigns."""

from dataclasses import dataclass
from datetime import datetime

from app.programs.problems import Problem

from .made import Change


@dataclass(frozen=True)
class CampaignCreated:
    """There is a new campaign."""

    program: str
    code: str
    effective_from: datetime
    replayed: bool = False


@dataclass(frozen=True)
class CampaignChanged:
    """The campaign is paused, resumed or ended."""

    program: str
    code: str
    effective_from: datetime
    replayed: bool = False


@dataclass(frozen=True)
class WrongCampaign:
    """The campaign cannot be made."""

    program: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class CampaignCodeTaken:
    """A campaign of the program has that code: of an operator, or of some version of its file."""

    program: str
    campaign: str


@dataclass(frozen=True)
class NewerCampaigns:
    """Something was done to campaigns of the program since it was compared with them."""

    program: str
    number: int
    """Of the newest change; 0: there is none."""


@dataclass(frozen=True)
class CampaignStepNotPossible:
    """The campaign is not in a state in which that can be done."""

    program: str
    campaign: str
    state: Change
    """What was done to it last."""
