"""A coupon template as it is offered, whoever made it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

from app.coupons.section import CouponKind, CouponTemplate, Way, instant_of
from app.programs.made import MadeKind


def template_id(program: str, code: str) -> UUID:
    """Of a template, whoever made it: its code is nobody else's in the program."""
    return UUID(bytes=sha256(f"coupon template:{program}:{code}".encode()).digest()[:16])


@dataclass(frozen=True, eq=False)
class Template:
    """A template as it is offered: its terms, when coupons of it can be got, and until when it was offered at all."""

    __held__: ClassVar[bool] = True
    id: UUID
    program: str
    version: int | None
    """Of the program's file; None: an operator made it."""
    terms: CouponTemplate = field(repr=False)
    zone: ZoneInfo
    currency: str
    opens_at: datetime | None
    closes_at: datetime | None
    retired_at: datetime | None = None

    @property
    def code(self) -> str:
        return self.terms.code

    @property
    def kind(self) -> CouponKind:
        return self.terms.kind

    @property
    def tiers_from(self) -> str | None:
        return self.terms.tiers_from

    @property
    def per_member(self) -> int | None:
        return self.terms.per_member

    @property
    def period(self) -> str | None:
        return self.terms.period

    @property
    def stock(self) -> int | None:
        """That it began with, or that its file says; none of what has codes: it has what codes are added."""
        return 0 if self.terms.has_codes else self.terms.stock

    @property
    def has_codes(self) -> bool:
        return self.terms.has_codes

    @property
    def is_stocked(self) -> bool:
        return self.terms.is_stocked

    @property
    def buckets(self) -> int:
        return self.terms.buckets

    @property
    def budget(self) -> int | None:
        """That it began with, or that its file says, in minor units."""
        return self.terms.budget

    @property
    def face(self) -> int | None:
        """What is set aside of the budget for a coupon, in minor units; None: there is no budget."""
        return self.terms.face

    def gives(self, way: Way) -> bool:
        return self.terms.gives(way)

    def validity(self, issued_at: datetime) -> tuple[datetime, datetime]:
        """From when until when (exclusive) a coupon can be used that is issued at an instant (R2, R3)."""
        return self.terms.validity.of(issued_at, zone=self.zone)

    @property
    def needs_campaign(self) -> str | None:
        """Code of the campaign during which it can be claimed, and only then."""
        return self.terms.needs_campaign

    @property
    def ends_at(self) -> datetime | None:
        """From when on no coupon of it can be used, whenever it is issued; None: there is no such instant."""
        until = self.terms.validity.until
        return None if until is None else instant_of(until, zone=self.zone)


def offered(
    terms: CouponTemplate,
    *,
    program: str,
    version: int | None,
    zone: ZoneInfo,
    currency: str,
    retired_at: datetime | None = None,
) -> Template:
    """A template with these terms."""
    opens_at, closes_at = (
        None if moment is None else instant_of(moment, zone=zone) for moment in (terms.opens_at, terms.closes_at)
    )
    return Template(template_id(program, terms.code), program, version, terms, zone, currency, opens_at, closes_at,
                    retired_at)  # fmt: skip


@dataclass(frozen=True)
class MadeTemplate:
    """A template that an operator made: as it was made, and as it was changed since, each from an instant on."""

    states: Sequence[tuple[datetime, Template]]
    """At least one, in their order. Terms are the same in all of them."""

    @property
    def newest(self) -> Template:
        """As it was said last, in force or not yet."""
        return self.states[-1][1]

    def at(self, now: datetime) -> Template:
        """As it is by then. Nobody gets it before it is known everywhere."""
        first, template = self.states[0]
        if now < first:
            return opening(template, first)
        return next(template for since, template in reversed(self.states) if since <= now)


class MadeTemplates(dict[str, MadeTemplate]):
    """What operators made in a program, by code. Held as a whole, never changed."""

    @cached_property
    def codes(self) -> Mapping[UUID, str]:
        """By id: nobody who names one has each hashed."""
        return {each.newest.id: code for code, each in self.items()}


MADE: MadeKind[MadeTemplates] = MadeKind("coupons.templates", MadeTemplates())
"""What operators made, by code."""


@lru_cache(maxsize=1024)
def retired(template: Template, at: datetime) -> Template:
    """The same object each time, as all that is held."""
    return replace(template, retired_at=at)


@lru_cache(maxsize=1024)
def opening(template: Template, at: datetime) -> Template:
    """Not before that instant; likewise."""
    return replace(template, opens_at=max(at, template.opens_at or at))
