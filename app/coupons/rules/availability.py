"""Whether a member can have a coupon, and if not why and when: one answer for the list and for the claim (R31)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.coupons.section import Way
from app.offers.rules import availability
from app.offers.rules.availability import Gated, Limited, Timed, limit_reached, tier_too_low
from app.offers.rules.refusals import NotYetOpen, TierTooLow
from app.programs.rules import ProgramVersion
from app.tiers.section import Tier

from .campaigns import OpenedBy
from .refusals import (
    CouponBudgetUsed,
    CouponCampaignNotOn,
    CouponLimitReached,
    CouponNotClaimable,
    CouponOfferClosed,
    CouponsOutOfStock,
    Obstacle,
)


class Offered(Timed, Limited, Gated, Protocol):
    """A template (see `templates.Template`)."""

    @property
    def program(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def is_stocked(self) -> bool: ...
    @property
    def face(self) -> int | None: ...
    @property
    def needs_campaign(self) -> str | None: ...
    @property
    def ends_at(self) -> datetime | None: ...
    def gives(self, way: Way) -> bool: ...


@dataclass(frozen=True)
class Claimant:
    """A member, as far as it matters for what coupons they can have."""

    ladder: ProgramVersion
    """The version on whose ladder they stand (`tiers.rules.ladder_for`)."""
    tier: Tier
    """That they hold."""
    growth: int
    """That counts now."""
    campaigns: OpenedBy
    """Those that open coupons for them."""
    given: frozenset[str] = frozenset()
    """Codes of templates that are for them whatever their tier, by a benefit that they have."""


@dataclass(frozen=True)
class Left:
    """What is left of a template, as far as that is known."""

    pieces: int | None = None
    """None: there is no end of them, or nobody looked."""
    money: int | None = None
    """Of the budget, in minor units; likewise."""


NOBODY_LOOKED = Left()


def claimable(
    template: Offered, who: Claimant, *, counted: int, left: Left = NOBODY_LOOKED, now: datetime
) -> Obstacle | None:
    """What keeps the member from claiming a coupon of the template now; None: nothing does.

    First what is so for everybody (time, stock, budget), then what is so for this member (campaign, tier, limit).
    `counted`: coupons of the template that they had in the present period and that were not revoked.
    """
    if not template.gives(Way.CLAIM):
        return CouponNotClaimable(template.program, template.code)
    return (
        closed(template, now=now)
        or used_up(template, left)
        or _campaign_not_on(template, who)
        or for_member(template, who, counted=counted, now=now)
    )


def for_member(
    template: Offered, who: Claimant, *, counted: int, now: datetime
) -> TierTooLow | CouponLimitReached | None:
    """What is so for this member, whichever way they come by it themselves."""
    too_low = None if template.code in who.given else tier_too_low(template, who)
    return too_low or limit_reached(template, counted, told_as=CouponLimitReached, zone_of=who.ladder, now=now)


def closed(template: Offered, *, now: datetime) -> NotYetOpen | CouponOfferClosed | None:
    """Open at `opens_at` and before `closes_at`, the retiring, and the end of all its coupons (R2)."""
    found = availability.closed(template, told_as=CouponOfferClosed, now=now)
    return found or given_out(template, now=now)


def given_out(template: Offered, *, now: datetime) -> CouponOfferClosed | None:
    """Nobody gets one any more, in whatever way: it was retired, or none could be used."""
    if template.retired_at is not None and template.retired_at <= now:
        return CouponOfferClosed(template.retired_at)
    ends_at = template.ends_at
    return CouponOfferClosed(ends_at) if ends_at is not None and ends_at <= now else None


def used_up(template: Offered, left: Left) -> CouponsOutOfStock | CouponBudgetUsed | None:
    """Is nothing left for one more? What is not known is not held against anybody."""
    if template.is_stocked and left.pieces is not None and left.pieces <= 0:
        return CouponsOutOfStock(template.program, template.code)
    if template.face is not None and left.money is not None and left.money < template.face:
        return CouponBudgetUsed(template.program, template.code)
    return None


def _campaign_not_on(template: Offered, who: Claimant) -> CouponCampaignNotOn | None:
    code = template.needs_campaign
    if code is None or (code in who.campaigns and who.campaigns[code] is None):
        return None
    return CouponCampaignNotOn(template.program, code, who.campaigns.get(code))
