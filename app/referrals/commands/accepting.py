"""Accepting an invitation: one for each member, within some days of joining, of somebody who joined before (R37)."""

from datetime import datetime
from uuid import UUID

from app.db import Transaction
from app.errors import Refused
from app.members.commands import keep_inviter
from app.points import commands as points
from app.programs.rules import Programs
from app.referrals.queries import accepted_by, inviter_by_code
from app.referrals.rules import (
    Accepted,
    CodeNotValid,
    Obstacle,
    Side,
    code_typed,
    is_inviter,
    new_referral,
    obstacle,
)
from app.referrals.section import ReferralsSection
from app.tiers import commands as tiers

from .keeping import keep_new
from .member import Invitable
from .progress import progress_of, tell_inviter


async def accept_invitation(
    tx: Transaction, *, programs: Programs, member: Invitable, code: str, now: datetime
) -> Accepted:
    """Make whose code it is the member's inviter. What it brings the member is pending at once; the inviter's part
    follows (see `following`). Orders that were completed before count as well. The member is locked.

    May refuse: CodeNotValid, AlreadyInvited, NotANewcomer.
    """
    against = await what_is_against(tx, programs=programs, member=member, now=now)
    if against is not None:
        raise Refused(against)
    return await accept_checked(tx, programs=programs, member=member, code=code, now=now)


async def what_is_against(tx: Transaction, *, programs: Programs, member: Invitable, now: datetime) -> Obstacle | None:
    """Why the member can accept no invitation, by whatever code. The member is locked. May refuse: CodeNotValid, where
    there are none."""
    version = programs.for_member(member.program, member.id).at(now)
    known = await accepted_by(tx, member_id=member.id)
    return obstacle(
        member,
        program=member.program,
        referral_id=None if known is None else known.id,
        section=version.section(ReferralsSection),
        zone=version.zone,
        now=now,
    )


async def accept_checked(
    tx: Transaction, *, programs: Programs, member: Invitable, code: str, now: datetime
) -> Accepted:
    """Likewise, of who can accept an invitation. May refuse: CodeNotValid."""
    version = programs.for_member(member.program, member.id).at(now)
    inviter_id = await _inviter(tx, member=member, code=code)
    await tiers.settled_standing(tx, member=member, programs=programs, now=now)
    account = await points.settled_account(tx, member_id=member.id, now=now)
    await keep_inviter(tx, member_id=member.id, inviter_id=inviter_id)
    new = new_referral(Side.INVITEE, member_id=member.id, referral_id=tx.new_id(), other_id=inviter_id,
                       accepted_at=now, version=version)  # fmt: skip
    new = new.now_at(await progress_of(tx, new, program=member.program, programs=programs), revision=1)
    await keep_new(tx, new, account=account, program=member.program, programs=programs, now=now)
    await tell_inviter(tx, new, now=now)
    return Accepted(member.id, new.id)


async def _inviter(tx: Transaction, *, member: Invitable, code: str) -> UUID:
    """Whose code it is, if the member can accept their invitation. May refuse: CodeNotValid."""
    typed = code_typed(code)
    inviter = None if typed is None else await inviter_by_code(tx, program=member.program, code=typed)
    if inviter is None or not is_inviter(inviter, of=member):
        raise Refused(CodeNotValid(member.program))
    return inviter.id
