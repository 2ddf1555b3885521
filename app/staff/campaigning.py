"""A campaign that an operator is about to make: read, found right or wrong, and held against what there is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import floor
from typing import Any

import orjson
from pydantic import ValidationError

from app.benefits.section import BenefitsSection
from app.campaigns.queries import changes_of_program
from app.campaigns.rules import Occurrence, Who, fits, not_ended, occurrence_after, occurrence_at
from app.campaigns.section import Campaign, Kind
from app.campaigns.together import campaign_problems
from app.campaigns.words import campaign_told
from app.clock import days_later, local_instant
from app.db import Reader
from app.facts.queries.brought import brought_by_orders
from app.members.queries.audience import numbers_by_tier, who_ordered_last
from app.programs.problems import Problem, key_of
from app.programs.reading import finding_of
from app.programs.rulebook import Told
from app.programs.rules import Programs, ProgramVersion
from app.programs.section import DIGITS, ONCE
from app.tiers.section import TiersSection

LOOKED_AT = 500
"""Members at most whose orders are looked at: those who ordered last."""
NEXT = 3
SINCE, UNTIL = datetime(1900, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Overlap:
    """A campaign that is open at the same time as the new one, the first time that it is."""

    campaign: Campaign
    opens_at: datetime
    closes_at: datetime
    applies: str | None
    """Code of the one of both that multiplies, where both do and neither is added to the other; else None."""


@dataclass(frozen=True)
class WouldHaveBrought:
    """What orders of the last days would have brought more, had it been open all the time."""

    days: int
    members: int
    """Whose orders were looked at."""
    orders: int
    points: int
    growth: int


@dataclass(frozen=True)
class CampaignComparison:
    """A campaign beside what there is."""

    program: str
    newest: int
    problems: tuple[Problem, ...] = ()
    words: Told | None = None
    members: int = 0
    """For how many it is, as they are now."""
    windows: Sequence[Occurrence] = ()
    overlaps: Sequence[Overlap] = ()
    would_have_brought: WouldHaveBrought | None = None


def campaign_asked(
    data: Mapping[str, Any], *, version: ProgramVersion, now: datetime
) -> tuple[Campaign | None, tuple[Problem, ...]]:
    """The campaign, or what is wrong with it: it has effect from now on, so it must not be over."""
    try:
        campaign = Campaign.model_validate_json(orjson.dumps(data), context={DIGITS: version.currency_digits})
    except ValidationError as error:
        errors = error.errors(include_url=False, include_input=False)
        return None, tuple(Problem(key_of(place), words) for place, words in (finding_of(e, data) for e in errors))
    benefits = version.section(BenefitsSection).by_code
    found = campaign_problems(campaign, version.section(TiersSection), benefits)
    problems = tuple(Problem(key_of(place), words) for place, words in found)
    if next(_windows(campaign, version, now), None) is None:
        problems = (*problems, Problem("window.ends", "is over: it would never be open"))
    return (None if problems else campaign), problems


def words_of(campaign: Campaign, *, version: ProgramVersion) -> Told:
    """As its members will read it."""
    tiers = {tier.code: tier.name for tier in version.section(TiersSection).ladder}
    benefits = {code: benefit.name for code, benefit in version.section(BenefitsSection).by_code.items()}
    return campaign_told(campaign, tiers=tiers, benefits=benefits)


async def compared(
    db: Reader, *, data: Mapping[str, Any], programs: Programs, version: ProgramVersion, days: int, now: datetime
) -> CampaignComparison:
    """Four statements, however many members there are: one counts them, two look at orders of some."""
    newest = len(await changes_of_program(db, version.code))
    campaign, problems = campaign_asked(data, version=version, now=now)
    if campaign is None:
        return CampaignComparison(version.code, newest, problems=problems)
    return CampaignComparison(
        version.code,
        newest,
        words=words_of(campaign, version=version),
        members=await _members(db, campaign, version=version, now=now),
        windows=list(_windows(campaign, version, now)),
        overlaps=list(_overlaps(campaign, programs, version, now)),
        would_have_brought=await _would_have_brought(db, campaign, version=version, days=days, now=now),
    )


async def _members(db: Reader, campaign: Campaign, *, version: ProgramVersion, now: datetime) -> int:
    audience, base = campaign.audience, version.section(TiersSection).ladder[0].code
    since, until = (
        default if day is None else local_instant(day, datetime.min.time(), zone=version.zone)
        for day, default in ((audience.joined_from, SINCE), (audience.joined_until, UNTIL))
    )
    if audience.joined_within_days is not None:
        since = max(since, days_later(now, -audience.joined_within_days, zone=version.zone) + timedelta.resolution)
    numbers = await numbers_by_tier(db, program=version.code, since=since, until=until)
    return sum(number for tier, number in numbers if not audience.tiers or (tier or base) in audience.tiers)


def _windows(campaign: Campaign, version: ProgramVersion, now: datetime) -> Iterator[Occurrence]:
    """The one that is open, and the next ones."""
    found = occurrence_at(campaign.window, now, zone=version.zone)
    at = now
    for _ in range(NEXT):
        once = found or occurrence_after(campaign.window, at, zone=version.zone)
        if once is None:
            return
        yield once
        found, at = None, once.opens_at


def _overlaps(campaign: Campaign, programs: Programs, version: ProgramVersion, now: datetime) -> Iterator[Overlap]:
    """With campaigns of the file of now, and of operators, paused ones, too: they may be resumed."""
    windows = list(_windows(campaign, version, now))
    for other in not_ended(programs, version):
        both = next(_open_together(windows, other, version), None)
        if both is not None and other.code != campaign.code:
            yield Overlap(other, both.opens_at, both.closes_at, _applies(campaign, other))


def _open_together(windows: Sequence[Occurrence], other: Campaign, version: ProgramVersion) -> Iterator[Occurrence]:
    for once in windows:
        found = occurrence_at(other.window, once.opens_at, zone=version.zone) or occurrence_after(
            other.window, once.opens_at, zone=version.zone
        )
        if found is not None and found.opens_at < once.closes_at:
            yield Occurrence(max(once.opens_at, found.opens_at), min(once.closes_at, found.closes_at))


def _applies(one: Campaign, other: Campaign) -> str | None:
    both = one.kinds & other.kinds & {Kind.POINTS, Kind.GROWTH}
    if not both or one.stacks or other.stacks:
        return None
    return min((one, other), key=lambda each: (-each.priority, each.code)).code


async def _would_have_brought(
    db: Reader, campaign: Campaign, *, version: ProgramVersion, days: int, now: datetime
) -> WouldHaveBrought:
    """By what the last orders brought, multiplied: an estimate, which caps might bound."""
    since, base = days_later(now, -days, zone=version.zone), version.section(TiersSection).ladder[0].code
    members = await who_ordered_last(db, program=version.code, since=since, limit=LOOKED_AT)
    known = {member.id: member for member in members}
    orders = points = growth = 0
    for each in await brought_by_orders(db, list(known), since=since):
        member = known[each.member_id]
        who = Who(member.joined_at, member.tier, each.channel)
        if fits(campaign.audience, who, at=now, base_tier=base, zone=version.zone):
            orders += each.orders
            points += floor(each.points * ((campaign.effects.points or ONCE) - ONCE) / ONCE)
            growth += floor(each.growth * ((campaign.effects.growth or ONCE) - ONCE) / ONCE)
    return WouldHaveBrought(days, len(members), orders, points, growth)
