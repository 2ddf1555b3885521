"""Whether a member can redeem a reward, and if not why and when: one answer for the list and for the purchase (R35)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Protocol
from uuid import UUID

import orjson

from app.points.rules import NotEnoughPoints
from app.points.rules.caps import period_of
from app.points.section import Period
from app.programs.rules import ProgramVersion
from app.tiers.section import Tier, TiersSection

from .refusals import NotYetOpen, Obstacle, OutOfStock, RedemptionLimitReached, RewardClosed, TierTooLow


class Priced(Protocol):
    """What a reward's row says of what it costs."""

    @property
    def points(self) -> int: ...
    @property
    def tier_points(self) -> str | None: ...


class Timed(Protocol):
    """What a reward's row says of when it can be redeemed."""

    @property
    def opens_at(self) -> datetime | None: ...
    @property
    def closes_at(self) -> datetime | None: ...
    @property
    def retired_at(self) -> datetime | None: ...


class Limited(Protocol):
    """What a reward's row says of how often a member may redeem it."""

    @property
    def per_member(self) -> int | None: ...
    @property
    def period(self) -> str | None: ...


class Offered(Priced, Timed, Limited, Protocol):
    """A reward's row."""

    @property
    def id(self) -> UUID: ...
    @property
    def tiers_from(self) -> str | None: ...


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
    """That they can spend now."""


def redeemable(
    reward: Offered, buyer: Buyer, *, counted: int, left: int | None = None, now: datetime
) -> Obstacle | None:
    """What keeps the member from redeeming the reward now; None: nothing does.

    First what is so for everybody (time, stock), then what is so for this member (tier, limit, points). `counted`:
    their redemptions of it in the present period that were not given back (see `COUNTED`); `left`: what is left of its
    stock, None if it has no stock or that is not known yet.
    """
    return (
        closed(reward, now=now)
        or (OutOfStock(reward.id) if left is not None and left <= 0 else None)
        or _tier_too_low(reward, buyer)
        or _limit_reached(reward, counted, zone_of=buyer.ladder, now=now)
        or _too_dear(price_of(reward, buyer), buyer.points)
    )


def closed(reward: Timed, *, now: datetime) -> NotYetOpen | RewardClosed | None:
    """Open at `opens_at` and before `closes_at` and the retiring (R2)."""
    ends = [end for end in (reward.closes_at, reward.retired_at) if end is not None]
    if ends and min(ends) <= now:
        return RewardClosed(min(ends))
    if reward.opens_at is not None and now < reward.opens_at:
        return NotYetOpen(reward.opens_at)
    return None


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


def available_at(obstacle: Obstacle, reward: Timed) -> datetime | None:
    """When the obstacle is gone by time alone, if the reward is still to be had then; None: it is not known, or that
    never happens."""
    if isinstance(obstacle, NotYetOpen):
        return obstacle.opens_at
    if not isinstance(obstacle, RedemptionLimitReached) or obstacle.resets_at is None:
        return None
    return obstacle.resets_at if closed(reward, now=obstacle.resets_at) is None else None


def counted_since(period: str | None, *, program: ProgramVersion, now: datetime) -> datetime | None:
    """From when redemptions count in the present period of a limit; None: there is no limit."""
    return None if period is None else period_of(now, Period[period], zone=program.zone)[0]


def _tier_too_low(reward: Offered, buyer: Buyer) -> TierTooLow | None:
    section = buyer.ladder.section(TiersSection)
    if reward.tiers_from is None:
        return None
    least = section.tier(reward.tiers_from) if section.knows(reward.tiers_from) else None
    if least is None:  # a tier that is on no ladder of theirs yet: nobody of them holds it
        return TierTooLow(buyer.ladder.code, buyer.ladder.number, reward.tiers_from, 0)
    if least.threshold <= buyer.tier.threshold:
        return None
    missing = max(least.threshold - buyer.growth, 0)
    return TierTooLow(buyer.ladder.code, buyer.ladder.number, least.code, missing)


def _limit_reached(
    reward: Limited, counted: int, *, zone_of: ProgramVersion, now: datetime
) -> RedemptionLimitReached | None:
    if reward.per_member is None or reward.period is None or counted < reward.per_member:
        return None
    period = Period[reward.period]
    ends = None if period is Period.LIFETIME else period_of(now, period, zone=zone_of.zone)[1]
    return RedemptionLimitReached(reward.per_member, period, ends)


def _too_dear(price: int, points: int) -> NotEnoughPoints | None:
    return NotEnoughPoints(price, max(points, 0)) if price > points else None
