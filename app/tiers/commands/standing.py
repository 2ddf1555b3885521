"""Where a member stands, under their lock: reckoned anew when something is due, and written with what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol, Self
from uuid import UUID

from app.db import Transaction
from app.members import commands as members
from app.programs.rules import Programs
from app.tiers.models import GrowthEntryRow, TierChangeRow
from app.tiers.queries import growth_entries, newest_change, tier_changes
from app.tiers.rules import (
    EntryManner,
    GrowthCause,
    History,
    Place,
    Reckoned,
    Standing,
    Step,
    TierChangeKind,
    held_on,
    is_due,
    ladder_at,
    ladder_for,
    manual_at,
    reckon,
)
from app.tiers.rules.becoming import became, corrected, is_less, passed, step_on
from app.tiers.section import TiersSection

from .changes import Change, keep_changes, tell_changes
from .gifts import give_gifts, revoke_gifts


class Row(Protocol):
    """A member's row, locked until the transaction ends."""

    @property
    def id(self) -> UUID: ...
    @property
    def program(self) -> str: ...
    @property
    def registered_at(self) -> datetime: ...
    @property
    def last_order_at(self) -> datetime | None: ...
    @property
    def growth(self) -> int: ...
    @property
    def growth_until(self) -> datetime | None: ...
    @property
    def standing_at(self) -> datetime | None: ...
    @property
    def standing_due_at(self) -> datetime | None: ...
    @property
    def ladder_version(self) -> int: ...
    @property
    def tier(self) -> str | None: ...
    @property
    def tier_since(self) -> datetime | None: ...
    @property
    def tier_until(self) -> datetime | None: ...
    @property
    def renewal_growth(self) -> int: ...
    @property
    def notice_at(self) -> datetime | None: ...
    @property
    def manual_tier(self) -> str | None: ...
    @property
    def manual_until(self) -> datetime | None: ...
    @property
    def manual_hold(self) -> str | None: ...


@dataclass(frozen=True)
class StandingMember:
    """A member whose row is locked, and where they stand."""

    id: UUID
    program: str
    registered_at: datetime
    last_order_at: datetime | None
    standing: Standing
    manual_tier: str | None
    manual_until: datetime | None
    manual_hold: str | None

    @classmethod
    def of(cls, row: Row) -> Self:
        standing = Standing(**{name: getattr(row, name) for name in Standing.__dataclass_fields__})
        manual = (row.manual_tier, row.manual_until, row.manual_hold)
        return cls(row.id, row.program, row.registered_at, row.last_order_at, standing, *manual)

    @property
    def tier(self) -> str | None:
        return self.standing.tier

    @property
    def place(self) -> Place:
        return self.standing.place

    @property
    def growth(self) -> int:
        return self.standing.growth

    def as_row(self) -> dict[str, object]:
        """The columns of the member that say so."""
        due = [at for at in (self.standing.standing_due_at, self.manual_until) if at is not None]
        return {
            **vars(self.standing),
            "last_order_at": self.last_order_at,
            "standing_due_at": min(due, default=None),
            "manual_tier": self.manual_tier,
            "manual_until": self.manual_until,
            "manual_hold": self.manual_hold,
        }


@dataclass(frozen=True)
class Manner:
    """How things are entered (R19)."""

    is_history: bool = False
    """They are played in from the past: nobody is told."""
    gives_gifts: bool = True
    """What is reached is given for."""

    @property
    def of_entry(self) -> EntryManner:
        if not self.is_history:
            return EntryManner.LIVE
        return EntryManner.GIVING_HISTORY if self.gives_gifts else EntryManner.HISTORY


LIVE = Manner()


@dataclass(frozen=True)
class Trigger:
    """What is being entered: growth that a cause brought or took."""

    cause: GrowthCause
    cause_id: UUID


async def settled_standing(
    tx: Transaction, *, member: Row | StandingMember, programs: Programs, now: datetime
) -> StandingMember:
    """Where the member stands now, with everything entered that was due by now: growth that began to count or lapsed,
    periods that ended, notices, an edited ladder, the end of what staff set (R2, R17, R20, R23).

    To be called before the member's points are opened: a gift may move them."""
    standing = member if isinstance(member, StandingMember) else StandingMember.of(member)
    if standing.manual_until is not None and standing.manual_until <= now:
        standing = await _manual_over(tx, standing, programs=programs, now=now)
    if not is_due(standing.standing, programs.for_member(standing.program, standing.id), now=now):
        return standing
    return await reckon_anew(tx, member=standing, programs=programs, now=now)


async def write_standing(tx: Transaction, *, before: StandingMember, after: StandingMember) -> StandingMember:
    """Write where the member stands, unless that is as it was."""
    if before.as_row() != after.as_row():
        await members.stand(tx, member_id=after.id, standing=after.as_row())
    return after


async def _manual_over(tx: Transaction, member: StandingMember, *, programs: Programs, now: datetime) -> StandingMember:
    """What staff set is over: the earned tier goes on (R23)."""
    after = replace(member, manual_tier=None, manual_until=None, manual_hold=None)
    ended = Change(
        TierChangeKind.MANUAL_ENDED,
        member.manual_until or now,
        before=member.place,
        after=member.place,
        held=_held(after, programs, now=now),
        growth=member.growth,
        ladder=ladder_at(programs.for_member(member.program, member.id), now),
        manual=member.manual_tier,
    )
    await enter(tx, member=member, changes=[ended], last=await newest_change(tx, member_id=member.id), now=now)
    return await write_standing(tx, before=member, after=after)


