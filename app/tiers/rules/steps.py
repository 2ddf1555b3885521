"""The ladder as a member sees it: what is reached, what is missing to reach the rest, and what that would give."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.programs.rules import Programs
from app.programs.section import Part
from app.tiers.section import Tier, TiersSection

from .ladder import held_on, ladder_for
from .progress import Shown


@dataclass(frozen=True)
class LadderStep:
    """A step of the ladder, and where a member is on the way to it."""

    tier: Tier
    is_held: bool
    is_reached: bool
    """The tier held is this one or a higher one."""
    growth_missing: int
    new_benefits: Sequence[Part]
    """What it would give that the tier held does not, or otherwise."""


def steps_of(shown: Shown, *, programs: Programs, now: datetime) -> list[LadderStep]:
    """The whole ladder, lowest tier first."""
    section = ladder_for(shown, programs=programs, now=now).section(TiersSection)
    held = held_on(section, shown, now=now)
    return [_step(tier, held=held, growth=shown.growth) for tier in section.ladder]


def _step(tier: Tier, *, held: Tier, growth: int) -> LadderStep:
    if tier.threshold <= held.threshold:
        return LadderStep(tier, tier.code == held.code, is_reached=True, growth_missing=0, new_benefits=())
    missing, new = max(tier.threshold - growth, 0), tier.gives_beside(held)
    return LadderStep(tier, is_held=False, is_reached=False, growth_missing=missing, new_benefits=new)
