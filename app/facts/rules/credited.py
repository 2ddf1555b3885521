"""What was looked at of a member when what was reported was credited: kept with the fact, so that all that follows from
it later, and whoever explains or proves it, goes by the same (R25)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson

from app.benefits.rules.given import Boost
from app.campaigns.rules import Active, OpenCampaign, Who, active_among
from app.programs.rules import ProgramVersion
from app.tiers.section import TiersSection


@dataclass(frozen=True)
class Credited:
    """A member, as they stood at the instant of a fact by what was known when it was recorded."""

    tier: str
    """Code of the tier that was held."""
    boosts: tuple[Boost, ...] = ()
    """By what points are multiplied besides."""
    also: frozenset[str] = frozenset()
    """Codes of campaigns that were for them whatever their tier."""

    def written(self) -> str:
        """As it is kept."""
        boosts = [list(each) for each in self.boosts]
        return orjson.dumps({"tier": self.tier, "boosts": boosts, "also": sorted(self.also)}).decode()


def credited_by(written: str | None, *, version: ProgramVersion) -> Credited:
    """What is kept of a fact; the base tier, where nothing was looked at."""
    if written is None:
        return base_of(version)
    said = orjson.loads(written)
    boosts = (Boost(benefit, source, by, times, tuple(rules)) for benefit, source, by, times, rules in said["boosts"])
    return Credited(said["tier"], tuple(boosts), frozenset(said["also"]))


def base_of(version: ProgramVersion) -> Credited:
    """Who holds the first tier, and has nothing besides."""
    return Credited(version.section(TiersSection).ladder[0].code)


def open_for(
    opened: Sequence[OpenCampaign], version: ProgramVersion, stood: Credited, who: Who, *, at: datetime
) -> Active:
    """Of campaigns that were open those that were for somebody who stood so."""
    return active_among(opened, version, Who(who.joined_at, stood.tier, who.channel, stood.also), at=at)
