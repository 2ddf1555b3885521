"""Where a member stands, under their lock: reckoned anew when something is due, and written with what became of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from app.db import Transaction
from app.members import commands as members
from app.programs.rules import Programs
from app.tiers.models import TierChangeRow
from app.tiers.queries import growth_entries, newest_change, tier_changes
from app.tiers.rules import EntryManner, GrowthCause, History, Standing, TierChangeKind, is_due, ladder_at, reckon
from app.tiers.rules.becoming import became, corrected, passed

from .changes import Change, keep_changes, tell_changes
from .gifts import give_gifts, revoke_gifts
from .member import LIVE, Manner, Row, StandingMember, Timed, Trigger
from .stepping import Steps, held_by, kept, notice_of, shown_with


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


async def settle_standing(tx: Transaction, *, member: Timed, programs: Programs, now: datetime) -> None:
    """The same, for who does not ask where that is: for most members nothing is due, and few columns of their row say
    so. Else the whole row is read."""
    is_over = member.manual_until is not None and member.manual_until <= now
    if is_over or is_due(member, programs.for_member(member.program, member.id), now=now):
        whole = await members.hold_member(tx, member_id=member.id)
        if whole is not None:
            await settled_standing(tx, member=whole, programs=programs, now=now)


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
        held=held_by(after, programs, now=now),
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
        floor = kept(member, reckoned, trigger=trigger, programs=programs, at=at)
    if floor is not None:
        last = await enter(tx, member=member, changes=[replace(floor, at=at)], last=last, now=now)
        history = replace(history, changes=await tier_changes(tx, [member.id]))
        reckoned, shown = reckon(history, now=at), shown_with(member.standing, floor, at=at)
    tell = corrected if is_taken_back else became
    steps = tell(shown, reckoned, program=program, now=at)
    after = replace(member, standing=reckoned.standing)
    of = Steps(after, {entry.id: entry for entry in entries}, changes, trigger=trigger, manner=manner)
    last = await enter(tx, member=member, changes=[of.change(step, programs=programs, now=at) for step in steps],
                       last=last, now=now, told=[of.manner_of(step) is EntryManner.LIVE for step in steps])  # fmt: skip
    if reckoned.is_notice_due:  # of where they stand after all that
        await enter(
            tx, member=member, changes=[notice_of(member, reckoned, programs=programs, at=at)], last=last, now=now
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
