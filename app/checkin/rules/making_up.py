"""Which days can be made up, and how many (R30)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from app.checkin.section import CheckInSection, MakeUp
from app.clock import business_day, local_instant
from app.errors import Refused

from .kinds import CheckInKind
from .outcomes import DayBeforeJoining, DayNotPast, DayTooLongAgo, NoMakeUpsLeft


class HasDay(Protocol):
    """A day that counts."""

    @property
    def day(self) -> date: ...
    @property
    def kind(self) -> str: ...
    @property
    def checked_in_at(self) -> datetime: ...


@dataclass(frozen=True)
class Reach:
    """What is in reach today."""

    today: date
    joined_on: date
    """When they joined, or came back the last time."""
    window_days: int

    @property
    def earliest(self) -> date:
        return max(self.today - timedelta(days=self.window_days), self.joined_on)

    def missed(self, known: Iterable[HasDay]) -> Iterator[date]:
        """Days within reach that do not count, the earliest first."""
        counted = {each.day for each in known}
        days = (self.earliest + timedelta(days=n) for n in range((self.today - self.earliest).days))
        return (day for day in days if day not in counted)


def reach_of(*, member_since: datetime, section: CheckInSection, zone: ZoneInfo, now: datetime) -> Reach:
    today = business_day(now, zone=zone)
    return Reach(today, business_day(member_since, zone=zone), section.make_up.window_days)


def check_day(day: date, *, reach: Reach) -> None:
    """May refuse: DayNotPast, DayBeforeJoining, DayTooLongAgo."""
    if day >= reach.today:
        raise Refused(DayNotPast(day, reach.today))
    if day < reach.joined_on:
        raise Refused(DayBeforeJoining(day, reach.joined_on))
    if day < reach.earliest:
        raise Refused(DayTooLongAgo(day, reach.earliest))


def check_quota(known: Iterable[HasDay], *, make_up: MakeUp, zone: ZoneInfo, now: datetime) -> None:
    """May refuse: NoMakeUpsLeft."""
    if make_ups_left(known, make_up=make_up, zone=zone, now=now) <= 0:
        raise Refused(NoMakeUpsLeft(make_up.quota, resets_at(zone=zone, now=now) if make_up.quota else None))


def make_ups_left(known: Iterable[HasDay], *, make_up: MakeUp, zone: ZoneInfo, now: datetime) -> int:
    """How many more this month: they count in the local month in which they are made up."""
    month = _month_of(now, zone)
    used = sum(each.kind == CheckInKind.MADE_UP.name and _month_of(each.checked_in_at, zone) == month for each in known)
    return max(0, make_up.quota - used)


def resets_at(*, zone: ZoneInfo, now: datetime) -> datetime:
    """When the next local month begins."""
    following = _month_of(now, zone) + timedelta(days=31)
    return local_instant(following.replace(day=1), time(), zone=zone)


def _month_of(at: datetime, zone: ZoneInfo) -> date:
    return business_day(at, zone=zone).replace(day=1)
