"""A missed day is made up, for points (R30)."""

from datetime import date, datetime

from app.checkin.queries import days_to_make_up
from app.checkin.rules import MAKE_UP, AlreadyCheckedIn, CheckInKind, MadeUp, check_day, check_quota, reach_of
from app.db import Transaction
from app.errors import Refused
from app.points import commands as points
from app.points.rules import Because, Cause
from app.programs.rules import Programs
from app.tiers import commands as tiers

from .daily import Member
from .entering import Entering, enter, new_id, offered


async def make_up(tx: Transaction, *, member: Member, day: date, programs: Programs, now: datetime) -> MadeUp:
    """Make up a day: it counts from now on, and the streak is counted anew. It costs first, then gives what is reached.

    May refuse: CheckInNotOffered, DayNotPast, DayBeforeJoining, DayTooLongAgo, AlreadyCheckedIn, NoMakeUpsLeft,
    NotEnoughPoints.
    """
    version = programs.for_member(member.program, member.id).at(now)
    section = offered(version)
    check_day(day, reach=reach_of(member_since=member.member_since, section=section, zone=version.zone, now=now))
    known = await days_to_make_up(tx, member.id)
    done = next((row for row in known if row.day == day), None)
    if done is not None:
        raise Refused(AlreadyCheckedIn(member.id, done.id, day))
    check_quota(known, make_up=section.make_up, zone=version.zone, now=now)
    await tiers.settle_standing(tx, member=member, programs=programs, now=now)
    account = await points.settled_account(tx, member_id=member.id, now=now)
    cost = section.make_up.cost
    new = Entering(new_id(tx, account, known), member.id, day, CheckInKind.MADE_UP, cost, version, section, now)
    if cost:
        because = Because(Cause.MAKE_UP, new.id, MAKE_UP, version.number)
        await points.spend(tx, account=account, amount=cost, because=because, now=now)
    gained = await enter(tx, new, account=account, known=known, programs=programs)
    return MadeUp(member.id, new.id, cost, gained)
