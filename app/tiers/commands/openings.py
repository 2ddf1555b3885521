"""What a member brings along when they come to be known here: growth, and the tier that they held elsewhere (R19)."""

from dataclasses import replace
from datetime import datetime

from app.db import Transaction
from app.programs.rules import Programs
from app.tiers.queries import opened_at, tier_changes
from app.tiers.rules import GrowthCause, Place, TierChangeKind, held_on, ladder_at
from app.tiers.rules.becoming import step_on
from app.tiers.rules.times import period_end
from app.tiers.section import TiersSection

from .changes import Change
from .growth import Grown, grow
from .member import Manner, StandingMember
from .standing import reckon_anew, settled_standing

OPENING = "opening"
"""The rule of growth that no rule of the program brought."""


async def open_growth(
    tx: Transaction, *, member: StandingMember, programs: Programs, growth: int, now: datetime
) -> StandingMember:
    """Enter the growth that a member had elsewhere; it counts from now. Nothing if that was done before: it is had
    once. The member is locked. What they did before now is in it: see `opened_at`.

    Nothing is given for it, and nobody is told (R19). May raise BadInput: more growth than a member can have.
    """
    if await opened_at(tx, member_id=member.id) is not None:
        return member
    version = programs.for_member(member.program, member.id).at(now)
    grown = Grown(
        amount=growth,
        cause=GrowthCause.OPENING,
        cause_id=member.id,
        rule=OPENING,
        program_version=version.number,
        earned_at=now,
        counts_at=now,
    )
    manner = Manner(is_history=True, gives_gifts=False)
    return await grow(tx, member=member, programs=programs, grown=[grown], manner=manner, now=now)


async def bring_along(
    tx: Transaction, *, member: StandingMember, programs: Programs, tier: str, now: datetime
) -> StandingMember:
    """Have a member hold at least a tier of the present ladder from now until the end of a first tier period, whatever
    their growth is: if they hold more, but not for as long, it is what they fall back to. Nothing if they brought one
    along before, or if it is the base tier. The member is locked.

    It is written also of who holds as much for as long: or the same, repeated later, would be another floor.

    Nothing is given for it, and nobody is told (R19).
    """
    member = await settled_standing(tx, member=member, programs=programs, now=now)
    program = programs.for_member(member.program, member.id)
    ladder = ladder_at(program, now)
    known = await tier_changes(tx, [member.id])
    if step_on(ladder, tier).threshold == 0 or any(row.kind == TierChangeKind.BROUGHT.name for row in known):
        return member
    place = Place(tier, now, period_end(now, ladder.section(TiersSection).period, zone=ladder.zone))
    is_above = step_on(ladder, member.tier).threshold > step_on(ladder, tier).threshold
    holds = member if is_above else replace(member, standing=replace(member.standing, tier=tier))
    held = held_on(ladder.section(TiersSection), holds, now=now).code
    floor = Change(TierChangeKind.BROUGHT, now, before=member.place, after=place, held=held, growth=member.growth,
                   ladder=ladder)  # fmt: skip
    return await reckon_anew(tx, member=member, programs=programs, floor=floor, now=now)
