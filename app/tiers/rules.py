"""The ladder: which tier a growth reaches, and how far the next one is. No I/O here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from app.programs.rules import Programs

from .section import Tier, TiersSection


class GrowthCause(Enum):
    """What kind of thing brought growth; `cause_id` says which one."""

    ORDER = "ORDER"


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
    return next(tier for tier in reversed(ladder) if tier.threshold <= growth)


def tier_held(section: TiersSection, code: str | None) -> Tier:
    """The tier of a code; the base tier for none."""
    return section.ladder[0] if code is None else section.tier(code)


def raised(ladder: Sequence[Tier], *, held: Tier, growth: int) -> Tier | None:
    """The tier that growth raises a member to at once, over several if need be; None if it does not (R17)."""
    reached = tier_at(ladder, growth)
    return reached if reached.threshold > held.threshold else None


def progress_on(ladder: Sequence[Tier], *, held: Tier, growth: int) -> Progress:
    """How far the next tier above the one held is. The ratio is from the held tier's threshold, 0 to 1."""
    above = next((tier for tier in ladder if tier.threshold > held.threshold), None)
    if above is None:
        return Progress(growth, None, 0, 1.0)
    done = (growth - held.threshold) / (above.threshold - held.threshold)
    return Progress(growth, above, max(above.threshold - growth, 0), min(max(done, 0.0), 1.0))


def tier_of(member: Placed, *, programs: Programs, now: datetime) -> Tier:
    """The tier that a member holds, as the program's present version describes it."""
    section = programs.current(member.program, now).section(TiersSection)
    return tier_held(section, member.tier)


def progress_of(member: Standing, *, programs: Programs, now: datetime) -> Progress:
    """How far a member is on the way to the next tier."""
    section = programs.current(member.program, now).section(TiersSection)
    return progress_on(section.ladder, held=tier_held(section, member.tier), growth=member.growth)
