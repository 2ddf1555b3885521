"""How many members another ladder would move, and by which tier (R20): counted by the database."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ARRAY, Integer, Text, and_, bindparam, func, or_, select
from sqlmodel import col

from app.clock import business_day, local_instant, months_later
from app.db import Reader, Statement
from app.db.columns import INSTANT
from app.members.queries.counting import ACTIVE
from app.tiers.models import GrowthEntryRow
from app.tiers.rules.moving import Cohort, TierMoves, moves
from app.tiers.section import TiersSection, Window, WindowKind

NOW = bindparam("now", type_=INSTANT)
MONTHS = bindparam("months", type_=Integer)
ZONE = bindparam("zone", type_=Text)
SINCE_EVER = datetime(1, 1, 2, tzinfo=UTC)
A_DAY = timedelta(days=1)


def _counted(growth: Any, *, then: Any) -> Any:
    """How many members of each tier have so much growth, by the steps of the present ladder and of the new one."""
    steps = [func.width_bucket(amount, bindparam(name, type_=ARRAY(Integer))).label(name)
             for name, amount in (("present", growth.c.growth), ("new", then))]  # fmt: skip
    placed = select(growth.c.tier, *steps).subquery("placed")
    number = func.count().label("members")
    return select(placed, number).group_by(placed.c.tier, placed.c.present, placed.c.new)


LAPSES_AT = func.timezone(
    ZONE, func.timezone(ZONE, col(GrowthEntryRow.counts_at)) + func.make_interval(0, func.coalesce(MONTHS, 0))
)
IN_WINDOW = and_(
    col(GrowthEntryRow.counts_at) <= NOW,
    col(GrowthEntryRow.counts_at) >= bindparam("since", type_=INSTANT),
    or_(MONTHS.is_(None), LAPSES_AT > NOW),
)
"""Does the entry count in the new window (R3, R18)? What takes back has the date of what it takes back (R15)."""
IN_OTHER_WINDOW = (
    select(
        ACTIVE.c.tier,
        ACTIVE.c.growth,
        func.coalesce(func.sum(col(GrowthEntryRow.change)).filter(IN_WINDOW), 0).label("counted"),
    )
    .select_from(ACTIVE.outerjoin(GrowthEntryRow, col(GrowthEntryRow.member_id) == ACTIVE.c.id))
    .group_by(ACTIVE.c.id, ACTIVE.c.tier, ACTIVE.c.growth)
    .subquery("counted")
)
BY_GROWTH = Statement(GrowthEntryRow, lambda _, __: _counted(ACTIVE, then=ACTIVE.c.growth), "program", "present", "new")
BY_ENTRIES = Statement(
    GrowthEntryRow,
    lambda _, __: _counted(IN_OTHER_WINDOW, then=IN_OTHER_WINDOW.c.counted),
    "program",
    "present",
    "new",
    "now",
    "since",
    "months",
    "zone",
)


async def moves_between(
    db: Reader, *, program: str, present: TiersSection, new: TiersSection, zone: ZoneInfo, now: datetime
) -> TierMoves:
    """What becomes of a program's active members by another ladder, as their growth is now. One statement, and as many
    rows as there are combinations of tiers, however many members.

    Each member's growth as last reckoned; if the window is another one (R18), all entries are added up by it.
    """
    ladders = [[tier.threshold for tier in section.ladder] for section in (present, new)]
    is_same_window = present.window == new.window
    if is_same_window:
        rows: list[Any] = list(await db.fetch(BY_GROWTH, (), program, *ladders))
    else:
        window = new.window
        since, zone_name = _since(window, zone=zone, now=now), zone.key
        rows = list(await db.fetch(BY_ENTRIES, (), program, *ladders, now, since, window.months, zone_name))
    found = [Cohort(row["tier"], row["present"], row["new"], row["members"]) for row in rows]
    return moves(found, present=present, new=new, by_entries=not is_same_window)


def _since(window: Window, *, zone: ZoneInfo, now: datetime) -> datetime:
    """Growth from before certainly does not count any more; exactly that, but for what lapses by months: of it the
    statement looks at each entry, because months are of different lengths."""
    if window.kind is WindowKind.ROLLING and window.months is not None:
        return months_later(now, -window.months, zone=zone) - A_DAY
    if window.kind is WindowKind.CALENDAR_YEAR:
        return local_instant(date(business_day(now, zone=zone).year, 1, 1), time(), zone=zone)
    return SINCE_EVER
