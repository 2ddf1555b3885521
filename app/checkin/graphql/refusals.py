"""Why nobody checked in, and why a day was not made up."""

from datetime import date, datetime
from typing import Protocol

from app.checkin import queries, rules
from app.graph import SIGNED_IN, Refusal, RefusalCode, batched, column, computed, refused_as, said, shows

from .days import CheckIn


class HasLimit(Protocol):
    @property
    def limit(self) -> int: ...


def limit_in_words(row: HasLimit, *, language: str) -> str:
    if row.limit == 0:
        return "漏签不可补签。" if language == "zh" else "Missed days cannot be made up."
    if language == "zh":
        return f"本月已补签 {row.limit} 次，不能再补。"
    return f"No more than {row.limit} days can be made up in a month."


@shows(rules.CheckInNotOffered, description="The program has no check-in.", seen_by=SIGNED_IN)
class CheckInNotOffered(Refusal):
    code: RefusalCode = refused_as(RefusalCode.CHECK_IN_NOT_OFFERED)
    message: str = said(en="{program} has no check-in.", zh="{program} 没有签到活动。")


@shows(rules.DayNotPast, description="Today, or a day to come, cannot be made up.", seen_by=SIGNED_IN)
class DayNotPast(Refusal):
    code: RefusalCode = refused_as(RefusalCode.DAY_NOT_PAST)
    message: str = said(
        en="{day} is not over: only days before today, {today}, can be made up.",
        zh="{day} 尚未过去：只能补签今天（{today}）之前的日子。",
    )
    today: date = column("Today, by the program's calendar.")


@shows(rules.DayTooLongAgo, description="The day was too long ago to be made up.", seen_by=SIGNED_IN)
class DayTooLongAgo(Refusal):
    code: RefusalCode = refused_as(RefusalCode.DAY_TOO_LONG_AGO)
    message: str = said(
        en="{day} is too long ago: days from {earliest} on can be made up.",
        zh="{day} 已超出补签期限：最早可补签 {earliest}。",
    )
    earliest: date = column("The earliest day that can be made up.")


@shows(rules.DayBeforeJoining, description="The customer was no member on that day.", seen_by=SIGNED_IN)
class DayBeforeJoining(Refusal):
    code: RefusalCode = refused_as(RefusalCode.DAY_BEFORE_JOINING)
    message: str = said(en="On {day} you were not a member yet.", zh="{day} 您还不是会员。")
    joined_on: date = column("The day on which they joined, or came back the last time.")


@shows(rules.AlreadyCheckedIn, description="The day was not missed.", seen_by=SIGNED_IN)
class AlreadyCheckedIn(Refusal):
    code: RefusalCode = refused_as(RefusalCode.ALREADY_CHECKED_IN)
    message: str = said(en="You have checked in on {day}.", zh="{day} 已签到。")
    check_in: CheckIn = batched(queries.check_ins_by_id, "The check-in of that day.", key=("member_id", "check_in_id"))


@shows(rules.NoMakeUpsLeft, description="As many days were made up as may be in a month.", seen_by=SIGNED_IN)
class NoMakeUpsLeft(Refusal):
    code: RefusalCode = refused_as(RefusalCode.LIMIT_REACHED)
    message: str = computed(limit_in_words, "Why, for people, in the language asked for.")
    limit: int = column("How many days can be made up in a month.")
    resets_at: datetime | None = column("When days can be made up again; null if never, by the present rules.")
