"""Days on which one of the demo's people checked in: a streak that goes on today, and a day that can be made up."""

from contextlib import suppress
from datetime import datetime

from app.checkin import commands as checkin
from app.checkin.queries import check_ins_of_members
from app.clock import days_later
from app.customers.rules import Identity
from app.db import Database
from app.db.unique_keys import owners_of
from app.errors import Refused
from app.members.commands import lock_member
from app.members.queries import membership_digest
from app.members.rules import MemberStatus
from app.programs.rules import Programs

from .identities import CLUB

WHO = "nearly"
DAYS_AGO = (6, 5, 4, 2, 1)
"""The day that is missing would make it six in a row."""


async def check_in_for_some_days(database: Database, programs: Programs, *, issuer: str, now: datetime) -> None:
    """Unless they have checked in before, or left, or the program has no check-in by now."""
    version = programs.current(CLUB, now)
    (member_id,) = await owners_of(database, [membership_digest(CLUB, Identity(issuer, WHO))])
    if member_id is None or await check_ins_of_members(database, [member_id]):
        return
    with suppress(Refused):
        async with database.transaction() as tx:
            for days in DAYS_AGO:
                at = days_later(now, -days, zone=version.zone)
                member = await lock_member(tx, member_id=member_id)
                if member.status == MemberStatus.ACTIVE.name:
                    await checkin.check_in(tx, member=member, programs=programs, now=at)