async def reckon_anew(
    tx: Transaction,
    *,
    member: StandingMember,
    written: StandingMember | None = None,
    programs: Programs,
    trigger: Trigger | None = None,
    floor: Change | None = None,
    manner: Manner = LIVE,
    now: datetime,
) -> StandingMember:
    """Go through all that is written of the member, and write where that leads and what became of their tier. A
    `floor` that is to hold from now on is written first. `written`: what is in their row, if that is not `member`."""
    entries, changes = await growth_entries(tx, [member.id]), await tier_changes(tx, [member.id])
    program, at = programs.for_member(member.program, member.id), _latest(now, member.standing, changes)
    history, last = History(program, member.registered_at, entries, changes), changes[-1].id if changes else None
    reckoned, shown = reckon(history, now=at), member.standing
    is_taken_back = trigger is not None and trigger.cause is GrowthCause.REFUND
    if trigger is not None and not is_taken_back:  # growth that comes takes nothing
        floor = _kept(member, reckoned, trigger=trigger, programs=programs, at=at)
    if floor is not None:
        last = await enter(tx, member=member, changes=[replace(floor, at=at)], last=last, now=now)
        history = replace(history, changes=await tier_changes(tx, [member.id]))
        reckoned, shown = reckon(history, now=at), _shown(member.standing, floor, at=at)
    tell = corrected if is_taken_back else became
    steps = tell(shown, reckoned, program=program, now=at)
    after = replace(member, standing=reckoned.standing)
    of = _Steps(after, {entry.id: entry for entry in entries}, changes, trigger=trigger, manner=manner)
    last = await enter(tx, member=member, changes=[of.change(step, programs=programs, now=at) for step in steps],
                       last=last, now=now, told=[of.manner_of(step) is EntryManner.LIVE for step in steps])  # fmt: skip
    if reckoned.is_notice_due:  # of where they stand after all that
        await enter(
            tx, member=member, changes=[_notice(member, reckoned, programs=programs, at=at)], last=last, now=now
        )
        history = replace(history, changes=await tier_changes(tx, [member.id]))
        after = replace(member, standing=reckon(history, now=at).standing)
    await write_standing(tx, before=written or member, after=after)
    if is_taken_back:
        await revoke_gifts(tx, member_id=member.id, reached=reckoned.reached, program=program, now=now)
    for step in steps:
        if step.kind is TierChangeKind.RAISED:
            ladder, is_given = program.at(at), of.manner_of(step) is not EntryManner.HISTORY
            await give_gifts(tx, member_id=member.id, tiers=passed(ladder, step.before, step.after), ladder=ladder,
                             is_given=is_given, now=now)  # fmt: skip
    return after


def _latest(now: datetime, standing: Standing, changes: Sequence[TierChangeRow]) -> datetime:
    """Not before what was looked at and told already, by whichever clock."""
    known = (now, standing.standing_at, standing.notice_at, *(change.changed_at for change in changes))
    return max(at for at in known if at is not None)


def _shown(standing: Standing, floor: Change, *, at: datetime) -> Standing:
    """What was written of the tier until an instant, a floor last."""
    before, after = standing.place, floor.after
    held, least = (step_on(floor.ladder, each.tier).threshold for each in (before, after))
    is_longer = before.until is not None and after.until is not None and before.until > after.until
    place = before if held > least or (held == least and is_longer) else after
    return replace(standing, tier=place.tier, tier_since=place.since, tier_until=place.until, standing_at=at)


async def enter(
    tx: Transaction,
    *,
    member: StandingMember,
    changes: Sequence[Change],
    last: UUID | None,
    now: datetime,
    told: Sequence[bool] | None = None,
) -> UUID | None:
    """Keep what became of a tier and tell it, but for what `told` says is of history. The id of what was kept last."""
    last = await keep_changes(tx, member_id=member.id, changes=changes, last=last, now=now)
    news = changes if told is None else [change for change, is_told in zip(changes, told, strict=True) if is_told]
    await tell_changes(tx, member_id=member.id, changes=news, now=now)
    return last


def _kept(
    member: StandingMember, reckoned: Reckoned, *, trigger: Trigger, programs: Programs, at: datetime
) -> Change | None:
    """Growth never takes from what a member was shown, however late it comes. In history from before they were known
    nobody was shown anything."""
    program = programs.for_member(member.program, member.id)
    is_shown = at > member.registered_at
    if not is_shown or not is_less(reckoned.promised, member.place, program=program, now=at):
        return None
    held = _held(member, programs, now=at)
    return Change(TierChangeKind.KEPT, at, before=member.place, after=member.place, held=held, growth=member.growth,
                  ladder=ladder_at(program, at), cause=trigger.cause, cause_id=trigger.cause_id)  # fmt: skip


def _notice(member: StandingMember, reckoned: Reckoned, *, programs: Programs, at: datetime) -> Change:
    """The member is told that their tier is at risk (R17)."""
    standing, ladder = reckoned.standing, ladder_at(programs.for_member(member.program, member.id), at)
    missing = step_on(ladder, standing.tier).threshold - standing.renewal_growth
    held = _held(replace(member, standing=standing), programs, now=at)
    return Change(TierChangeKind.NOTICED, at, before=standing.place, after=standing.place, held=held,
                  growth=standing.growth, ladder=ladder, missing=missing)  # fmt: skip


def _held(member: StandingMember, programs: Programs, *, now: datetime) -> str:
    """Code of the tier that the member holds, with what staff set."""
    ladder = ladder_for(member, programs=programs, now=now)
    return held_on(ladder.section(TiersSection), member, now=now).code


@dataclass(frozen=True)
class _Steps:
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
