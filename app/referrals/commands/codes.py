"""Making the code by which a member invites: once, and never another's."""

from datetime import datetime
from uuid import UUID

from app.db import Transaction, insert_of
from app.db.unique_keys import claim
from app.errors import Refused
from app.programs.rules import Programs
from app.referrals.models import InviteCodeRow
from app.referrals.queries import code_digest, codes_of_members
from app.referrals.rules import CodeMade, ReferralsNotOffered, code_of
from app.referrals.section import ReferralsSection

from .member import Invitable

INSERT_CODE = insert_of(InviteCodeRow)
DRAWN = 5
"""Codes that are drawn before it is given up. Of 31^10 even the second is hardly ever needed."""


async def make_code(tx: Transaction, *, programs: Programs, member: Invitable, now: datetime) -> CodeMade:
    """Make the code by which a member invites, unless they have one. The member is locked. May refuse:
    ReferralsNotOffered."""
    if not programs.for_member(member.program, member.id).at(now).section(ReferralsSection).is_offered:
        raise Refused(ReferralsNotOffered(member.program))
    await ensure_code(tx, member_id=member.id, program=member.program, now=now)
    return CodeMade(member.id)


async def ensure_code(tx: Transaction, *, member_id: UUID, program: str, now: datetime) -> None:
    """Likewise, where it is known that invitations are offered."""
    (known,) = await codes_of_members(tx, [member_id])
    if known is not None:
        return
    for _ in range(DRAWN):
        code = code_of(tx.new_id(), tx.new_id())
        drawn = await claim(tx, kind="invite-code", digest=code_digest(program, code), owner=member_id)
        if drawn.is_new:
            await tx.run(INSERT_CODE, member_id=member_id, id=tx.new_id(), code=code, made_at=now)
            return
    raise LookupError("every code that was drawn was taken")
