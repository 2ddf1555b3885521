"""Checking in: once a local day, what it brings, and who cannot."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from app.graph import Role
from tests.statements import Statements
from tests.world import World, customer, service, staff

from .asking import CHECK_IN, DAY, at_noon, checks_in, checks_in_on, program, proves, rows

MARCH = date(2026, 3, 1)


@pytest.fixture
async def daily(world: World) -> World:
    """A program in Shanghai with 5 points a day, and bonuses on days 3 and 7 of a cycle and for 7 and 10 days."""
    await world.publishes(program())
    await world.joins("anna", program="daily")
    return world


async def test_a_day_brings_its_points_at_once(daily: World) -> None:
    """M15, R28: for which day, how many in a row; they can be spent, and last as any."""
    (first,) = await checks_in_on(daily, MARCH)
    day = first["checkIn"]
    assert (day["day"], day["kind"], day["streak"], day["points"], day["bonuses"]) == (
        "2026-03-01", "DAILY", 1, 5, [],
    )  # fmt: skip
    assert (first["member"]["points"], first["alreadyDone"], first["replayed"]) == ({"available": 5}, False, False)
    (lot,) = await rows(daily, "SELECT * FROM points_lots")
    assert (lot["earned"], lot["remaining"], lot["state"], lot["cause"]) == (5, 5, "ACTIVE", "CHECK_IN")
    assert lot["expires_at"] == datetime(2027, 3, 1, 4, tzinfo=UTC)
    assert len(await rows(daily, "SELECT FROM points_entries")) == 1
    await proves(daily)


async def test_the_second_on_a_day_gets_what_came_of_the_first(daily: World) -> None:
    """R28: with another key it is told that it was done; with the same, that it is the same. Nothing moves."""
    key = uuid4()
    daily.now = at_noon(daily, MARCH)
    first = await checks_in(daily, key=key, program="daily")
    daily.now += timedelta(hours=3)
    again = await checks_in(daily, program="daily")
    replayed = await checks_in(daily, key=key, program="daily")
    assert again == first | {"alreadyDone": True}
    assert replayed == first | {"replayed": True}
    assert len(await rows(daily, "SELECT FROM check_ins")) == 1
    await proves(daily)


async def test_the_day_is_the_programs(world: World) -> None:
    """R1: of one member in Shanghai and in Honolulu, at the same instant."""
    for code, zone in (("daily", "Asia/Shanghai"), ("hawaii", "Pacific/Honolulu")):
        await world.publishes(program(zone=zone).replace('"daily"', f'"{code}"'))
        await world.joins("anna", program=code)
    world.now = datetime(2026, 2, 28, 16, tzinfo=UTC)
    found = [(await checks_in(world, program=code))["checkIn"]["day"] for code in ("daily", "hawaii")]
    assert found == ["2026-03-01", "2026-02-28"]
    world.now -= timedelta(microseconds=1)
    assert (await checks_in(world, program="daily"))["checkIn"]["day"] == "2026-02-28"


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Australia/Lord_Howe"])
@pytest.mark.parametrize("turn", [date(2026, 3, 8), date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 1)])
async def test_days_of_23_and_25_hours_are_days(world: World, zone: str, turn: date) -> None:
    """R1, R3: just after local midnight and just before the next, whenever clocks are changed."""
    await world.publishes(program(zone=zone))
    await world.joins("anna", program="daily")
    zone_of = world.programs.current("daily", world.now).zone
    streaks: list[tuple[str, int]] = []
    for number in range(-2, 3):
        day = turn + number * DAY
        for at in (datetime(day.year, day.month, day.day, 0, 30), datetime(day.year, day.month, day.day, 23, 30)):  # noqa: DTZ001
            world.now = at.replace(tzinfo=zone_of).astimezone(UTC)
            done = await checks_in(world, program="daily")
            streaks.append((done["checkIn"]["day"], done["checkIn"]["streak"]))
    assert streaks == [(str(turn + n * DAY), n + 3) for n in range(-2, 3) for _ in range(2)]


async def test_bonuses_are_given_with_the_day_that_reaches_them(daily: World) -> None:
    """R29: on day 3 and 7 of the cycle, which starts again, and for a streak of 7; each is a movement of its own."""
    found = await checks_in_on(daily, *(MARCH + n * DAY for n in range(10)))
    assert [each["checkIn"]["points"] for each in found] == [5, 5, 15, 5, 5, 5, 95, 5, 5, 115]
    assert found[6]["checkIn"]["bonuses"] == [
        {"rule": "checkin.cycle.7", "points": 20, "words": "Bonus"},
        {"rule": "checkin.milestones.7", "points": 70, "words": "Bonus"},
    ]
    assert found[9]["member"]["points"]["available"] == 50 + 10 + 20 + 70 + 10 + 100
    moved = await rows(daily, "SELECT rule, sum(change)::int FROM points_entries GROUP BY rule ORDER BY rule")
    assert [tuple(row) for row in moved] == [
        ("checkin.cycle.3", 20), ("checkin.cycle.7", 20), ("checkin.milestones.10", 100), ("checkin.milestones.7", 70),
        ("checkin.points", 50),
    ]  # fmt: skip
    await proves(daily)


async def test_over_the_ends_of_months_and_years_and_leap_days(daily: World) -> None:
    """R29"""
    days = [date(2027, 12, 30) + n * DAY for n in range(5)]
    leap = [date(2028, 2, 27) + n * DAY for n in range(5)]
    found = await checks_in_on(daily, *days, *leap)
    assert [each["checkIn"]["streak"] for each in found] == [1, 2, 3, 4, 5] * 2
    assert found[7]["checkIn"]["day"] == "2028-02-29"
    await proves(daily)


async def test_points_that_are_owed_are_paid_first(daily: World) -> None:
    """R11: what comes in by checking in does, too."""
    await daily.publishes(program().replace("[points]\n", '[points]\nrefunds = { claw_back = "DEBT" }\n'))
    await checks_in_on(daily, MARCH)
    await rows(daily, "UPDATE points_lots SET remaining = 0, reversed = 0")  # as if it were spent, and 3 more owed
    await rows(daily, "UPDATE points_accounts SET available = -3, debt = 3, due_at = NULL")
    (second,) = await checks_in_on(daily, MARCH + DAY)
    assert second["member"]["points"]["available"] == 2
    kinds = await rows(daily, "SELECT kind FROM points_entries WHERE rule = 'checkin.points' ORDER BY id")
    assert [row["kind"] for row in kinds] == ["EARNED", "EARNED", "DEBT_PAID"]


async def test_where_checking_in_brings_nothing_days_count_all_the_same(world: World) -> None:
    """R29: points come with the bonuses alone."""
    await world.publishes(program(points=0))
    await world.joins("anna", program="daily")
    found = await checks_in_on(world, *(MARCH + n * DAY for n in range(3)))
    assert [each["checkIn"]["points"] for each in found] == [0, 0, 10]
    await proves(world)


async def test_an_edited_program_counts_from_the_day_on_which_it_is_in_force(daily: World) -> None:
    """R20: the streak goes on, what it brings is the new version's, and what was given stays."""
    await checks_in_on(daily, *(MARCH + n * DAY for n in range(3)))
    await daily.publishes(program(points=1, cycle=[(4, 40)]), effective_from=at_noon(daily, MARCH + 3 * DAY))
    (fourth,) = await checks_in_on(daily, MARCH + 3 * DAY)
    assert (fourth["checkIn"]["streak"], fourth["checkIn"]["points"]) == (4, 41)
    await proves(daily)


