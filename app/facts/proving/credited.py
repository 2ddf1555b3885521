"""What must be true of how a member stood when something was credited: they held that tier, and had those benefits
(R25)."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from app.benefits.proving import APART
from app.benefits.rules.given import Given, Granted, asks_for_the_tier, given_to
from app.campaigns.rules import Active, OpenCampaign, Who, known, open_at
from app.campaigns.section import Kind
from app.facts.models import FactRow
from app.facts.rules.credited import Credited, credited_by, open_for
from app.members.proving import Claim, Published
from app.programs.rules import ProgramVersion
from app.tiers.rules import held_at
from app.tiers.section import TiersSection


class WasGranted(Granted, Protocol):
    """A grant, whatever became of it."""

    @property
    def granted_at(self) -> datetime: ...
    @property
    def revoked_at(self) -> datetime | None: ...


@dataclass(frozen=True)
class Standings:
    """What became of a member's tier, in the order in which it was entered, and what staff granted them."""

    joined_at: datetime
    changes: Sequence[Any]
    grants: Sequence[WasGranted]


@dataclass(frozen=True)
class Then:
    """When something happened that is reported, and what is kept of how the member stood."""

    fact: FactRow
    joined_at: datetime
    version: ProgramVersion
    published: Published

    @property
    def at(self) -> datetime:
        return self.fact.occurred_at

    @property
    def known_at(self) -> datetime:
        return known(self.at, recorded_at=self.fact.recorded_at)

    @property
    def stood(self) -> Credited:
        return credited_by(self.fact.credited_by, version=self.version)

    @property
    def who(self) -> Who:
        return Who(self.joined_at, self.stood.tier, self.fact.channel)

    @property
    def opened(self) -> Sequence[OpenCampaign]:
        """For whomever. Of what was to happen a moment after it was recorded, what was known when it was recorded is
        what counts (R25)."""
        return open_at(self.published.programs, self.version, at=self.at, known_at=self.known_at)

    @property
    def open(self) -> Active:
        return open_for(self.opened, self.version, self.stood, self.who, at=self.at)


def credited_claims(
    then: Then, standings: Standings, *, kinds: Collection[Kind], ruled: bool, version: ProgramVersion
) -> Iterator[Claim]:
    """What is kept is what could be had then; and it is kept where something depends on it."""
    fact, stood, section = then.fact, then.stood, version.section(TiersSection)
    is_needed = ruled or asks_for_the_tier(version, then.opened, kinds)
    is_kept = fact.credited_by is not None
    yield Claim("facts.credited_by: is kept", fact.id, is_kept or is_needed, is_kept)
    if not is_kept:
        return
    held = stood.tier in _tiers(then, standings, section)
    yield Claim("facts.credited_by: is a tier that was held", fact.id, True, held)
    least, most = (_given(then, standings, apart=apart) for apart in (APART, -APART))
    in_time = {*least.boosts} <= {*stood.boosts} <= {*most.boosts} or Kind.POINTS not in kinds
    yield Claim("facts.credited_by: are benefits that were had", fact.id, True, in_time)
    yield Claim("facts.credited_by: are campaigns that were for them", fact.id, True,
                least.also <= stood.also <= most.also)  # fmt: skip


def _tiers(then: Then, standings: Standings, section: TiersSection) -> set[str]:
    """Codes of tiers that could be known to be held: after each change that was entered. Which of them had been by then
    is not asked: ids of machines whose clocks differ do not tell."""
    numbers = range(1, len(standings.changes) + 1)
    found = {held_at(section, standings.changes[:number], then.known_at) for number in numbers}
    return {section.ladder[0].code} | {code for code in found if code is not None}


def _given(then: Then, standings: Standings, *, apart: timedelta) -> Given:
    """By grants that were in force so long before and after; of less than nothing, by those that may have been."""
    at, section = then.known_at, then.version.section(TiersSection)
    tier = section.tier(then.stood.tier) if section.knows(then.stood.tier) else section.ladder[0]
    grants = [
        grant
        for grant in standings.grants
        if grant.granted_at <= at - apart
        and at < grant.until
        and (grant.revoked_at is None or at + apart < grant.revoked_at)
    ]
    return given_to(then.opened, then.version, then.who, tier, grants, at=then.at)
