"""A tier that staff sets: with a reason, an author and an end; the earned one goes on beside it (R23)."""

from dataclasses import replace
from datetime import datetime

from app.db import Transaction
from app.programs.rules import Programs
from app.tiers.queries import newest_change
from app.tiers.rules import ManualHold, TierChangeKind, held_on, ladder_at, ladder_for
from app.tiers.section import TiersSection

from .changes import Author, Change
from .member import StandingMember
from .standing import enter, settled_standing, write_standing


async def set_manual_tier(
    tx: Transaction,
    *,
    member: StandingMember,
    programs: Programs,
    tier: str,
    until: datetime,
    hold: ManualHold,
    author: Author,
    now: datetime,
) -> StandingMember:
    """Have a member hold a tier of the present ladder from now until an instant later than now, in place of whatever
    staff set before. Nothing is given for it. The member is locked."""
    member = await settled_standing(tx, member=member, programs=programs, now=now)
    after = replace(member, manual_tier=tier, manual_until=until, manual_hold=hold.name)
    change = _change(TierChangeKind.MANUAL, member, after, programs=programs, author=author, now=now)
    await enter(tx, member=member, changes=[replace(change, manual=tier, hold=hold, until=until)],
                last=await newest_change(tx, member_id=member.id), now=now)  # fmt: skip
    return await write_standing(tx, before=member, after=after)


async def end_manual_tier(
    tx: Transaction, *, member: StandingMember, programs: Programs, author: Author, now: datetime
) -> StandingMember:
    """End what staff set before its time; nothing if there is nothing. The member is locked."""
    member = await settled_standing(tx, member=member, programs=programs, now=now)
    if member.manual_tier is None:
        return member
    after = replace(member, manual_tier=None, manual_until=None, manual_hold=None)
    change = _change(TierChangeKind.MANUAL_ENDED, member, after, programs=programs, author=author, now=now)
    await enter(tx, member=member, changes=[replace(change, manual=member.manual_tier)],
                last=await newest_change(tx, member_id=member.id), now=now)  # fmt: skip
    return await write_standing(tx, before=member, after=after)


def _change(
    kind: TierChangeKind,
    before: StandingMember,
    after: StandingMember,
    *,
    programs: Programs,
    author: Author,
    now: datetime,
) -> Change:
    ladder = ladder_for(after, programs=programs, now=now)
    held = held_on(ladder.section(TiersSection), after, now=now).code
    stands_on = ladder_at(programs.for_member(before.program, before.id), now)
    return Change(kind, now, before=before.place, after=before.place, held=held, growth=before.growth,
                  ladder=stands_on, author=author)  # fmt: skip
