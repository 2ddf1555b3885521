"""Campaigns that operators made through the graph, and in which times each was in force."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from app.campaigns.section import Campaign, CampaignsSection
from app.programs.made import MadeKind
from app.programs.rulebook import Told
from app.programs.rules import Program, Programs, ProgramVersion
from app.programs.section import Words


class Change(Enum):
    """What an operator did to a campaign; each is in force a moment later, so that every process knows of it."""

    CREATED = "CREATED"
    PAUSED = "PAUSED"
    """Nothing comes of it until it is resumed."""
    RESUMED = "RESUMED"
    ENDED = "ENDED"
    """For good."""


@dataclass(frozen=True)
class Changed:
    """A change, and from when it is in force."""

    change: Change
    effective_from: datetime


@dataclass(frozen=True, eq=False)
class MadeCampaign:
    """The same object as long as nothing is done to it."""

    campaign: Campaign
    changes: tuple[Changed, ...]
    """In their order. What was in force at an instant follows from these times alone (R25)."""
    words: Told
    """What it is, as its members read it."""

    def state_at(self, at: datetime) -> Change | None:
        """What was done to it last, of what was in force at an instant; None: it was not there yet."""
        found = [each.change for each in self.changes if each.effective_from <= at]
        return found[-1] if found else None

    def is_in_force(self, at: datetime) -> bool:
        return self.state_at(at) in (Change.CREATED, Change.RESUMED)


def _called(made: Sequence[MadeCampaign], rule: str) -> Words | None:
    return next((each.campaign.name for each in made if each.campaign.rule == rule), None)


ALLOWED: Mapping[Change, frozenset[Change]] = {
    Change.PAUSED: frozenset((Change.CREATED, Change.RESUMED)),
    Change.RESUMED: frozenset((Change.PAUSED,)),
    Change.ENDED: frozenset((Change.CREATED, Change.RESUMED, Change.PAUSED)),
}
"""What may be done, by what was done last."""

CAMPAIGNS: MadeKind[Sequence[MadeCampaign]] = MadeKind("campaigns", (), _called)
"""What operators made of campaigns, by program: `programs.extra(CAMPAIGNS, code)`."""


def campaigns_at(programs: Programs, version: ProgramVersion, at: datetime) -> Iterator[Campaign]:
    """Those of the file and those that operators made, in force at an instant, open or not. `version` is the one in
    force then. A code that both have is the operator's: a file that was published since named it again."""
    made = programs.extra(CAMPAIGNS, version.code)  # noqa: S610
    taken = {each.campaign.code for each in made} if made else ()
    for campaign in version.section(CampaignsSection).planned:
        if campaign.code not in taken:
            yield campaign
    for each in made:
        if each.is_in_force(at):
            yield each.campaign


def ever(programs: Programs, program: Program) -> Iterator[Campaign]:
    """All that any version of the program has, and all that operators made, whenever they are in force."""
    yield from of_files(program)
    for each in programs.extra(CAMPAIGNS, program.code):  # noqa: S610
        yield each.campaign


def of_files(program: Program) -> Iterator[Campaign]:
    """All that any version of the program has."""
    for version in program.versions.values():
        yield from version.section(CampaignsSection).planned
