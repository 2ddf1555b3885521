"""What follows for an invitation: on the invitee's side from their orders, on the inviter's from the invitee's side.

Both take what they follow as it is by then, not as it was told: told twice, late, or one after another for several
things, it comes to the same.
"""

from datetime import datetime
from uuid import UUID

from app.db import Transaction
from app.members.commands import lock_member
from app.points import commands as points
from app.programs.rules import Programs
from app.referrals.queries import accepted_by, capped_numbers, followed_by
from app.referrals.rules import Referral, Side, month_of, new_referral
from app.referrals.section import ReferralsSection
from app.tiers import commands as tiers

from .keeping import keep_moved, keep_new
from .progress import progress_of, tell_inviter
from .scoring import keep_scores


async def follow_order(
    tx: Transaction, *, programs: Programs, member_id: UUID, completed_at: datetime, now: datetime
) -> None:
    """An order of a member who was invited is completed, or was refunded since: their bonuses follow, and the inviter's
    side is told, if that makes a difference. May raise Overloaded, BadInput."""
    known = await accepted_by(tx, member_id=member_id)
    if known is None or _is_settled_by_another(known, completed_at=completed_at):
        return
    member = await lock_member(tx, member_id=member_id)
    before = await accepted_by(tx, member_id=member_id)
    if before is None:
        return
    progress = await progress_of(tx, before, program=member.program, programs=programs)
    if progress == before.progress:
        return
    await tiers.settled_standing(tx, member=member, programs=programs, now=now)
    account = await points.settled_account(tx, member_id=member_id, now=now)
    after = before.now_at(progress, revision=before.revision + 1)
    await keep_moved(tx, after, account=account, program=member.program, programs=programs, now=now)
    await tell_inviter(tx, after, now=now)


def _is_settled_by_another(known: Referral, *, completed_at: datetime) -> bool:
    """Does an earlier order count, so that this one makes no difference? Nearly all do not, and lock nobody."""
    return known.completed_at is not None and known.completed_at < completed_at


async def follow_invitee(
    tx: Transaction, *, programs: Programs, invitee_id: UUID, inviter_id: UUID, now: datetime
) -> None:
    """The inviter's side of an invitation is brought to where the invitee's is: bonuses, and the score. Whether a new
    one brings a bonus is decided by how many of that month do (R37). Nothing is written of the invitee.

    May raise Overloaded, BadInput.
    """
    inviter = await lock_member(tx, member_id=inviter_id)
    theirs = await accepted_by(tx, member_id=invitee_id)
    before = await followed_by(tx, inviter_id=inviter_id, invitee_id=invitee_id)
    if theirs is None or (before is not None and before.revision >= theirs.revision):
        return
    await tiers.settled_standing(tx, member=inviter, programs=programs, now=now)
    account = await points.settled_account(tx, member_id=inviter_id, now=now)
    own = before or await _new(tx, theirs, program=inviter.program, programs=programs)
    after = own.now_at(theirs.progress, revision=theirs.revision)
    keep = keep_new if before is None else keep_moved
    await keep(tx, after, account=account, program=inviter.program, programs=programs, now=now)
    zone = programs.version(inviter.program, own.program_version).zone
    await keep_scores(tx, member_id=inviter_id, program=inviter.program, before=own.counted_on(zone=zone),
                      after=after.counted_on(zone=zone))  # fmt: skip


async def _new(tx: Transaction, theirs: Referral, *, program: str, programs: Programs) -> Referral:
    """By the rules that were in force for the inviter when it was accepted. The inviter is locked."""
    version = programs.for_member(program, theirs.other_id).at(theirs.accepted_at)
    cap = version.section(ReferralsSection).monthly_cap
    is_capped = False
    if cap is not None:
        month = month_of(theirs.accepted_at, zone=version.zone)
        (used,) = await capped_numbers(tx, [theirs.other_id], months=[month])
        is_capped = used >= cap
    return new_referral(
        Side.INVITER,
        member_id=theirs.other_id,
        referral_id=tx.new_id(),
        other_id=theirs.member_id,
        accepted_at=theirs.accepted_at,
        version=version,
        is_capped=is_capped,
    )
