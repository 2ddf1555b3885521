"""A reward's row, as it is shown. No I/O here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.coupons.templates import Template, template_by_code
from app.programs.money import Money
from app.programs.rules import Programs
from app.tiers.section import Tier, TiersSection

from .availability import tier_prices


class HasNames(Protocol):
    @property
    def name_zh(self) -> str: ...
    @property
    def name_en(self) -> str: ...


class HasDescriptions(Protocol):
    @property
    def description_zh(self) -> str: ...
    @property
    def description_en(self) -> str: ...


class HasAmount(Protocol):
    @property
    def amount(self) -> int | None: ...
    @property
    def currency(self) -> str | None: ...


class HasTemplate(Protocol):
    @property
    def program(self) -> str: ...
    @property
    def template(self) -> str | None: ...


class HasTierPrices(Protocol):
    @property
    def program(self) -> str: ...
    @property
    def tier_points(self) -> str | None: ...


@dataclass(frozen=True)
class TierPrice:
    """What a reward costs who holds a tier."""

    tier: Tier
    points: int


def name_of(row: HasNames, *, language: str) -> str:
    return row.name_zh if language == "zh" else row.name_en


def description_of(row: HasDescriptions, *, language: str) -> str:
    return row.description_zh if language == "zh" else row.description_en


def amount_of(row: HasAmount) -> Money | None:
    return None if row.amount is None or row.currency is None else Money(row.amount, row.currency)


def coupon_of(row: HasTemplate, *, programs: Programs, now: datetime) -> Template | None:
    """None also for a moment, while it is not known here yet."""
    return None if row.template is None else template_by_code(programs, row.program, row.template, now=now)


def prices_by_tier(row: HasTierPrices, *, programs: Programs, now: datetime) -> Sequence[TierPrice]:
    """Those of the present ladder, the lowest tier first; also where the price is that of a tier that is gone."""
    section = programs.current(row.program, now).section(TiersSection)
    found: dict[str, TierPrice] = {}
    for code, points in tier_prices(row.tier_points).items():
        if section.knows(code):
            tier = section.tier(code)
            lower = min(points, found[tier.code].points) if tier.code in found else points
            found[tier.code] = TierPrice(tier, lower)
    return sorted(found.values(), key=lambda price: price.tier.threshold)
