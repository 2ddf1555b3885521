"""Members who check in, as apps have them do it."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from app.programs.rules import ProgramVersion
from app.prover import prove
from tests.databases import run
from tests.world import World, customer

CLUB = "taobao-club"
DAY = timedelta(days=1)
REFUSED = "... on Refusal { code message }"
CHECK_IN = f"""mutation ($input: CheckInInput!) {{ checkIn(input: $input) {{ __typename
  ... on CheckInSuccess {{ alreadyDone replayed member {{ id points {{ available }} }}
    checkIn {{ id day kind streak points cost checkedInAt bonuses {{ rule points words }} }} }}
  {REFUSED} }} }}"""
MAKE_UP = f"""mutation ($input: MakeUpCheckInInput!) {{ makeUpCheckIn(input: $input) {{ __typename
  ... on MakeUpCheckInSuccess {{ cost points replayed member {{ points {{ available }} }}
    checkIn {{ id day kind streak points cost bonuses {{ rule points }} }} }}
  ... on DayNotPast {{ today }} ... on DayTooLongAgo {{ earliest }} ... on DayBeforeJoining {{ joinedOn }}
  ... on AlreadyCheckedIn {{ checkIn {{ id day }} }} ... on NoMakeUpsLeft {{ limit resetsAt }}
  ... on NotEnoughPoints {{ required available }}
  {REFUSED} }} }}"""
PROGRAM = """
[program]
code = "daily"
kind = "BRAND"
name = {{ zh = "每日", en = "Daily" }}
time_zone = "{zone}"
currency = "CNY"

[points]
expiry = {{ kind = "MONTHS", months = 12 }}

[[tiers.ladder]]
code = "v1"
name = {{ zh = "V1", en = "V1" }}
threshold = 0

[checkin]
points = {points}
cycle_days = {cycle_days}
make_up = {{ window_days = {window}, quota = {quota}, cost = {cost} }}
"""
WORDS = 'words = { zh = "奖励", en = "Bonus" }'


def program(
    *,
    zone: str = "Asia/Shanghai",
    points: int = 5,
    cycle_days: int = 7,
    window: int = 7,
    quota: int = 3,
    cost: int = 0,
    cycle: Iterable[tuple[int, int]] = ((3, 10), (7, 20)),
    milestones: Iterable[tuple[int, int]] = ((7, 70), (10, 100)),
) -> str:
    """A program's file, `daily`, in which one checks in. Bonuses: which day, and how many points."""
    text = PROGRAM.format(zone=zone, points=points, cycle_days=cycle_days, window=window, quota=quota, cost=cost)
    for day, brings in cycle:
        text += f"\n[[checkin.cycle]]\nday = {day}\npoints = {brings}\n{WORDS}\n"
    for streak, brings in milestones:
        text += f"\n[[checkin.milestones]]\nstreak = {streak}\npoints = {brings}\n{WORDS}\n"
    return text


def version_of(world: World, code: str = "daily") -> ProgramVersion:
    return world.programs.current(code, world.now)


def at_noon(world: World, day: date, *, code: str = "daily") -> datetime:
    """Noon of a local day."""
    return datetime.combine(day, time(12), tzinfo=version_of(world, code).zone).astimezone(UTC)


async def checks_in(world: World, who: str = "anna", *, key: UUID | None = None, program: str | None = None) -> Any:
    sent = {"idempotencyKey": str(key or uuid4()), "program": program}
    return (await world.data(CHECK_IN, by=customer(who), input=sent))["checkIn"]


async def makes_up(
    world: World, day: date | str, who: str = "anna", *, key: UUID | None = None, program: str | None = None
) -> Any:
    sent = {"idempotencyKey": str(key or uuid4()), "day": str(day), "program": program}
    return (await world.data(MAKE_UP, by=customer(who), input=sent))["makeUpCheckIn"]


async def checks_in_on(world: World, *days: date, who: str = "anna", program: str = "daily") -> list[Any]:
    """On each of these days, at noon."""
    found: list[Any] = []
    for day in days:
        world.now = at_noon(world, day, code=program)
        found.append(await checks_in(world, who, program=program))
    return found


async def proves(world: World) -> None:
    proof = await prove(world.database, now=world.now, programs=world.programs)
    assert proof.holds, [str(mismatch) for mismatch in proof.mismatches]


async def rows(world: World, sql: str) -> list[Any]:
    return await run(world.database.settings.url, sql)
