"""Why a member cannot have what is offered, as it is shown. No I/O here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.points.section import Period
from app.programs.rules import Programs
from app.tiers.rules.seen import tier_named
from app.tiers.section import Tier, TiersSection

from .refusals import TierTooLow

PERIODS: Mapping[str, tuple[str, str]] = {
    "DAY": ("a day", "每天"),
    "WEEK": ("a week", "每周"),
    "MONTH": ("a month", "每月"),
    "YEAR": ("a year", "每年"),
    "LIFETIME": ("in all", "总共"),
}
"""In English and Chinese, after how often."""


class HasLimit(Protocol):
    @property
    def per_member(self) -> int | None: ...
    @property
    def period(self) -> str | None: ...


class HasLeastTier(Protocol):
    @property
    def program(self) -> str: ...
    @property
    def tiers_from(self) -> str | None: ...


@dataclass(frozen=True)
class ShownLimit:
    """How often a member may have it."""

    times: int
    period: Period


def limit_of(row: HasLimit) -> ShownLimit | None:
    return None if row.per_member is None or row.period is None else ShownLimit(row.per_member, Period[row.period])


def least_tier_of(row: HasLeastTier, *, programs: Programs, now: datetime) -> Tier | None:
    """On the present ladder."""
    section = programs.current(row.program, now).section(TiersSection)
    return section.tier(row.tiers_from) if row.tiers_from is not None and section.knows(row.tiers_from) else None


def tier_needed(refusal: TierTooLow, *, programs: Programs) -> Tier:
    """May raise Overloaded: the rules were published a moment ago."""
    return tier_named(programs, programs.version(refusal.program, refusal.version), refusal.tier)


def tier_too_low_in_words(refusal: TierTooLow, *, programs: Programs, language: str) -> str:
    tier = tier_needed(refusal, programs=programs)
    if language == "zh":
        return f"{tier.name.zh} 及以上会员可兑换。"
    return f"It is for members of {tier.name.en} and above."
