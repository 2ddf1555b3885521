"""Checking in, once a local day (R28)."""

from datetime import datetime
from typing import Protocol

from app.checkin.queries import days_around
from app.checkin.rules import CheckedIn, CheckInKind
from app.clock import business_day
from app.db import Transaction
from app.points import commands as points
from app.programs.rules import Programs
from app.tiers import commands as tiers
from app.tiers.commands import Timed

from .entering import Entering, enter, new_id, offered


class Member(Timed, Protocol):
    """A member's row, locked until the transaction ends, as far as it was read."""

    @property
    def member_since(self) -> datetime: ...


async def check_in(tx: Transaction, *, member: Member, programs: Programs, now: datetime) -> CheckedIn:
    """Check in today, by the program's calendar (R1). Who has done so already gets what came of that; nothing moves.

    May refuse: CheckInNotOffered. May raise BadInput: more points than a member can have.
    """
    version = programs.for_member(member.program, member.id).at(now)
    section = offered(version)
    day = business_day(now, zone=version.zone)
    await tiers.settle_standing(tx, member=member, programs=programs, now=now)  # first: a gift moves points
    known, figures = await days_around(tx, member.id, day)
    done = next((row for row in known if row.day == day), None)
    if done is not None:
        return CheckedIn(member.id, done.id, already_done=True)
    account = await points.settled_account(tx, member_id=member.id, figures=figures, now=now)
    new = Entering(new_id(tx, account, known), member.id, day, CheckInKind.DAILY, 0, version, section, now)
    await enter(tx, new, account=account, known=known, programs=programs)
    return CheckedIn(member.id, new.id)
