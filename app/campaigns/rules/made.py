"""What operators did to campaigns through the graph, those that they made and those of the program's file, and in which
times each was in force."""

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

    def is_in_force(self, at: datetime) -> bool:
        """Not before it was made, either."""
        return state_at(self.changes, at) in (Change.CREATED, Change.RESUMED)


@dataclass(frozen=True)
class ChangedCampaign:
    """A campaign of the program's file that an operator paused, resumed or ended, whatever later files say of it."""

    code: str
    changes: tuple[Changed, ...]
    """Likewise."""

    def is_in_force(self, at: datetime) -> bool:
        """It is, if nothing was done to it yet."""
        return state_at(self.changes, at) in (None, Change.RESUMED)


ByOperator = MadeCampaign | ChangedCampaign | None
"""What operators did to a campaign; None: nothing."""


def state_at(changes: Sequence[Changed], at: datetime) -> Change | None:
    """What was done to a campaign last, of what was in force at an instant; None: nothing yet."""
    found = [each.change for each in changes if each.effective_from <= at]
    return found[-1] if found else None


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

CHANGED: MadeKind[Sequence[ChangedCampaign]] = MadeKind("changed campaigns", ())
"""What operators did to campaigns of files; likewise."""


def campaigns_at(programs: Programs, version: ProgramVersion, at: datetime) -> Iterator[Campaign]:
    """Those of the file and those that operators made, in force at an instant, open or not. `version` is the one in
    force then."""
    made, changed = programs.extra(CAMPAIGNS, version.code), programs.extra(CHANGED, version.code)  # noqa: S610
    for campaign, by_operator in with_operators(version, made, changed):
        if by_operator is None or by_operator.is_in_force(at):
            yield campaign


def with_operators(
    version: ProgramVersion, made: Sequence[MadeCampaign], changed: Sequence[ChangedCampaign]
) -> Iterator[tuple[Campaign, ByOperator]]:
    """Those of the file and those that operators made, each with what operators did to it. A code that both have is the
    operator's: a file that was published since named it again."""
    taken = {each.campaign.code for each in made}
    of_file = {each.code: each for each in changed}
    for campaign in version.section(CampaignsSection).planned:
        if campaign.code not in taken:
            yield campaign, of_file.get(campaign.code)
    for each in made:
        yield each.campaign, each


def not_ended(programs: Programs, version: ProgramVersion) -> Iterator[Campaign]:
    """Those of a version of the file and those that operators made, without what operators ended: what is paused may be
    resumed, and what was made just now is in force in a moment."""
    ended = {each.code for each in programs.extra(CHANGED, version.code)  # noqa: S610
             if each.changes[-1].change is Change.ENDED}  # fmt: skip
    yield from (each for each in version.section(CampaignsSection).planned if each.code not in ended)
    for each in programs.extra(CAMPAIGNS, version.code):  # noqa: S610
        if each.changes and each.changes[-1].change is not Change.ENDED:
            yield each.campaign


def ever(programs: Programs, program: Program) -> Iterator[Campaign]:
    """All that any version of the program has, and all that operators made, whenever they are in force."""
    yield from of_files(program)
    for each in programs.extra(CAMPAIGNS, program.code):  # noqa: S610
        yield each.campaign


def is_of_file(program: Program, code: str) -> bool:
    """Is or was there a campaign with that code in any version of the program's file that is held?"""
    return any(code == each.code for each in of_files(program))


def of_files(program: Program) -> Iterator[Campaign]:
    """All that any version of the program has."""
    for version in program.versions.values():
        yield from version.section(CampaignsSection).planned
