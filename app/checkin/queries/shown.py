"""Check-ins as members see them, of many members by a fixed number of statements."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

from app.checkin.models import CheckInRow
from app.checkin.rules import CheckInsSeen, make_ups_left, reach_of
from app.checkin.section import CheckInSection
from app.clock import business_day
from app.db import Columns, Reader, many_each
from app.errors import BadInput
from app.programs.rules import Programs, ProgramVersion

from .days import ENOUGH_FOR_TODAY, ENOUGH_TO_MAKE_UP, NEWEST_OF_EACH, days_between, month_of, newest_of_members

Owner = tuple[UUID, str, datetime]
"""Member id, program, and since when they are a member."""

MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")


OF_DAYS = frozenset(CheckInRow.model_fields)
FOR_STREAKS = frozenset(("day", "streak"))


async def check_ins_seen(
    db: Reader, owners: Sequence[Owner], *, programs: Programs, now: datetime, columns: Columns = None
) -> list[CheckInsSeen | None]:
    """None where the program has no check-in for the member. One statement, if any has."""
    ids: list[UUID] = []
    stands: list[tuple[CheckInSection, date]] = []
    today: dict[ProgramVersion, date] = {}
    for member_id, program, _ in owners:
        version = programs.version_for(program, member_id, now)
        section: CheckInSection = version.sections[CheckInSection]
        if version not in today:
            today[version] = business_day(now, zone=version.zone)
        if section.is_offered:
            ids.append(member_id)
        stands.append((section, today[version]))
    rows = await db.fetch(NEWEST_OF_EACH, ids, ENOUGH_FOR_TODAY + 1, columns=_of_days(columns)) if ids else []
    newest = iter(many_each(rows, ids, by="member_id"))
    found: list[CheckInsSeen | None] = []
    for owner, (section, on) in zip(owners, stands, strict=True):
        found.append(CheckInsSeen(*owner, section, on, next(newest)) if section.is_offered else None)
    return found


@lru_cache(maxsize=256)
def _of_days(columns: Columns) -> Columns:
    """What is to be read of days, of what is shown of them and of all check-ins."""
    return None if columns is None else columns & OF_DAYS | FOR_STREAKS


async def calendars_of_members(
    db: Reader,
    owners: Sequence[Owner],
    *,
    programs: Programs,
    now: datetime,
    month: str | None = None,
    columns: Columns = None,
) -> list[list[CheckInRow]]:
    """The days of a local month that count, in their order. A statement for each date that it is now for some of them:
    one, or two if a month is ending. May raise BadInput: not a month."""
    begins = {owner: _first(month, programs, owner, now) for owner in owners}
    found: dict[Owner, list[CheckInRow]] = {}
    for first in dict.fromkeys(begins.values()):
        theirs = [owner for owner in owners if begins[owner] == first]
        rows = await days_between(db, _ids(theirs), *month_of(first), columns=columns)
        found |= dict(zip(theirs, rows, strict=True))
    return [found[owner] for owner in owners]


async def make_ups_left_of_members(
    db: Reader, owners: Sequence[Owner], *, programs: Programs, now: datetime
) -> list[int]:
    """How many more days each may make up this month."""
    return [left for left, _ in await _make_ups(db, owners, programs, now)]


async def days_missed_of_members(
    db: Reader, owners: Sequence[Owner], *, programs: Programs, now: datetime
) -> list[list[date]]:
    """The days that each can make up now, the earliest first: none if no make-ups are left."""
    return [missed if left else [] for left, missed in await _make_ups(db, owners, programs, now)]


async def _make_ups(
    db: Reader, owners: Sequence[Owner], programs: Programs, now: datetime
) -> list[tuple[int, list[date]]]:
    newest = await newest_of_members(db, _ids(owners), limit=ENOUGH_TO_MAKE_UP)
    found: list[tuple[int, list[date]]] = []
    for owner, known in zip(owners, newest, strict=True):
        version = _version(programs, owner, now)
        section = _section(version)
        left = make_ups_left(known, make_up=section.make_up, zone=version.zone, now=now)
        reach = reach_of(member_since=owner[2], section=section, zone=version.zone, now=now)
        found.append((left, list(reach.missed(known))))
    return found


def _ids(owners: Sequence[Owner]) -> list[UUID]:
    return [member_id for member_id, _, _ in owners]


def _version(programs: Programs, owner: Owner, now: datetime) -> ProgramVersion:
    member_id, program, _ = owner
    return programs.version_for(program, member_id, now)


def _section(version: ProgramVersion) -> CheckInSection:
    return version.section(CheckInSection)


def _first(month: str | None, programs: Programs, owner: Owner, now: datetime) -> date:
    if month is None:
        return business_day(now, zone=_version(programs, owner, now).zone).replace(day=1)
    written = MONTH.fullmatch(month)
    try:
        if written is not None and written[1] != "9999":
            return date(int(written[1]), int(written[2]), 1)
    except ValueError:
        pass
    raise BadInput("'month' is written like 2026-01.")
