"""What a reckoning of a member comes to, in the words that are kept of their tier and told to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from app.programs.rules import Programs
from app.tiers.models import GrowthEntryRow, TierChangeRow
from app.tiers.rules import (
    EntryManner,
    GrowthCause,
    Reckoned,
    Standing,
    Step,
    TierChangeKind,
    held_on,
    ladder_at,
    ladder_for,
    manual_at,
)
from app.tiers.rules.becoming import is_less, step_on
from app.tiers.section import TiersSection

from .changes import Change
from .member import Manner, StandingMember, Trigger


def shown_with(standing: Standing, floor: Change, *, at: datetime) -> Standing:
    """What was written of the tier until an instant, a floor last."""
    before, after = standing.place, floor.after
    held, least = (step_on(floor.ladder, each.tier).threshold for each in (before, after))
    is_longer = before.until is not None and after.until is not None and before.until > after.until
    place = before if held > least or (held == least and is_longer) else after
    return replace(standing, tier=place.tier, tier_since=place.since, tier_until=place.until, standing_at=at)


def kept(
    member: StandingMember, reckoned: Reckoned, *, trigger: Trigger, programs: Programs, at: datetime
) -> Change | None:
    """Growth never takes from what a member was shown, however late it comes. In history from before they were known
    nobody was shown anything."""
    program = programs.for_member(member.program, member.id)
    is_shown = at > member.registered_at
    if not is_shown or not is_less(reckoned.promised, member.place, program=program, now=at):
        return None
    held = held_by(member, programs, now=at)
    return Change(TierChangeKind.KEPT, at, before=member.place, after=member.place, held=held, growth=member.growth,
                  ladder=ladder_at(program, at), cause=trigger.cause, cause_id=trigger.cause_id)  # fmt: skip


def notice_of(member: StandingMember, reckoned: Reckoned, *, programs: Programs, at: datetime) -> Change:
    """The member is told that their tier is at risk (R17)."""
    standing, ladder = reckoned.standing, ladder_at(programs.for_member(member.program, member.id), at)
    missing = step_on(ladder, standing.tier).threshold - standing.renewal_growth
    held = held_by(replace(member, standing=standing), programs, now=at)
    return Change(TierChangeKind.NOTICED, at, before=standing.place, after=standing.place, held=held,
                  growth=standing.growth, ladder=ladder, missing=missing)  # fmt: skip


def held_by(member: StandingMember, programs: Programs, *, now: datetime) -> str:
    """Code of the tier that the member holds, with what staff set."""
    ladder = ladder_for(member, programs=programs, now=now)
    return held_on(ladder.section(TiersSection), member, now=now).code


@dataclass(frozen=True)
class Steps:
    """What the steps of a member came from."""

    member: StandingMember
    entries: Mapping[UUID, GrowthEntryRow]
    changes: Sequence[TierChangeRow]
    trigger: Trigger | None
    manner: Manner

    def manner_of(self, step: Step) -> EntryManner:
        """That of the growth that led to it; what time led to before the member was known is history, too."""
        if step.entry is not None:
            return EntryManner[self.entries[step.entry].manner]
        is_history = self.manner.is_history or step.at < self.member.registered_at
        return EntryManner.HISTORY if is_history else EntryManner.LIVE

    def change(self, step: Step, *, programs: Programs, now: datetime) -> Change:
        entry = None if step.entry is None else self.entries[step.entry]
        cause, cause_id = (None, None) if entry is None else (GrowthCause[entry.cause], entry.cause_id)
        if self.trigger is not None and step.kind is TierChangeKind.CORRECTED:
            cause, cause_id = self.trigger.cause, self.trigger.cause_id
        tier, until, hold = manual_at(self.changes, step.at)
        then = replace(self.member, standing=replace(self.member.standing, tier=step.after.tier), manual_tier=tier,
                       manual_until=until, manual_hold=hold)  # fmt: skip
        section = ladder_for(then, programs=programs, now=now).section(TiersSection)
        held = held_on(section, then, now=step.at).code
        return Change(step.kind, step.at, before=step.before, after=step.after, held=held, growth=step.growth,
                      ladder=step.ladder, cause=cause, cause_id=cause_id)  # fmt: skip
