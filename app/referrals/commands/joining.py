"""Joining a program, by somebody's invitation perhaps."""

from datetime import datetime

from app.customers.rules import Identity
from app.db import Transaction
from app.members.commands import join_program, lock_member
from app.members.rules import Joined
from app.programs.rules import Programs, ProgramVersion
from app.referrals.section import ReferralsSection

from .accepting import accept_invitation
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
    """Make the customer a member, or one again, with a code to invite by; with a `code`, by that invitation or not at
    all. May refuse: AlreadyMember, CodeNotValid, AlreadyInvited, NotANewcomer."""
    joined = await join_program(
        tx, program=program, identity=identity, display_name=display_name, channel=channel, now=now
    )
    theirs = programs.for_member(program.code, joined.member_id).at(now)
    if theirs.section(ReferralsSection).is_offered:
        await ensure_code(tx, member_id=joined.member_id, program=program.code, now=now)
    if code is not None:
        member = await lock_member(tx, member_id=joined.member_id)
        await accept_invitation(tx, programs=programs, member=member, code=code, now=now)
    return joined
