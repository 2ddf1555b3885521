"""A coupon template: what is offered, to whom, how often, and what it takes off."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Self

from pydantic import Field, model_validator

from app.points.section import Period
from app.programs.problems import Finding
from app.programs.section import Amount, Code, Count, Listed, Part, Text, Words, refuse

from .kinds import CouponKind, Way
from .times import Moment, Validity, never_between

MOST_BUCKETS = 64
NEEDED: Mapping[CouponKind, tuple[str, ...]] = {
    CouponKind.THRESHOLD: ("amount", "threshold"),
    CouponKind.PERCENTAGE: ("off",),
    CouponKind.CASH: ("amount",),
    CouponKind.CATEGORY: ("categories",),
    CouponKind.EXCHANGE: ("sku",),
    CouponKind.PARTNER: ("partner",),
}
POSSIBLE: Mapping[CouponKind, frozenset[str]] = {
    CouponKind.THRESHOLD: frozenset(),
    CouponKind.PERCENTAGE: frozenset(("most", "threshold")),
    CouponKind.CASH: frozenset(),
    CouponKind.CATEGORY: frozenset(("amount", "off", "most", "threshold")),
    CouponKind.EXCHANGE: frozenset(("price", "most")),
    CouponKind.PARTNER: frozenset(),
}
"""Beside what is needed."""
TERMS = ("amount", "threshold", "off", "most", "categories", "sku", "price", "partner")
UNBOUNDED = {
    CouponKind.PERCENTAGE: "most",
    CouponKind.CATEGORY: "most",
    CouponKind.EXCHANGE: "most",
}
"""What bounds what a coupon takes off, where nothing else does."""


class CouponLimit(Part):
    """`limit`: how often a member may get a coupon of the template, in each such period (R1, R31)."""

    times: Count
    period: Annotated[Period, Field(strict=False)] = Period.LIFETIME


class Partner(Part):
    """`partner`: where a partner's coupon is used."""

    name: Words
    text: Words
    """How to use it there: what to show, where to go."""
    codes: bool = False
    """Whether each coupon has a code of the partner's, of a pool that an operator imports: so many can be had (R31)."""


class CouponTemplate(Part):
    """`[[coupons.templates]]`. The terms of a coupon are those of the template by which it was issued, whatever becomes
    of that."""

    code: Code
    kind: Annotated[CouponKind, Field(strict=False)]
    name: Words
    description: Words | None = None
    amount: Amount | None = None
    """Off; of THRESHOLD, CASH and CATEGORY."""
    off: Annotated[int, Field(ge=1, le=100)] | None = None
    """Percent off; of PERCENTAGE and CATEGORY: 15 is 八五折."""
    threshold: Amount | None = None
    """From which the eligible amount counts (R34)."""
    most: Amount | None = None
    """It never takes off more."""
    categories: Listed[Text] = ()
    """Of the lines that it is for; of CATEGORY."""
    sku: Text | None = None
    """The product that one gets; of EXCHANGE."""
    price: Amount | None = None
    """What one pays for it; without it nothing."""
    partner: Partner | None = None
    validity: Validity
    stacking_group: Code = "shop"
    """Of several coupons of a group one can be used for an order (R34)."""
    ways: Listed[Annotated[Way, Field(strict=False)]] = (Way.CLAIM,)
    tiers_from: Code | None = None
    """The least tier that may get it."""
    needs_campaign: Code | None = None
    """It can be claimed while this campaign is on for the member, and only then."""
    opens_at: Moment | None = None
    """It can be got from then on; without it since ever."""
    closes_at: Moment | None = None
    """It can be got before then; without it without end."""
    limit: CouponLimit | None = None
    stock: Count | None = None
    """How many are issued at most; without it there is no end of them (R31). Those that expire do not come back, those
    that staff revoke do."""
    buckets: Annotated[int, Field(ge=1, le=MOST_BUCKETS)] = 8
    """Over how many rows the stock is spread: so many can take of it at the same time."""
    budget: Amount | None = None
    """What all of them may take off together. What one may take off at most is set aside when it is issued; what it did
    not take off comes back."""

    @property
    def has_codes(self) -> bool:
        """Does each coupon have a code of a partner's?"""
        return self.partner is not None and self.partner.codes

    @property
    def is_stocked(self) -> bool:
        return self.stock is not None or self.has_codes

    @property
    def per_member(self) -> int | None:
        return None if self.limit is None else self.limit.times

    @property
    def period(self) -> str | None:
        return None if self.limit is None else self.limit.period.name

    @property
    def most_off(self) -> int | None:
        """What a coupon takes off at most; None: no bound is said."""
        return self.amount if self.amount is not None and self.off is None else self.most

    @property
    def face(self) -> int | None:
        """What is set aside of the budget for each; None: there is no budget."""
        return None if self.budget is None else self.most_off

    def gives(self, way: Way) -> bool:
        """Can one come to have it in this way?"""
        return way in self.ways

    @model_validator(mode="after")
    def _is_right(self) -> Self:
        refuse(self._findings())
        return self

    def _findings(self) -> Iterator[Finding]:
        yield from _of_kind(self)
        yield from _of_budget(self)
        if (wrong := never_between(self.opens_at, self.closes_at, "opens_at")) is not None:
            yield ("closes_at",), wrong
        if self.has_codes and self.stock is not None:
            yield ("stock",), "how many there are is how many codes of the partner's: leave it out"
        if not self.ways:
            yield ("ways",), "is empty: nobody could get it"
        for place, values in (("ways", self.ways), ("categories", self.categories)):
            for number, each in enumerate(values):
                if each in values[:number]:
                    yield (place, number), "is in the list before"
        if self.needs_campaign is not None and Way.CLAIM not in self.ways:
            yield ("needs_campaign",), "a campaign opens a template for claiming: 'ways' must have CLAIM"


def _of_kind(template: CouponTemplate) -> Iterator[Finding]:
    """What the kind of coupon needs, and has no place for."""
    needed = NEEDED[template.kind]
    for name in TERMS:
        is_said = bool(getattr(template, name))
        if name in needed and not is_said:
            yield (name,), f"missing: a coupon of kind {template.kind.value} needs it"
        if is_said and name not in needed and name not in POSSIBLE[template.kind]:
            yield (name,), f"a coupon of kind {template.kind.value} has none"
    if template.kind is CouponKind.CATEGORY and (template.amount is None) == (template.off is None):
        yield ("amount",), "say either 'amount' or 'off'"
    if template.kind is CouponKind.CATEGORY and template.most is not None and template.off is None:
        yield ("most",), "only 'off' has a cap"
    if template.threshold is not None and template.amount is not None and template.amount > template.threshold:
        yield ("amount",), "must not be more than 'threshold'"


def _of_budget(template: CouponTemplate) -> Iterator[Finding]:
    if template.budget is None:
        return
    if template.kind is CouponKind.PARTNER:
        yield ("budget",), "a partner's coupon takes nothing off: limit it by 'stock'"
        return
    face = template.most_off
    if face is None:
        yield (UNBOUNDED.get(template.kind, "amount"),), "missing: with a budget it must be known what one takes off"
    elif face > template.budget:
        yield ("budget",), "is not enough for one coupon"
