"""Writing what an invitation has come to on one side, and bringing its bonuses there."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam, update
from sqlmodel import col

from app.db import Transaction, Write, insert_of
from app.points import commands as points
from app.programs.rules import Programs
from app.referrals.models import ReferralRow
from app.referrals.rules import Referral, bonuses_of
from app.referrals.rules.coupons import is_theirs

from .couponing import coupons_brought, due_at, follow_coupons

INSERT = insert_of(ReferralRow)
MOVES = ("state", "order_id", "completed_at", "theirs_from", "coupons_due_at", "revision")
KEEP: Write[ReferralRow] = Write(
    ReferralRow,
    update(ReferralRow)
    .where(col(ReferralRow.member_id) == bindparam("of_member"), col(ReferralRow.id) == bindparam("of_referral"))
    .values({name: bindparam(f"new_{name}") for name in MOVES}),
)


async def keep_new(
    tx: Transaction, new: Referral, *, account: points.Books, program: str, programs: Programs, now: datetime
) -> None:
    """An invitation that was not known on this side. The member is locked, and their points are settled."""
    bringing = coupons_brought(new, program=program, programs=programs)
    new = replace(new, coupons_due_at=due_at(new, bringing, now=now))
    await tx.run(INSERT, **vars(new))
    await _follow_bonuses(tx, new, account=account, program=program, programs=programs, now=now)
    if is_theirs(new.theirs_from, now=now):
        await follow_coupons(tx, new, bringing, program=program, programs=programs, now=now)


async def keep_moved(
    tx: Transaction, moved: Referral, *, account: points.Books, program: str, programs: Programs, now: datetime
) -> None:
    """One that has come further, or back. Likewise."""
    bringing = coupons_brought(moved, program=program, programs=programs)
    moved = replace(moved, coupons_due_at=due_at(moved, bringing, now=now))
    values = {f"new_{name}": getattr(moved, name) for name in MOVES}
    await tx.run(KEEP, of_member=moved.member_id, of_referral=moved.id, **values)
    await _follow_bonuses(tx, moved, account=account, program=program, programs=programs, now=now)
    await follow_coupons(tx, moved, bringing, program=program, programs=programs, now=now)


async def _follow_bonuses(
    tx: Transaction, of: Referral, *, account: points.Books, program: str, programs: Programs, now: datetime
) -> None:
    """Give, schedule, or take back what it brings this side. May raise BadInput: more points than one can have."""
    version = programs.version(program, of.program_version)
    for conditional in bonuses_of(of):
        await points.follow(tx, account=account, conditional=conditional, theirs_from=of.theirs_from, program=version,
                            now=now)  # fmt: skip
