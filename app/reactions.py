"""What follows from what, on one page: the reaction to each kind of event (see `outbox.Reaction`).

A reaction calls the commands of the domains above the one that told; it is retried, and done exactly once.
"""

from datetime import datetime

from app.coupons.commands import follow_tier_gift
from app.db import Transaction
from app.facts.commands import credit_who_joined
from app.facts.events import KeptFactsRemain, OrderOfInvited
from app.members.events import MemberJoined
from app.outbox import Reactions, Told
from app.programs.versions import HeldPrograms
from app.referrals.commands import follow_invitee, follow_order
from app.referrals.events import InvitationMoved
from app.tiers.events import TierGiftMoved


async def facts_kept_are_credited(
    tx: Transaction, told: Told[MemberJoined | KeptFactsRemain], *, now: datetime, held: HeldPrograms
) -> None:
    """What was kept of a customer who was not a member (see `facts.commands.kept`)."""
    await credit_who_joined(tx, programs=held.programs, member_id=told.member_id, now=now)


async def invitee_follows_order(
    tx: Transaction, told: Told[OrderOfInvited], *, now: datetime, held: HeldPrograms
) -> None:
    """An order may be the one by which an invitation counts, or was and is not any more (R37)."""
    order = told.event
    await follow_order(tx, programs=held.programs, member_id=order.member_id, completed_at=order.completed_at, now=now)


async def inviter_follows_invitee(
    tx: Transaction, told: Told[InvitationMoved], *, now: datetime, held: HeldPrograms
) -> None:
    """What the inviter gets: the only member that is written, beside the mark that the invitee's event is done."""
    moved = told.event
    await follow_invitee(tx, programs=held.programs, invitee_id=moved.member_id, inviter_id=moved.inviter_id, now=now)


async def coupon_follows_gift(tx: Transaction, told: Told[TierGiftMoved], *, now: datetime, held: HeldPrograms) -> None:
    """A coupon is given for a tier that was reached, or taken back (R15, R16)."""
    gift = told.event
    await follow_tier_gift(tx, programs=held.programs, member_id=gift.member_id, gift_id=gift.gift_id, now=now)


REACTIONS: Reactions = {
    MemberJoined: facts_kept_are_credited,
    KeptFactsRemain: facts_kept_are_credited,
    OrderOfInvited: invitee_follows_order,
    InvitationMoved: inviter_follows_invitee,
    TierGiftMoved: coupon_follows_gift,
}
