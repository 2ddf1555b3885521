"""Joining a program, by somebody's invitation perhaps."""

from datetime import datetime

from app.customers.rules import Identity
from app.db import Transaction
from app.members.commands import join_program, lock_member
from app.programs.rules import Programs, ProgramVersion
from app.referrals.rules import Joined, unused_because
from app.referrals.section import ReferralsSection

from .accepting import accept_checked, what_is_against
from .codes import ensure_code


async def join_by_invitation(
    tx: Transaction,
    *,
    programs: Programs,
    program: ProgramVersion,
    identity: Identity,
    display_name: str | None,
    channel: str | None,
    code: str | None,
    now: datetime,
) -> Joined:
    """Make the customer a member, or one again, with a code to invite by; with a `code` that is not valid, not at all.
    Who comes back and can accept no invitation any more joins without one: a link by which they came must not keep them
    out. May refuse: AlreadyMember, CodeNotValid."""
    joined = await join_program(
        tx, program=program, identity=identity, display_name=display_name, channel=channel, now=now
    )
    theirs = programs.for_member(program.code, joined.member_id).at(now)
    if theirs.section(ReferralsSection).is_offered:
        await ensure_code(tx, member_id=joined.member_id, program=program.code, now=now)
    if code is None:
        return Joined(joined.member_id)
    member = await lock_member(tx, member_id=joined.member_id)
    against = await what_is_against(tx, programs=programs, member=member, now=now)
    if against is not None:
        return Joined(member.id, unused_because(against))
    await accept_checked(tx, programs=programs, member=member, code=code, now=now)
    return Joined(member.id)
