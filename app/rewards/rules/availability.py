"""Whether a member can redeem a reward, and if not why and when: one answer for the list and for the purchase (R35)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Protocol
from uuid import UUID

import orjson

from app.offers.rules import availability
from app.offers.rules.availability import Gated, Limited, Timed, limit_reached, tier_too_low
from app.points.rules import NotEnoughPoints
from app.programs.rules import ProgramVersion
from app.tiers.section import Tier, TiersSection

from .its_coupon import ItsCoupon, over_for_all, over_for_member
from .refusals import NotYetOpen, Obstacle, OutOfStock, RedemptionLimitReached, RewardClosed


class Priced(Protocol):
    """What a reward's row says of what it costs."""

    @property
    def points(self) -> int: ...
    @property
    def tier_points(self) -> str | None: ...


class Offered(Priced, Timed, Limited, Gated, Protocol):
    """A reward's row."""

    @property
    def id(self) -> UUID: ...


@dataclass(frozen=True)
class Buyer:
    """A member, as far as it matters for redeeming."""

    ladder: ProgramVersion
    """The version on whose ladder they stand (`tiers.rules.ladder_for`)."""
    tier: Tier
    """That they hold."""
    growth: int
    """That counts now."""
    points: int
    """That are available now: less than none, if they owe some (R11)."""
    early: timedelta = timedelta()
    """So long before everybody else they may have what is offered."""

    @property
    def spendable(self) -> int:
        """What costs nothing can be had by who owes points."""
        return max(self.points, 0)


def redeemable(
    reward: Offered,
    buyer: Buyer,
    *,
    counted: int,
    left: int | None = None,
    coupon: ItsCoupon | None = None,
    now: datetime,
) -> Obstacle | None:
    """What keeps the member from redeeming the reward now; None: nothing does.

    First what is so for everybody (time, stock), then what is so for this member (tier, limit, points). `counted`:
    their redemptions of it in the present period that were not given back (see `COUNTED`); `left`: what is left of its
    stock, None if it has no stock or that is not known yet; `coupon`: the one that it is, None if it is none.
    """
    return (
        closed(reward, early=buyer.early, now=now)
        or (OutOfStock(reward.id) if left is not None and left <= 0 else None)
        or over_for_all(coupon, now=now)
        or tier_too_low(reward, buyer)
        or limit_reached(reward, counted, told_as=RedemptionLimitReached, zone_of=buyer.ladder, now=now)
        or over_for_member(coupon, buyer, now=now)
        or _too_dear(price_of(reward, buyer), buyer)
    )


def closed(reward: Timed, *, early: timedelta = timedelta(), now: datetime) -> NotYetOpen | RewardClosed | None:
    """Open at `opens_at`, for some so long before that, and before `closes_at` and the retiring (R2)."""
    found = availability.closed(reward, told_as=RewardClosed, now=now)
    if not early or not isinstance(found, NotYetOpen):
        return found
    opens_at = found.opens_at - early
    return None if opens_at <= now else NotYetOpen(opens_at)


def price_of(reward: Priced, buyer: Buyer) -> int:
    """What the reward costs the member: the price of the highest tier, up to the one they hold, for which one is set
    (the lower of two, if a tier that is gone stands for the same); else the price for all."""
    section = buyer.ladder.section(TiersSection)
    prices = [
        (section.tier(code).threshold, -points)
        for code, points in tier_prices(reward.tier_points).items()
        if section.knows(code) and section.tier(code).threshold <= buyer.tier.threshold
    ]
    return -max(prices)[1] if prices else reward.points


@lru_cache(maxsize=1024)
def tier_prices(text: str | None) -> Mapping[str, int]:
    """Prices by the tier's code, as they are kept."""
    return {} if text is None else orjson.loads(text)


def _too_dear(price: int, buyer: Buyer) -> NotEnoughPoints | None:
    return NotEnoughPoints(price, buyer.spendable) if price > buyer.spendable else None
