"""What becomes of a tier if nothing comes: history played on into the future, with the notices that will be given."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from app.clock import months_later
from app.programs.rules import Program, ProgramVersion
from app.tiers.section import Lowering, Tier, TiersSection

from .becoming import step_on
from .history import History, Reckoned, Step
from .kinds import FLOORS, TierChangeKind
from .ladder import held_on
from .ladders import ladder_at, ladders_of
from .reckoning import reckon
from .stands import Stands
from .times import notice_from

MONTHS_AHEAD = 120
MOST_FORETOLD = 6


class Notice(NamedTuple):
    """A notice that will be given, as if it were written."""

    to_tier: str
    tier_until: datetime
    changed_at: datetime
    kind: str = TierChangeKind.NOTICED.name
    tier_since: datetime | None = None
    cause: str | None = None
    cause_id: UUID | None = None


@dataclass(frozen=True)
class Prospect:
    """What becomes of a tier at an instant if nothing comes."""

    kind: TierChangeKind
    at: datetime
    from_tier: Tier
    to_tier: Tier
    """Both of those that are earned."""
    held_tier: Tier
    """The tier that is held then, with what staff set."""
    until: datetime | None
    """The end of the period that begins then; None: there is none."""
    zone: ZoneInfo


def foretold(history: History, stands: Stands, *, now: datetime) -> Sequence[Step]:
    """What will become of the tier that was earned if no growth comes that is not entered, and no rules are published:
    the next few changes of ten years. Whoever is at risk is told of it as soon as that is due (R17)."""
    horizon = months_later(now, MONTHS_AHEAD, zone=history.program.in_force[0].zone)
    while True:
        reckoned = reckon(history, now=horizon)
        steps = [step for step in reckoned.steps if _is_later(step, stands.standing_at)]
        notice = _notice(reckoned, history.program, now=now) if reckoned.is_notice_due else None
        if notice is None or notice.changed_at > horizon or len(steps) >= MOST_FORETOLD:
            return steps[:MOST_FORETOLD]
        history = replace(history, changes=[*history.changes, notice])


def _is_later(step: Step, known: datetime | None) -> bool:
    """Than all that was looked at? What is due by now and not entered yet is."""
    return (known is None or step.at > known) and step.kind.name not in FLOORS


def _notice(reckoned: Reckoned, program: Program, *, now: datetime) -> Notice | None:
    """Given by the rules in force then, and not before the period that it is about has begun."""
    tier, _, until = reckoned.standing.place
    start = max(now, max((step.at for step in reckoned.steps), default=now))
    if tier is None or until is None:
        return None
    for ladder, end in _from(program, start):
        section = ladder.section(TiersSection)
        at = max(start, ladder.effective_from, notice_from(until, section, zone=ladder.zone))
        if section.lowering is not Lowering.NEVER and (end is None or at < end):
            return Notice(tier, until, at)
    return None


def _from(program: Program, start: datetime) -> Sequence[tuple[ProgramVersion, datetime | None]]:
    """The ladders in force from an instant on, each until the next."""
    ladders = list(ladders_of(program))
    ends = [*(each.effective_from for each in ladders[1:]), None]
    return [(ladder, end) for ladder, end in zip(ladders, ends, strict=True) if end is None or end > start]


def prospects_of(steps: Sequence[Step], stands: Stands, *, program: Program, now: datetime) -> Sequence[Prospect]:
    """What is foretold, and the end of what staff set in its place among it."""
    found = [_prospect(step, stands) for step in steps]
    over = stands.manual_until
    if over is None or over <= now:
        return found
    place = len([step for step in steps if step.at <= over])
    tier = steps[place - 1].after.tier if place else stands.tier
    ladder = ladder_at(program, over)
    ended = _on(ladder, TierChangeKind.MANUAL_ENDED, over, stands._replace(tier=tier), before=tier, until=None)
    return [*found[:place], ended, *found[place:]][:MOST_FORETOLD]


def _prospect(step: Step, stands: Stands) -> Prospect:
    after = stands._replace(tier=step.after.tier)
    return _on(step.ladder, step.kind, step.at, after, before=step.before.tier, until=step.after.until)


def _on(
    ladder: ProgramVersion,
    kind: TierChangeKind,
    at: datetime,
    after: Stands,
    *,
    before: str | None,
    until: datetime | None,
) -> Prospect:
    held = held_on(ladder.section(TiersSection), after, now=at)
    return Prospect(kind, at, step_on(ladder, before), step_on(ladder, after.tier), held, until, ladder.zone)
