"""The ladder: which tier a growth reaches, and how far the next one is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.programs.rules import Programs, ProgramVersion
from app.tiers.section import Tier, TiersSection


class Standing(Protocol):
    """What a member's row says of where the member stands."""

    @property
    def program(self) -> str: ...
    @property
    def growth(self) -> int: ...
    @property
    def tier(self) -> str | None: ...


class Placed(Protocol):
    @property
    def program(self) -> str: ...
    @property
    def tier(self) -> str | None: ...


@dataclass(frozen=True)
class Progress:
    """The way from the tier held to the next."""

    growth: int
    next_tier: Tier | None
    growth_remaining: int
    ratio: float


def tier_at(ladder: Sequence[Tier], growth: int) -> Tier:
    """The highest tier whose threshold is reached (R16): on 0/200/500, 199 is the first and 200 the second."""
    return next((tier for tier in reversed(ladder) if tier.threshold <= growth), ladder[0])


def tier_held(section: TiersSection, code: str | None) -> Tier:
    """The tier of a code; the base tier for none."""
    return section.ladder[0] if code is None else section.tier(code)


def ladder_for(member: Placed, *, programs: Programs, now: datetime) -> ProgramVersion:
    """The version whose ladder a member stands on now: the present one, whatever version brought the growth.

    Unless the tier held is of a version that by this machine's clock is yet to come, because another machine's is
    ahead: then the one published last, which knows every tier there ever was (R20).
    """
    present = programs.current(member.program, now)
    if member.tier is None or present.section(TiersSection).knows(member.tier):
        return present
    versions = programs.by_code[member.program].versions
    return versions[max(versions)]


def progress_on(ladder: Sequence[Tier], *, held: Tier, growth: int) -> Progress:
    """How far the next tier above the one held is. The ratio is from the held tier's threshold, 0 to 1."""
    above = next((tier for tier in ladder if tier.threshold > held.threshold), None)
    if above is None:
        return Progress(growth, None, 0, 1.0)
    done = (growth - held.threshold) / (above.threshold - held.threshold)
    return Progress(growth, above, max(above.threshold - growth, 0), min(max(done, 0.0), 1.0))


def tier_of(member: Placed, *, programs: Programs, now: datetime) -> Tier:
    """The tier that a member holds, as the program's present version describes it."""
    return tier_held(ladder_for(member, programs=programs, now=now).section(TiersSection), member.tier)


def progress_of(member: Standing, *, programs: Programs, now: datetime) -> Progress:
    """How far a member is on the way to the next tier."""
    section = ladder_for(member, programs=programs, now=now).section(TiersSection)
    return progress_on(section.ladder, held=tier_held(section, member.tier), growth=member.growth)
