"""Why a member is in their tier, and what would change it: reckoned from all that is written of them (M31, R18)."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from app.programs.rules import Programs, ProgramVersion
from app.tiers.section import Lowering, Tier, TiersSection

from .counting import Growing, RuledEntry, by_month, by_rule, growing, renews_from
from .explanation import TierBasis, TierExplained, TierFloor, TierPeriod, TierWay, WayKind
from .foretelling import foretold, prospects_of
from .history import Change, History, Step
from .kinds import FLOORS, TierChangeKind
from .ladder import earned_tier_of, held_on, is_manual, ladder_for, tier_held
from .reckoning import reckon
from .seen import WhoSet, manual_seen
from .stands import Stands
from .times import notice_from, over_at

BY_FLOOR = {TierChangeKind.BROUGHT: TierBasis.BROUGHT, TierChangeKind.KEPT: TierBasis.PROMISE}


class WrittenChange(Change, WhoSet, Protocol):
    """What was written of the member's tier, and by whom."""


def explained(
    stands: Stands,
    entries: Sequence[RuledEntry],
    changes: Sequence[WrittenChange],
    *,
    programs: Programs,
    now: datetime,
) -> TierExplained:
    """Reckoned from all growth of the member and all that became of their tier, each in the order of entering."""
    ladder = ladder_for(stands, programs=programs, now=now)
    earned = earned_tier_of(stands, programs=programs, now=now)
    program = programs.for_member(stands.program, stands.id)
    history = History(program, stands.registered_at, entries, changes)
    found = growing(entries, ladder=ladder, until=stands.tier_until, now=now)
    steps = foretold(history, stands, now=now)
    period = _period(stands, found, steps, ladder=ladder, earned=earned)
    set_last = next((each for each in reversed(changes) if each.kind == TierChangeKind.MANUAL.name), None)
    return TierExplained(
        member_id=stands.id,
        ladder=ladder,
        tier=held_on(ladder.section(TiersSection), stands, now=now),
        earned_tier=earned,
        basis=_basis(stands, found, history, ladder=ladder, earned=earned, now=now),
        growth=found.growth,
        by_rule=by_rule(found.counted, program=stands.program),
        by_month=by_month(found.counted, ladder=ladder),
        to_come=found.to_come,
        to_come_from=found.to_come_from,
        period=period,
        manual=manual_seen(stands.manual, set_last, programs=programs, now=now),
        floors=list(_floors(changes, ladder=ladder, now=now)),
        ways=list(_ways(found, period, ladder=ladder, earned=earned, now=now)),
        prospects=prospects_of(steps, stands, program=program, now=now),
    )


def _basis(
    stands: Stands, found: Growing, history: History, *, ladder: ProgramVersion, earned: Tier, now: datetime
) -> TierBasis:
    held = held_on(ladder.section(TiersSection), stands, now=now)
    if is_manual(stands, now=now) and held != earned:
        return TierBasis.STAFF
    if earned.threshold == 0:
        return TierBasis.JOINING
    if found.growth >= earned.threshold:
        return TierBasis.GROWTH
    steps = reckon(history, now=now).steps
    led = next((step for step in reversed(steps) if step.after == stands.standing.place), None)
    return TierBasis.PERIOD if led is None else BY_FLOOR.get(led.kind, TierBasis.PERIOD)


def _period(
    stands: Stands, found: Growing, steps: Sequence[Step], *, ladder: ProgramVersion, earned: Tier
) -> TierPeriod | None:
    since, until, section = stands.tier_since, stands.tier_until, ladder.section(TiersSection)
    if since is None or until is None:
        return None
    is_lowered = section.lowering is not Lowering.NEVER
    first = next(iter(steps), None)
    falls = first if first is not None and first.kind is TierChangeKind.LOWERED else None
    return TierPeriod(
        tier=earned,
        since=since,
        until=until,
        counted=found.renewing,
        missing=max(earned.threshold - found.renewing, 0) if is_lowered else 0,
        lowering=section.lowering,
        notice_from=notice_from(until, section, zone=ladder.zone) if is_lowered else None,
        noticed_at=stands.notice_at,
        grace_until=over_at(until, section, zone=ladder.zone),
        lowers_at=None if falls is None else falls.at,
        lowers_to=None if falls is None else tier_held(falls.ladder.section(TiersSection), falls.after.tier),
        zone=ladder.zone,
    )


def _floors(changes: Sequence[Change], *, ladder: ProgramVersion, now: datetime) -> Iterator[TierFloor]:
    """Those that are not over."""
    section = ladder.section(TiersSection)
    for each in changes:
        if each.kind in FLOORS and each.tier_until is not None and each.tier_until > now:
            tier = tier_held(section, each.to_tier)
            yield TierFloor(TierChangeKind[each.kind], tier, each.changed_at, each.tier_until, ladder.zone)


def _ways(
    found: Growing, period: TierPeriod | None, *, ladder: ProgramVersion, earned: Tier, now: datetime
) -> Iterator[TierWay]:
    """The next to do first."""
    section, zone = ladder.section(TiersSection), ladder.zone
    if period is not None and period.missing:
        since = renews_from(period.until, section.window, zone=zone)
        by = period.lowers_at or period.grace_until
        yield TierWay(WayKind.RENEW, earned, period.missing, since if since and since > now else None, by, zone)
    for tier in section.ladder:
        missing = tier.threshold - found.growth
        if tier.threshold > earned.threshold and missing > 0:
            yield TierWay(WayKind.REACH, tier, missing, None, None, zone)