@pytest.mark.parametrize("later", [(3,), (3, 4)])
async def test_a_request_that_was_held_up_over_midnight_is_of_its_own_day(daily: World, later: tuple[int, ...]) -> None:
    """R4, R28: days after it were checked in on meanwhile; they count it, too, and what that reaches."""
    await checks_in_on(daily, *(MARCH + n * DAY for n in (0, 1, *later)))
    (late,) = await checks_in_on(daily, MARCH + 2 * DAY)
    assert late["checkIn"]["streak"] == 3
    found = await rows(daily, "SELECT streak, longest FROM check_ins ORDER BY day")
    assert [tuple(row) for row in found] == [(n, n) for n in range(1, len(later) + 4)]
    daily.now += 3 * DAY
    await proves(daily)


@pytest.mark.parametrize(("language", "message"), [("en", "brand-standard has no check-in."),
                                                   ("zh", "brand-standard 没有签到活动。")])  # fmt: skip
async def test_a_program_without_check_in_refuses(world: World, language: str, message: str) -> None:
    """M15"""
    await world.joins("anna", program="brand-standard")
    sent = {"idempotencyKey": str(uuid4()), "program": "brand-standard"}
    found = await world.data(CHECK_IN, by=customer("anna"), language=language, input=sent)
    assert found["checkIn"] == {
        "__typename": "CheckInNotOffered", "code": "CHECK_IN_NOT_OFFERED", "message": message,
    }  # fmt: skip


async def test_who_is_no_member_or_has_left_cannot(daily: World) -> None:
    """R43: nobody becomes a member by it."""
    assert (await checks_in(daily, "bella", program="daily"))["code"] == "NOT_A_MEMBER"
    await daily.leaves("anna", program="daily")
    assert (await checks_in(daily, program="daily"))["code"] == "NOT_A_MEMBER"
    assert await rows(daily, "SELECT FROM check_ins") == []


@pytest.mark.parametrize(
    "viewer", [service("taobao-club"), *(staff(role, "taobao-club") for role in (Role.SUPPORT, Role.OPERATOR))]
)
async def test_nobody_checks_in_for_others(world: World, viewer: Any) -> None:
    result = await world.ask(CHECK_IN, by=viewer, input={"idempotencyKey": str(uuid4())})
    assert [(error.extensions or {}).get("code") for error in result.errors or ()] == ["FORBIDDEN"]


async def test_a_check_in_takes_one_read_behind_the_lock_and_one_write(daily: World, sql: Statements) -> None:
    """Performance: the lock with the key, days with points, and all that is written; however long the streak."""
    plain = "mutation ($input: CheckInInput!) { checkIn(input: $input) { __typename } }"
    await checks_in_on(daily, MARCH)
    counts: list[int] = []
    for number in range(1, 12):
        daily.now = at_noon(daily, MARCH + number * DAY)
        with sql:
            await daily.data(plain, by=customer("anna"), input={"idempotencyKey": str(uuid4()), "program": "daily"})
        counts.append(sql.count)
    assert counts[0] == 3, sql.texts
    assert counts[0] == counts[-1]


async def test_who_has_checked_in_today_costs_two_reads(daily: World, sql: Statements) -> None:
    """The lock with the key, days; and the key with the outcome is written."""
    plain = "mutation ($input: CheckInInput!) { checkIn(input: $input) { __typename } }"
    await checks_in_on(daily, MARCH)
    with sql:
        await daily.data(plain, by=customer("anna"), input={"idempotencyKey": str(uuid4()), "program": "daily"})
    assert sql.count == 3, sql.texts
