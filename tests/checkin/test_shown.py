"""What members see of their check-ins: the streak by the clock, the cycle, the calendar, and what comes next."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.graph import Role
from tests.statements import Statements
from tests.world import World, customer, staff

from .asking import DAY, at_noon, checks_in_on, makes_up, program

MARCH = date(2026, 3, 1)
SEEN = """checkIn { today { day streak } streak longest makeUpsLeft makeUpDays makeUpCost
  cycle { day points isToday isDone bonus { points words } }
  nextBonus { day streak points bonuses { points words } }
  calendar { day kind points } }"""
ME = f'query ($language: String) {{ me(program: "daily") {{ {SEEN} }} }}'.replace("($language: String) ", "")


@pytest.fixture
async def daily(world: World) -> World:
    await world.publishes(program(cost=5))
    await world.joins("anna", program="daily")
    world.now = at_noon(world, MARCH)
    return world


async def seen(world: World, *, language: str = "en") -> Any:
    return (await world.data(ME, by=customer("anna"), language=language))["me"]["checkIn"]


async def test_who_never_checked_in_sees_what_there_is_to_be_had(daily: World) -> None:
    """M15: the first day of a cycle, with what comes; the days of the last week can be made up."""
    found = await seen(daily)
    assert (found["today"], found["streak"], found["longest"], found["calendar"]) == (None, 0, 0, [])
    assert [(day["day"], day["isToday"], day["isDone"]) for day in found["cycle"]] == [
        (1, True, False), *((day, False, False) for day in range(2, 8)),
    ]  # fmt: skip
    assert [day["bonus"] and day["bonus"]["points"] for day in found["cycle"]] == [None, None, 10, None, None, None, 20]
    assert {day["points"] for day in found["cycle"]} == {5}
    assert found["nextBonus"] == {
        "day": "2026-03-03", "streak": 3, "points": 10, "bonuses": [{"points": 10, "words": "Bonus"}],
    }  # fmt: skip
    assert (found["makeUpsLeft"], found["makeUpCost"]) == (3, 5)
    assert found["makeUpDays"] == [str(MARCH - n * DAY) for n in range(7, 0, -1)]


async def test_the_streak_is_that_of_the_clock(daily: World) -> None:
    """R2, R29: whether today is done or not; once yesterday was missed there is none, and no job has run."""
    await checks_in_on(daily, *(MARCH + n * DAY for n in range(9)))
    found: list[tuple[int, bool, int, list[int]]] = []
    for days in (8, 9, 10):
        daily.now = at_noon(daily, MARCH + days * DAY)
        now = await seen(daily)
        (place,) = [day["day"] for day in now["cycle"] if day["isToday"]]
        done = [day["day"] for day in now["cycle"] if day["isDone"]]
        found.append((now["streak"], now["today"] is not None, place, done))
        assert now["longest"] == 9
    assert found == [(9, True, 2, [1, 2]), (9, False, 3, [1, 2]), (0, False, 1, [])]


async def test_the_streak_ends_at_local_midnight(world: World) -> None:
    """R1, R2: of New York, on a day of 23 hours."""
    await world.publishes(program(zone="America/New_York"))
    await world.joins("anna", program="daily")
    world.now = datetime(2026, 3, 7, 17, tzinfo=UTC)
    await checks_in_on(world, date(2026, 3, 7))
    midnight = datetime(2026, 3, 9, 4, tzinfo=UTC)
    found: list[int] = []
    for world.now in (midnight - timedelta(microseconds=1), midnight):
        found.append((await seen(world))["streak"])
    assert found == [1, 0]


async def test_the_next_bonus_is_the_next_ahead(daily: World) -> None:
    """R29: of today as long as it is to be done; of the cycle and of a streak together."""
    ahead: list[tuple[str, int, int]] = []
    for days in range(7):
        await checks_in_on(daily, MARCH + days * DAY)
        found = (await seen(daily))["nextBonus"]
        ahead.append((found["day"], found["streak"], found["points"]))
    assert ahead == [("2026-03-03", 3, 10)] * 2 + [("2026-03-07", 7, 90)] * 4 + [("2026-03-10", 10, 110)]
    daily.now = at_noon(daily, MARCH + 7 * DAY)
    assert (await seen(daily))["nextBonus"]["day"] == "2026-03-10"
    await checks_in_on(daily, MARCH + 7 * DAY, MARCH + 8 * DAY)
    daily.now = at_noon(daily, MARCH + 9 * DAY)
    assert (await seen(daily))["nextBonus"]["day"] == "2026-03-10"


@pytest.mark.parametrize(("milestones", "expected"), [([], None), ([(30, 300), (2, 20)], ("2026-03-30", 30, 300))])
async def test_where_no_cycle_brings_anything_the_next_milestone_is_ahead(
    world: World, milestones: list[tuple[int, int]], expected: object
) -> None:
    await world.publishes(program(cycle=(), milestones=milestones))
    await world.joins("anna", program="daily")
    await checks_in_on(world, MARCH, MARCH + DAY)
    found = (await seen(world))["nextBonus"]
    assert (found and (found["day"], found["streak"], found["points"])) == expected


async def test_the_calendar_is_of_a_local_month(daily: World) -> None:
    """M15: each day with what it brought, made up or not; of any month that is asked for."""
    await checks_in_on(daily, date(2026, 2, 27), date(2026, 2, 28), date(2026, 3, 2), date(2026, 3, 3))
    await makes_up(daily, "2026-03-01", program="daily")
    assert (await seen(daily))["calendar"] == [
        {"day": "2026-03-01", "kind": "MADE_UP", "points": 10},
        {"day": "2026-03-02", "kind": "DAILY", "points": 5},
        {"day": "2026-03-03", "kind": "DAILY", "points": 5},
    ]
    text = 'query ($month: String) { me(program: "daily") { checkIn { calendar(month: $month) { day } } } }'
    found = await daily.data(text, by=customer("anna"), month="2026-02")
    assert [day["day"] for day in found["me"]["checkIn"]["calendar"]] == ["2026-02-27", "2026-02-28"]
    assert (await seen(daily))["makeUpsLeft"] == 2


@pytest.mark.parametrize(
    "month", ["2026", "2026-13", "2026-00", "2026-1", "0000-01", "9999-12", "２０２６-01", "", "x"]
)
async def test_what_is_no_month_is_told(daily: World, month: str) -> None:
    text = 'query ($month: String) { me(program: "daily") { checkIn { calendar(month: $month) { day } } } }'
    result = await daily.ask(text, by=customer("anna"), month=month)
    assert [(error.extensions or {}).get("code") for error in result.errors or ()] == ["BAD_USER_INPUT"]


async def test_days_that_can_be_made_up_are_those_that_making_up_takes(daily: World) -> None:
    """R30: missed, in reach, and none once the quota is used."""
    await checks_in_on(daily, MARCH, *(MARCH + n * DAY for n in (2, 4, 6)))
    for left, days in ((3, [1, 3, 5]), (2, [3, 5]), (1, [5]), (0, [])):
        found = await seen(daily)
        since = [day for day in found["makeUpDays"] if day > str(MARCH)]
        assert (found["makeUpsLeft"], since) == (left, [str(MARCH + n * DAY) for n in days])
        if left:
            done = await makes_up(daily, since[0], program="daily")
            assert done["__typename"] == "MakeUpCheckInSuccess"
    assert (await seen(daily))["streak"] == 7


async def test_a_program_without_check_in_shows_none(world: World) -> None:
    await world.joins("anna", program="brand-standard")
    found = await world.data('{ me(program: "brand-standard") { checkIn { streak } } }', by=customer("anna"))
    assert found == {"me": {"checkIn": None}}


async def test_it_is_read_in_the_language_asked_for(world: World) -> None:
    """M31: what a bonus is for, in words of the version that gave it."""
    await world.joins("anna")
    await checks_in_on(world, *(MARCH + n * DAY for n in range(3)), program="taobao-club")
    text = "{ me { checkIn { today { bonuses { words } } nextBonus { bonuses { words } } } pointHistory(first: 1) { "
    text += "nodes { ruleInWords checkIn { day } } } } }"
    for language, now, then in (
        ("en", "Bonus for day 3 of the cycle", "Bonus for day 7 of the cycle"),
        ("zh", "本周期签到第 3 天奖励", "本周期签到第 7 天奖励"),
    ):
        me = (await world.data(text, by=customer("anna"), language=language))["me"]
        assert me["checkIn"]["today"]["bonuses"] == [{"words": now}]
        assert me["checkIn"]["nextBonus"]["bonuses"] == [{"words": then}]
        assert me["pointHistory"]["nodes"] == [{"ruleInWords": now, "checkIn": {"day": "2026-03-03"}}]


LIST = f'query List($first: Int!) {{ members(program: "daily", first: $first) {{ nodes {{ {SEEN} }} }} }}'


@pytest.mark.parametrize("compiled", [True, False])
async def test_of_ten_and_of_a_hundred_members_it_takes_the_same_statements(
    daily: World, sql: Statements, compiled: bool
) -> None:
    """One for the streak, one for the calendar, one for each of the two about making up; compiled or not."""
    await checks_in_on(daily, MARCH)
    for number in range(100):
        await daily.joins(f"c{number}", program="daily")
        await checks_in_on(daily, MARCH, who=f"c{number}")
    run = daily.execution.execute if compiled else daily.execution.uncompiled
    counts: list[int] = []
    for first in (10, 100):
        with sql:
            result = await run(LIST, {"first": first}, None, daily.context(staff(Role.SUPPORT, "daily")))
        assert not result.errors
        assert result.data is not None
        nodes = result.data["members"]["nodes"]
        assert [node["checkIn"]["streak"] for node in nodes] == [1] * first
        assert [len(node["checkIn"]["calendar"]) for node in nodes] == [1] * first
        counts.append(sql.count)
    assert counts == [5, 5], sql.texts
