"""What must be true of a member's check-ins: played again in the order in which they were entered they come to what is
written, and what they brought and cost is in the ledger of points (R28-R30)."""

from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from app.clock import business_day
from app.coupons.proving_gifts import Promised
from app.db import Reader
from app.members.proving import Claim, Published, by_member
from app.points.proving import PointsBook
from app.points.rules import Cause, EntryKind

from .models import CheckInRow
from .queries import check_ins_of_members
from .rows import bonuses_of
from .rules import DAILY, MAKE_UP, CheckInKind, Counted, entered
from .rules.coupons import templates_by_rule
from .section import CheckInSection

CheckInBook = Sequence[CheckInRow]
"""All days of a member that count, in the order in which they were entered."""
GIVEN, PAID = Cause.CHECK_IN.name, Cause.MAKE_UP.name
MADE_UP = CheckInKind.MADE_UP.name


async def check_in_books(db: Reader, member_ids: Sequence[UUID]) -> list[CheckInBook]:
    """One statement, however many members."""
    rows = by_member(await check_ins_of_members(db, member_ids))
    return [rows.get(key, ()) for key in member_ids]


def check_in_claims(book: CheckInBook, points: PointsBook, *, published: Published) -> Iterator[Claim]:
    days = Counter(row.day for row in book)
    yield Claim("check_ins.day: once each (R28)", None, [], [day for day, number in days.items() if number > 1])
    for row in book:
        exists = published.exists(row.program_version)
        yield Claim("check_ins.program_version: is published", row.id, True, exists)
    yield from _given(book, points)
    yield from _paid(book, points)
    sections = _sections(book, published)
    if sections is None:
        return
    yield from _by_the_rules(book, sections)
    yield from _played_again(book, sections)


@dataclass(frozen=True)
class Ruled:
    """The rules of a version."""

    section: CheckInSection
    zone: ZoneInfo


def _sections(book: CheckInBook, published: Published) -> Mapping[int, Ruled] | None:
    """By version; None: not all of them are held here."""
    found: dict[int, Ruled] = {}
    for number in {row.program_version for row in book}:
        version = published.version(number)
        if version is None:
            return None
        found[number] = Ruled(version.section(CheckInSection), version.zone)
    return found


def _given(book: CheckInBook, points: PointsBook) -> Iterator[Claim]:
    """Lots are what the days brought, no more and no less."""
    lots: defaultdict[UUID, dict[str, tuple[int, int]]] = defaultdict(dict)
    for lot in points.lots:
        if lot.cause == GIVEN:
            lots[lot.cause_id][lot.rule] = (lot.earned, lot.program_version)
    for row in book:
        bonuses = bonuses_of(row)
        expected = {bonus.rule: (bonus.points, bonus.program_version) for bonus in bonuses if bonus.points}
        daily = row.points - sum(bonus.points for bonus in bonuses)
        if daily:
            expected[DAILY] = (daily, row.program_version)
        yield Claim("points_lots of the check-in: points and version by rule", row.id, expected, lots.pop(row.id, {}))
    yield Claim("points_lots of check-ins: each of a day", None, [], sorted(lots))


def check_in_coupons(book: CheckInBook, *, published: Published) -> list[Promised]:
    """What the bonuses of days bring of coupons: of those whose version is held here."""
    found: list[Promised] = []
    for row in book:
        for bonus in bonuses_of(row):
            version = published.version(bonus.program_version)
            if version is None:
                found.append(Promised(row.id, bonus.rule, None, is_due=True))
            elif code := templates_by_rule(version.section(CheckInSection)).get(bonus.rule):
                found.append(Promised(row.id, bonus.rule, code, is_due=True))
    return found


def _paid(book: CheckInBook, points: PointsBook) -> Iterator[Claim]:
    """What making up cost was spent for it."""
    spent = {entry.cause_id: (entry.kind, entry.rule, -entry.change) for entry in points.entries if entry.cause == PAID}
    for row in book:
        expected = (EntryKind.SPENT.name, MAKE_UP, row.cost) if row.cost else None
        yield Claim("points_entries of the made-up day: what it cost", row.id, expected, spent.pop(row.id, None))
    yield Claim("points_entries of made-up days: each of a day", None, [], sorted(spent))


def _by_the_rules(book: CheckInBook, sections: Mapping[int, Ruled]) -> Iterator[Claim]:
    """Each by its version: the day is that of the instant, or in reach; cost and points are its; the quota is kept."""
    made_up: Counter[date] = Counter()
    for row in book:
        ruled = sections[row.program_version]
        section, today = ruled.section, business_day(row.checked_in_at, zone=ruled.zone)
        yield Claim("check_ins: are offered by the rules", row.id, True, section.is_offered)
        daily = row.points - sum(bonus.points for bonus in bonuses_of(row))
        if row.kind != MADE_UP:
            yield Claim("check_ins.day: that of the instant (R1)", row.id, today, row.day)
            yield Claim("check_ins.points: for checking in", row.id, section.points or 0, daily)
            continue
        earliest = today - timedelta(days=section.make_up.window_days)
        yield Claim("check_ins.day: was in reach (R30)", row.id, True, earliest <= row.day < today)
        yield Claim("check_ins.points: a made-up day has none of its own", row.id, 0, daily)
        yield Claim("check_ins.cost: by the rules", row.id, section.make_up.cost, row.cost)
        month = today.replace(day=1)
        made_up[month] += 1
        within = made_up[month] <= section.make_up.quota
        yield Claim("check_ins: made up no oftener than may be (R30)", row.id, True, within)


def _played_again(book: CheckInBook, sections: Mapping[int, Ruled]) -> Iterator[Claim]:
    """Each day as it is after all of them were entered (R29, R30)."""
    days: list[date] = []
    known: dict[date, Counted] = {}
    for row in book:
        place = bisect_left(days, row.day)
        if place < len(days) and days[place] == row.day:
            return  # twice on a day, which is told above
        later = [known[day] for day in days[place:]]
        now = entered(
            row.day,
            before=known[days[place - 1]] if place else None,
            later=later,
            section=sections[row.program_version].section,
            version=row.program_version,
        )
        known |= {each.day: each for each in now}
        insort(days, row.day)
    for row in book:
        expected = known[row.day]
        yield Claim("check_ins.streak", row.id, expected.streak, row.streak)
        yield Claim("check_ins.longest", row.id, expected.longest, row.longest)
        yield Claim("check_ins.bonuses", row.id, set(expected.bonuses), set(bonuses_of(row)))
