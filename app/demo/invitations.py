"""Somebody of the demo invited a friend, who has not ordered yet: what it brings both is pending."""

from contextlib import suppress
from datetime import datetime

from app.customers.rules import Identity
from app.db import Database
from app.db.unique_keys import owners_of
from app.errors import Refused
from app.members.commands import lock_member
from app.members.queries import membership_digest
from app.members.rules import MemberStatus
from app.programs.rules import Programs
from app.referrals import commands as referrals
from app.referrals.queries import codes_of_members

from .identities import CLUB

INVITER, FRIEND = "top", "friend"
NAME = "小友"


async def invite_a_friend(database: Database, programs: Programs, *, issuer: str, now: datetime) -> None:
    """Unless the friend is there, or was; or who invites is not, or nobody can by now."""
    inviter, friend = (Identity(issuer, subject) for subject in (INVITER, FRIEND))
    digests = [membership_digest(CLUB, identity) for identity in (inviter, friend)]
    inviter_id, friend_id = await owners_of(database, digests)
    if inviter_id is None or friend_id is not None:
        return
    with suppress(Refused):
        async with database.transaction() as tx:
            member = await lock_member(tx, member_id=inviter_id)
            if member.status == MemberStatus.ACTIVE.name:
                await referrals.make_code(tx, programs=programs, member=member, now=now)
        (code,) = await codes_of_members(database, [inviter_id])
        if code is None:
            return
        async with database.transaction() as tx:
            await referrals.join_by_invitation(
                tx,
                programs=programs,
                program=programs.current(CLUB, now),
                identity=friend,
                display_name=NAME,
                channel="app",
                code=code,
                now=now,
            )
