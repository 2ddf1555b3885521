"""The way to the next tier, and what keeps the one that is held (R18)."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.programs.rules import Programs
from app.programs.section import Part
from app.tiers.section import Lowering, Tier, TiersSection

from .history import Entry, left_of
from .ladder import held_on, is_manual, ladder_for
from .ladders import ladder_at, ladders_of
from .times import is_renewing, is_told, lapse, year_of


class Shown(NamedTuple):
    """What a member's row says of where the member stands."""

    id: UUID
    program: str
    growth: int
    growth_until: datetime | None
    standing_due_at: datetime | None
    ladder_version: int
    tier: str | None
    tier_until: datetime | None
    renewal_growth: int
    manual_tier: str | None
    manual_until: datetime | None
    manual_hold: str | None


class Progress(NamedTuple):
    """The way from the tier held to the next, and to renewing the one that was earned."""

    growth: int
    counted_until: datetime | None
    held: Tier
    next_tier: Tier | None
    growth_remaining: int
    ratio: float
    period_end: datetime | None
    renew_remaining: int
    at_risk: bool

    @property
    def new_benefits(self) -> Sequence[Part]:
        """What the next tier gives that the one held does not, or otherwise."""
        return () if self.next_tier is None else self.next_tier.gives_beside(self.held)


def is_outdated(shown: Shown, *, programs: Programs, now: datetime) -> bool:
    """Must the growth be counted, because some began or ceased to count since the row was written (R2)?"""
    due, version = shown.standing_due_at, shown.ladder_version
    if due is not None and due <= now:
        return True
    program = programs.for_member(shown.program, shown.id)
    if version >= ladders_of(program)[-1].number or version == 0:  # as nearly always: later ones have higher numbers
        return False
    return version < ladder_at(program, now).number


def counted_now(shown: Shown, entries: Sequence[Entry], *, programs: Programs, now: datetime) -> Shown:
    """The same with the growth that counts now, and what of it counts towards renewing (R18)."""
    ladder = ladder_for(shown, programs=programs, now=now)
    window, left = ladder.section(TiersSection).window, left_of(entries)
    until = shown.tier_until
    since = None if until is None else year_of(until, window, zone=ladder.zone)
    growth, renewing, lapses = 0, 0, list[datetime]()
    for entry in entries:
        amount = left[entry.id]
        if not amount or entry.counts_at > now:
            continue
        lapses_at = lapse(entry.counts_at, window, zone=ladder.zone)
        if lapses_at is None or lapses_at > now:
            growth += amount
            lapses += [] if lapses_at is None else [lapses_at]
        if until is not None and is_renewing(entry.counts_at, lapses_at, until=until, since=since):
            renewing += amount
    return shown._replace(growth=growth, growth_until=min(lapses, default=None), renewal_growth=renewing)


def way_up(ladder: Sequence[Tier], *, held: Tier, growth: int) -> tuple[Tier | None, int, float]:
    """The next tier above the one held, what is missing to it, and how far it is: from the held tier's threshold, 0 to
    1."""
    base = held.threshold
    for above in ladder:
        if above.threshold > base:
            done = (growth - base) / (above.threshold - base)
            return above, max(above.threshold - growth, 0), min(max(done, 0.0), 1.0)
    return None, 0, 1.0


def progress_of(shown: Shown, *, programs: Programs, now: datetime) -> Progress:
    """How far a member is on the way to the next tier, and what is missing to keep the present one."""
    ladder = ladder_for(shown, programs=programs, now=now)
    section: TiersSection = ladder.sections[TiersSection]
    until, earned = shown.tier_until, section.tiers[shown.tier]
    held = earned if shown.manual_until is None else held_on(section, shown, now=now)
    missing, risk = 0, False
    if until is not None and section.lowering is not Lowering.NEVER:
        missing = max(earned.threshold - shown.renewal_growth, 0)
        risk = missing > 0 and is_told(until, section, zone=ladder.zone, now=now)
    ends = until if held is earned or not is_manual(shown, now=now) else shown.manual_until
    growth = shown.growth
    return Progress(
        growth, shown.growth_until, held, *way_up(section.ladder, held=held, growth=growth), ends, missing, risk
    )
