"""Growth that is newer than all that was looked at before, and raises nobody: what most of it is."""

from dataclasses import replace
from datetime import datetime
from typing import Protocol

from app.programs.rules import Program
from app.tiers.section import TiersSection

from .history import Standing
from .ladder import tier_at, tier_held
from .ladders import ladder_at
from .times import counts_up_to, lapse


class Timed(Protocol):
    """What says by when it is to be looked at again: a `Standing`, or a member's row."""

    @property
    def standing_due_at(self) -> datetime | None: ...
    @property
    def ladder_version(self) -> int: ...


def is_due(standing: Timed, program: Program, *, now: datetime) -> bool:
    """Has anything changed by time, or by an edit of the ladder, since it was reckoned?"""
    if standing.standing_due_at is not None and standing.standing_due_at <= now:
        return True
    return 0 < standing.ladder_version < ladder_at(program, now).number


def advanced(
    standing: Standing, program: Program, *, amount: int, counts_at: datetime, now: datetime
) -> Standing | None:
    """Where a member stands with growth that counts from an instant on: the same as `reckon` says, but that something
    may be said to be due earlier than it is.

    None: that is not to be said without going through everything. Something is due, or a tier waits to be lowered, or
    the growth is older than what was looked at, or raises.
    """
    before = standing.standing_at
    if (before is not None and counts_at < before) or is_due(standing, program, now=now):
        return None
    if counts_at > now:
        return replace(standing, standing_due_at=_earlier(standing.standing_due_at, counts_at))
    ladder = ladder_at(program, counts_at)
    if ladder is not ladder_at(program, now):
        return None
    section, until = ladder.section(TiersSection), standing.tier_until
    lapses_at = lapse(counts_at, section.window, zone=ladder.zone)
    if (lapses_at is not None and lapses_at <= now) or (until is not None and until <= now):
        return None
    growth = standing.growth + amount
    if tier_at(section.ladder, growth).threshold > tier_held(section, standing.tier).threshold:
        return None
    renews = until is not None and counts_up_to(counts_at, until, section.window, zone=ladder.zone)
    return replace(
        standing,
        growth=growth,
        growth_until=_earlier(standing.growth_until, lapses_at),
        standing_at=counts_at,
        standing_due_at=_earlier(standing.standing_due_at, lapses_at),
        ladder_version=ladder.number,
        renewal_growth=standing.renewal_growth + (amount if renews else 0),
    )


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((at for at in (one, other) if at is not None), default=None)
