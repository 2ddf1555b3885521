"""Whether what is offered is there for a member: by time, by tier, by how often they have had it (R2, R31)."""

from datetime import datetime
from typing import Protocol, TypeVar

from app.points.rules.caps import period_of
from app.points.section import Period
from app.programs.rules import ProgramVersion
from app.tiers.section import Tier, TiersSection

from .refusals import Closed, LimitReached, NotYetOpen, TierTooLow

C = TypeVar("C", bound=Closed)
L = TypeVar("L", bound=LimitReached)


class Timed(Protocol):
    """What is offered says when it is to be had."""

    @property
    def opens_at(self) -> datetime | None: ...
    @property
    def closes_at(self) -> datetime | None: ...
    @property
    def retired_at(self) -> datetime | None: ...


class Limited(Protocol):
    """What is offered says how often a member may have it. Both, or neither."""

    @property
    def per_member(self) -> int | None: ...
    @property
    def period(self) -> str | None: ...


class Gated(Protocol):
    """What is offered says who may have it."""

    @property
    def tiers_from(self) -> str | None: ...


class Looking(Protocol):
    """A member, as far as it matters for what they may have."""

    @property
    def ladder(self) -> ProgramVersion:
        """The version on whose ladder they stand (`tiers.rules.ladder_for`)."""
        ...

    @property
    def tier(self) -> Tier:
        """That they hold."""
        ...

    @property
    def growth(self) -> int:
        """That counts now."""
        ...


def closed(offered: Timed, *, told_as: type[C], now: datetime) -> NotYetOpen | C | None:
    """Open at `opens_at` and before `closes_at` and the retiring (R2)."""
    ends = [end for end in (offered.closes_at, offered.retired_at) if end is not None]
    if ends and min(ends) <= now:
        return told_as(min(ends))
    if offered.opens_at is not None and now < offered.opens_at:
        return NotYetOpen(offered.opens_at)
    return None


def tier_too_low(offered: Gated, who: Looking) -> TierTooLow | None:
    """Only who holds the least tier, or a higher one, may have it."""
    section = who.ladder.section(TiersSection)
    if offered.tiers_from is None:
        return None
    least = section.tier(offered.tiers_from) if section.knows(offered.tiers_from) else None
    if least is None:  # a tier that is on no ladder of theirs yet: nobody of them holds it
        return TierTooLow(who.ladder.code, who.ladder.number, offered.tiers_from, 0)
    if least.threshold <= who.tier.threshold:
        return None
    missing = max(least.threshold - who.growth, 0)
    return TierTooLow(who.ladder.code, who.ladder.number, least.code, missing)


def limit_reached(
    offered: Limited, counted: int, *, told_as: type[L], zone_of: ProgramVersion, now: datetime
) -> L | None:
    """`counted`: how often the member has had it in the present period (`counted_since`)."""
    if offered.per_member is None or offered.period is None or counted < offered.per_member:
        return None
    period = Period[offered.period]
    ends = None if period is Period.LIFETIME else period_of(now, period, zone=zone_of.zone)[1]
    return told_as(offered.per_member, period, ends)


def counted_since(period: str | None, *, program: ProgramVersion, now: datetime) -> datetime | None:
    """From when it counts in the present period of a limit; None: there is no limit."""
    return None if period is None else period_of(now, Period[period], zone=program.zone)[0]


def open_again_at(obstacle: object, offered: Timed) -> datetime | None:
    """When the obstacle is gone by time alone, if it is still to be had then; None: it is not known, or that never
    happens."""
    if isinstance(obstacle, NotYetOpen):
        return obstacle.opens_at
    if not isinstance(obstacle, LimitReached) or obstacle.resets_at is None:
        return None
    return obstacle.resets_at if closed(offered, told_as=Closed, now=obstacle.resets_at) is None else None
