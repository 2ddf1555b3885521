"""What campaigns do for somebody at an instant: pure, and quick enough to be asked for each order and each page."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import NamedTuple

from app.campaigns.section import Campaign, CampaignsSection, Kind
from app.programs.rules import Programs, ProgramVersion
from app.programs.section import ONCE
from app.tiers.section import TiersSection

from .audiences import Who, fits
from .made import CAMPAIGNS, CHANGED, ByOperator, ChangedCampaign, MadeCampaign, with_operators
from .windows import Occurrence, occurrences_on


class OpenCampaign(NamedTuple):
    """A campaign that is open for somebody, and since and until when."""

    campaign: Campaign
    occurrence: Occurrence


_OnDay = tuple[Campaign, ByOperator, tuple[Occurrence, ...]]
"""A campaign, what operators did to it if they did anything, and when it is open around a day."""


class Multiplied(NamedTuple):
    """By how much a campaign multiplies: `total` with it and all before it, in hundredths; `before` without it."""

    campaign: Campaign
    before: int
    total: int


@dataclass(frozen=True, eq=False)
class Active:
    """What is open for somebody at an instant, the highest priority first."""

    open: tuple[OpenCampaign, ...] = ()
    points: tuple[Multiplied, ...] = ()
    """What multiplies the points that rules bring, one after the other; each adds a line of its own to what an order or
    an activity brings, by the rule `campaign.<code>`."""
    growth: tuple[Multiplied, ...] = ()

    def is_open(self, code: str) -> bool:
        """Is the campaign of this code open for them? So that coupons which need it can be claimed."""
        return code in self._by_code

    def closes_at(self, code: str) -> datetime | None:
        """When the campaign of this code closes, if it is open for them. It may be paused or ended before."""
        found = self._by_code.get(code)
        return None if found is None else found.occurrence.closes_at

    @cached_property
    def benefits(self) -> Mapping[str, OpenCampaign]:
        """Codes of benefits that they have by a campaign, of several by the one that closes last."""
        return _by_last((code, each) for each in self.open for code in each.campaign.effects.benefits)

    @cached_property
    def benefits_of(self) -> Mapping[str, OpenCampaign]:
        """Codes of tiers whose benefits they have by a campaign."""
        given = ((each.campaign.effects.benefits_of, each) for each in self.open)
        return _by_last((code, each) for code, each in given if code is not None)

    @cached_property
    def early_access_hours(self) -> int:
        """So many hours before rewards open for others they are open for them: the most that any campaign gives."""
        return max((each.campaign.effects.early_access_hours or 0 for each in self.open), default=0)

    @cached_property
    def _by_code(self) -> Mapping[str, OpenCampaign]:
        return {each.campaign.code: each for each in self.open}


NOTHING = Active()


def active(programs: Programs, version: ProgramVersion, who: Who, *, at: datetime) -> Active:
    """What campaigns do for somebody at an instant: of an order when it was paid, of an activity when it was done
    (R25); of what is looked at or claimed, now. No statement.

    `version` is that of the program for this member at that instant, which is `programs.for_member(code, id).at(at)`:
    its file says some of the campaigns, `programs` hold those that operators made. `who.tier` is needed only where one
    that is open asks for it (`look_at_tiers`). A campaign that was paused, or made too late, is not among them,
    whenever one asks: what was in force follows from recorded times.
    """
    return active_among(open_at(programs, version, at=at), version, who, at=at)


def active_among(opened: Sequence[OpenCampaign], version: ProgramVersion, who: Who, *, at: datetime) -> Active:
    """The same of campaigns that are open at the instant, in their order."""
    if not opened:
        return NOTHING
    base = version.section(TiersSection).ladder[0].code
    found = [
        each
        for each in opened
        if fits(each.campaign.audience, who, at=at, base_tier=base, zone=version.zone, code=each.campaign.code)
    ]
    campaigns, section = [each.campaign for each in found], version.section(CampaignsSection)
    return Active(
        tuple(found),
        multiplied(campaigns, Kind.POINTS, most=section.most_points),
        multiplied(campaigns, Kind.GROWTH, most=section.most_growth),
    )


def look_at_tiers(opened: Sequence[OpenCampaign], kind: Kind) -> bool:
    """Does what these bring of a kind depend on the tier that somebody held?"""
    return any(each.campaign.audience.tiers and kind in each.campaign.kinds for each in opened)


def open_at(
    programs: Programs, version: ProgramVersion, *, at: datetime, known_at: datetime | None = None
) -> list[OpenCampaign]:
    """All that are open at an instant, for whomever: the highest priority first, of equal ones the first by code.

    `known_at`: by when operators must have done something so that it counts (see `known`); else it is that instant.
    """
    as_of = at if known_at is None else known_at
    return [
        each
        for each, by_operator in _in_window(programs, version, at=at)
        if by_operator is None or by_operator.is_in_force(as_of)
    ]


def known(at: datetime, *, recorded_at: datetime) -> datetime:
    """By when operators must have done something so that it counts for what happens at an instant: by that instant, or,
    if it was recorded a moment ahead of it, by then. So it is the same whenever one asks, of points as of growth (R25).
    """
    return min(at, recorded_at)


def in_window(programs: Programs, version: ProgramVersion, *, at: datetime) -> list[OpenCampaign]:
    """All whose time it is at an instant, also those that operators paused, ended or had yet to make then."""
    return [each for each, _ in _in_window(programs, version, at=at)]


def _in_window(
    programs: Programs, version: ProgramVersion, *, at: datetime
) -> Iterator[tuple[OpenCampaign, ByOperator]]:
    made = tuple(programs.extra(CAMPAIGNS, version.code))  # noqa: S610
    changed = tuple(programs.extra(CHANGED, version.code))  # noqa: S610
    for campaign, by_operator, occurrences in _near(version, made, changed, at.astimezone(version.zone).date()):
        for once in occurrences:
            if once.holds(at):
                yield OpenCampaign(campaign, once), by_operator


@lru_cache(maxsize=512)
def _near(
    version: ProgramVersion, made: tuple[MadeCampaign, ...], changed: tuple[ChangedCampaign, ...], day: date
) -> tuple[_OnDay, ...]:
    """Campaigns that are open at some time of a local day, or near it. Kept, because every order of the day asks."""
    found = [
        (campaign, by_operator, occurrences_on(campaign.window, day, zone=version.zone))
        for campaign, by_operator in with_operators(version, made, changed)
    ]
    there = [each for each in found if each[2]]
    return tuple(sorted(there, key=lambda each: (-each[0].priority, each[0].code)))


def multiplied(campaigns: Sequence[Campaign], kind: Kind, *, most: int) -> tuple[Multiplied, ...]:
    """What multiplies points, or growth: of campaigns in their order the first that does not stack, and with it each
    that does, up to `most` hundredths for all together."""
    multiplying = [each for each in campaigns if kind in each.kinds]
    first = next((each for each in multiplying if not each.stacks), None)
    found: list[Multiplied] = []
    total = ONCE
    for each in (campaign for campaign in multiplying if campaign is first or campaign.stacks):
        by = each.effects.points if kind is Kind.POINTS else each.effects.growth
        before, total = total, min(most, total + (by or ONCE) - ONCE)
        if total > before:
            found.append(Multiplied(each, before, total))
    return tuple(found)


def _by_last(given: Iterable[tuple[str, OpenCampaign]]) -> Mapping[str, OpenCampaign]:
    found: dict[str, OpenCampaign] = {}
    for code, each in given:
        if code not in found or found[code].occurrence.closes_at < each.occurrence.closes_at:
            found[code] = each
    return found
