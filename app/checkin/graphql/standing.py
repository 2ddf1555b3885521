"""What a client sees of a member's check-ins: the streak, the cycle, the calendar, and what can be made up."""

from datetime import date, datetime
from typing import Protocol

from app.checkin import queries, rules
from app.checkin.section import CheckInSection
from app.coupons.graphql import CouponTemplate
from app.coupons.templates import Template, template_by_code
from app.graph import OWNER_AND_STAFF, batched, column, computed, extends, shows
from app.members.graphql import Member
from app.programs.rules import Programs
from app.programs.words import InBoth, in_language

from .days import CheckIn

OWNER = ("member_id", "program", "member_since")


class HasWords(Protocol):
    @property
    def words(self) -> InBoth: ...


class HasSection(Protocol):
    @property
    def section(self) -> CheckInSection: ...


class HasTemplate(Protocol):
    @property
    def program(self) -> str: ...
    @property
    def template(self) -> str | None: ...


def coupon_of(offered: HasTemplate, *, programs: Programs, now: datetime) -> Template | None:
    code = offered.template
    return None if code is None else template_by_code(programs, offered.program, code, now=now)


def words_of(offered: HasWords, *, language: str) -> str:
    return in_language(offered.words, language)


def cost_of(seen: HasSection) -> int:
    return seen.section.make_up.cost


@shows(rules.Offered, description="A bonus of the program for checking in.", seen_by=OWNER_AND_STAFF)
class OfferedCheckInBonus:
    points: int = column("How many points it brings; 0: none.")
    coupon: CouponTemplate | None = computed(
        coupon_of, "Of what it brings a coupon, as long as there are any; null: of nothing."
    )
    words: str = computed(words_of, "What it is for, in the language asked for.")


@shows(rules.CycleDay, description="A day of the cycle in which check-ins bring bonuses.", seen_by=OWNER_AND_STAFF)
class CheckInCycleDay:
    day: int = column("The how-manieth day of the cycle, from 1.")
    points: int = column("Points for checking in on it, without bonuses.")
    bonus: OfferedCheckInBonus | None = column("What it brings besides.")
    is_today: bool = column("Whether it is today's, if no day was missed.")
    is_done: bool = column("Whether it is reached.")


@shows(rules.Ahead, description="The next day that brings a bonus, if no day is missed.", seen_by=OWNER_AND_STAFF)
class NextCheckInBonus:
    day: date = column("The day: it may be today.")
    streak: int = column("How many days in a row it will make.")
    points: int = column("Points of its bonuses together.")
    bonuses: list[OfferedCheckInBonus] = column("The bonuses.")


@shows(rules.CheckInsSeen, description="A member's check-ins, as they count now.", seen_by=OWNER_AND_STAFF)
class CheckIns:
    today: CheckIn | None = column("Today's check-in; null as long as it is to be done.")
    streak: int = column(
        "Days in a row until today, or until yesterday as long as today is to be done; 0 if yesterday was missed."
    )
    longest: int = column("The longest row of days so far.")
    cycle: list[CheckInCycleDay] = column("The cycle that today is in, from its first day on.")
    next_bonus: NextCheckInBonus | None = column("The next bonus ahead; null if the program has none.")
    calendar: list[CheckIn] = batched(
        queries.calendars_of_members,
        "The days of a month that count, in their order.",
        key=OWNER,
        arguments={"month": "The month, such as `2026-11`; without it the present one, by the program's calendar."},
    )
    make_ups_left: int = batched(
        queries.make_ups_left_of_members, "How many more missed days can be made up this month.", key=OWNER
    )
    make_up_days: list[date] = batched(
        queries.days_missed_of_members,
        "Missed days that can be made up now, the earliest first; none if no make-ups are left.",
        key=OWNER,
    )
    make_up_cost: int = computed(cost_of, "Points that making up a day costs.")


@extends(Member, seen_by=OWNER_AND_STAFF)
class MemberCheckIns:
    check_in: CheckIns | None = batched(
        queries.check_ins_seen,
        "Check-ins, as they count now; null if the program has none.",
        key=("id", "program", "member_since"),
    )
