"""Coupon templates as they are shown. No I/O here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from app.coupons.section import CouponTemplate, Way, instant_of
from app.coupons.section.template import Partner
from app.points.section import Period
from app.programs.money import Money
from app.programs.section import Words
from app.programs.words import in_language


class HasTerms(Protocol):
    @property
    def terms(self) -> CouponTemplate: ...


class HasMoney(HasTerms, Protocol):
    @property
    def currency(self) -> str: ...


class HasTimes(HasTerms, Protocol):
    @property
    def zone(self) -> ZoneInfo: ...


class HasWords(Protocol):
    @property
    def name(self) -> Words: ...
    @property
    def text(self) -> Words: ...


class HasCodes(Protocol):
    @property
    def codes(self) -> bool: ...


@dataclass(frozen=True)
class ShownValidity:
    """When a coupon of a template can be used."""

    since: datetime | None
    until: datetime | None
    days: int | None
    months: int | None


@dataclass(frozen=True)
class ShownCouponLimit:
    """How often a member may get a coupon of a template."""

    times: int
    period: Period


def name_of(template: HasTerms, *, language: str) -> str:
    return in_language(template.terms.name, language)


def description_of(template: HasTerms, *, language: str) -> str:
    """Empty where nothing is said."""
    said = template.terms.description
    return "" if said is None else in_language(said, language)


def amount_of(template: HasMoney) -> Money | None:
    return _money(template.terms.amount, template)


def threshold_of(template: HasMoney) -> Money | None:
    return _money(template.terms.threshold, template)


def most_of(template: HasMoney) -> Money | None:
    return _money(template.terms.most, template)


def price_of(template: HasMoney) -> Money | None:
    """Of an exchange: nothing is 0."""
    return None if template.terms.sku is None else Money(template.terms.price or 0, template.currency)


def percent_of(template: HasTerms) -> int | None:
    return template.terms.off


def categories_of(template: HasTerms) -> list[str]:
    return list(template.terms.categories)


def sku_of(template: HasTerms) -> str | None:
    return template.terms.sku


def partner_of(template: HasTerms) -> Partner | None:
    return template.terms.partner


def partner_name(partner: HasWords, *, language: str) -> str:
    return in_language(partner.name, language)


def partner_text(partner: HasWords, *, language: str) -> str:
    return in_language(partner.text, language)


def partner_has_codes(partner: HasCodes) -> bool:
    return partner.codes


def validity_of(template: HasTimes) -> ShownValidity:
    validity = template.terms.validity
    since, until = (
        None if at is None else instant_of(at, zone=template.zone) for at in (validity.since, validity.until)
    )
    return ShownValidity(since, until, validity.days, validity.months)


def limit_of(template: HasTerms) -> ShownCouponLimit | None:
    limit = template.terms.limit
    return None if limit is None else ShownCouponLimit(limit.times, limit.period)


def ways_of(template: HasTerms) -> list[Way]:
    return list(template.terms.ways)


def group_of(template: HasTerms) -> str:
    return template.terms.stacking_group


def campaign_of(template: HasTerms) -> str | None:
    return template.terms.needs_campaign


class MadeBy(Protocol):
    @property
    def id(self) -> UUID: ...
    @property
    def version(self) -> int | None: ...


def is_operators(template: MadeBy) -> bool:
    return template.version is None


def _money(minor: int | None, template: HasMoney) -> Money | None:
    return None if minor is None else Money(minor, template.currency)


class HasAdded(Protocol):
    @property
    def added(self) -> int: ...
    @property
    def currency(self) -> str: ...


def added_of(done: HasAdded) -> Money:
    return Money(done.added, done.currency)
