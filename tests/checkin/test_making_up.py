"""Making up missed days: which, how many, what it costs, and what it brings."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest

from tests.world import World

from .asking import DAY, at_noon, checks_in, checks_in_on, makes_up, program, proves, rows

MARCH = date(2026, 3, 1)


@pytest.fixture
async def daily(world: World) -> World:
    """A week back, three a month, for 5 points each."""
    await world.publishes(program(cost=5))
    await world.joins("anna", program="daily")
    return world


async def up(world: World, day: date) -> Any:
    return await makes_up(world, day, program="daily")


async def test_a_made_up_day_joins_the_streak_and_brings_what_is_reached(daily: World) -> None:
    """R30: cost and record together; the days after it are counted anew, and what they reach is given for their own
    dates, once. The day itself brings nothing for checking in."""
    await checks_in_on(daily, *(MARCH + n * DAY for n in (0, 1, 2, 3, 4, 5)), *(MARCH + n * DAY for n in (7, 8, 9)))
    done = await up(daily, MARCH + 6 * DAY)
    assert done["checkIn"] == done["checkIn"] | {"day": "2026-03-07", "kind": "MADE_UP", "streak": 7, "cost": 5}
    assert done["cost"] == 5
    assert done["points"] == 20 + 70 + 100  # 7 of the cycle, 7 in a row, 10 in a row: days 7, 7 and 10
    found = await rows(daily, "SELECT day, streak, points FROM check_ins ORDER BY day")
    assert [(row["streak"], row["points"]) for row in found] == [
        (1, 5), (2, 5), (3, 15), (4, 5), (5, 5), (6, 5), (7, 90), (8, 5), (9, 5), (10, 115),
    ]  # fmt: skip
    assert done["member"] == {"points": {"available": 45 + 10 + 10 - 5 + 190}}
    (cost,) = await rows(daily, "SELECT kind, change, rule FROM points_entries WHERE cause = 'MAKE_UP'")
    assert tuple(cost) == ("SPENT", -5, "checkin.make_up")
    await proves(daily)


async def test_bonuses_that_were_given_stay_where_they_were_given(daily: World) -> None:
    """R30: the ninth day had been the third of its row; it is the ninth now."""
    await checks_in_on(daily, *(MARCH + n * DAY for n in (0, 1, 2, 3, 4)), *(MARCH + n * DAY for n in (6, 7, 8)))
    await up(daily, MARCH + 5 * DAY)
    found = await rows(daily, "SELECT points FROM check_ins ORDER BY day")
    assert [row["points"] for row in found] == [5, 5, 15, 5, 5, 0, 95, 5, 15]
    await proves(daily)


async def test_milestones_of_a_row_are_not_given_again_by_days_before_it(daily: World) -> None:
    """R30: a day before a row of seven moves its seventh day by one. Tried: where each date is given for by itself, it
    is red."""
    await checks_in_on(daily, *(MARCH + n * DAY for n in range(10, 17)))
    daily.now += DAY / 24
    done = await up(daily, MARCH + 9 * DAY)
    assert done["points"] == 0
    assert done["checkIn"] == done["checkIn"] | {"streak": 1}
    await proves(daily)


async def test_the_longest_row_is_counted_anew(daily: World) -> None:
    """R30: also for days after a later gap."""
    await checks_in_on(daily, *(MARCH + n * DAY for n in (0, 1, 3, 5)))
    await up(daily, MARCH + 2 * DAY)
    found = await rows(daily, "SELECT streak, longest FROM check_ins ORDER BY day")
    assert [tuple(row) for row in found] == [(1, 1), (2, 2), (3, 3), (4, 4), (1, 4)]
    await proves(daily)


@pytest.mark.parametrize(
    ("day", "refusal"),
    [
        (20, {"code": "DAY_NOT_PAST", "today": "2026-03-20"}),
        (21, {"code": "DAY_NOT_PAST", "today": "2026-03-20"}),
        (12, {"code": "DAY_TOO_LONG_AGO", "earliest": "2026-03-13"}),
        (13, None),
        (19, {"code": "ALREADY_CHECKED_IN"}),
        (18, None),
    ],
)
async def test_which_days_can_be_made_up(daily: World, day: int, refusal: dict[str, object] | None) -> None:
    """R30: past days of the week before, that were missed."""
    await checks_in_on(daily, date(2026, 3, 19))
    daily.now = at_noon(daily, date(2026, 3, 20))
    done = await up(daily, date(2026, 3, day))
    if refusal is None:
        assert done["__typename"] == "MakeUpCheckInSuccess"
    else:
        assert done == done | refusal
        assert len(await rows(daily, "SELECT FROM check_ins")) == 1
    await proves(daily)


async def test_no_day_before_joining_or_coming_back(daily: World) -> None:
    """R30: by the local date; who comes back begins anew."""
    await daily.joins("bella", program="daily", at=datetime(2026, 3, 17, 23, tzinfo=UTC))
    daily.now = at_noon(daily, date(2026, 3, 20))
    assert (await makes_up(daily, "2026-03-17", "bella", program="daily"))["joinedOn"] == "2026-03-18"
    assert (await makes_up(daily, "2026-01-01", "bella", program="daily"))["code"] == "DAY_BEFORE_JOINING"
    await checks_in(daily, "bella", program="daily")
    assert (await makes_up(daily, "2026-03-18", "bella", program="daily"))["checkIn"]["streak"] == 1
    await daily.leaves("bella", program="daily")
    await daily.joins("bella", program="daily", at=daily.now)
    assert (await makes_up(daily, "2026-03-19", "bella", program="daily"))["joinedOn"] == "2026-03-20"


async def test_as_many_as_the_quota_in_a_local_month_by_when_they_are_made_up(world: World) -> None:
    """R30: in May of Berlin, and again from local midnight of June on, also for days of May."""
    await world.publishes(program(zone="Europe/Berlin", quota=2))
    await world.joins("anna", program="daily")
    world.now = datetime(2026, 5, 31, 21, 59, 59, tzinfo=UTC)
    found = [await up(world, date(2026, 5, day)) for day in (30, 29, 28)]
    assert [each["__typename"] for each in found] == ["MakeUpCheckInSuccess"] * 2 + ["NoMakeUpsLeft"]
    assert found[2] == found[2] | {
        "code": "LIMIT_REACHED", "limit": 2, "resetsAt": datetime(2026, 5, 31, 22, tzinfo=UTC),
    }  # fmt: skip
    world.now = datetime(2026, 5, 31, 22, tzinfo=UTC)
    found = [await up(world, date(2026, 5, day)) for day in (28, 27, 26)]
    assert [each["__typename"] for each in found] == ["MakeUpCheckInSuccess"] * 2 + ["NoMakeUpsLeft"]
    await proves(world)


async def test_where_there_is_no_quota_no_day_is_made_up(world: World) -> None:
    await world.publishes(program(quota=0))
    await world.joins("anna", program="daily")
    refused = await up(world, world.now.date() - DAY)
    assert (refused["code"], refused["limit"], refused["resetsAt"]) == ("LIMIT_REACHED", 0, None)


async def test_without_the_points_nothing_is_done(daily: World) -> None:
    """R8, R30: what the bonuses would bring cannot pay for it."""
    await daily.publishes(program(cost=30, cycle=[(2, 1000)]))
    await checks_in_on(daily, MARCH)
    await rows(daily, "UPDATE points_lots SET remaining = 0, lapsed = earned, state = 'LAPSED'")
    await rows(daily, "UPDATE points_accounts SET available = 0, due_at = NULL")
    daily.now = at_noon(daily, MARCH + 2 * DAY)
    refused = await up(daily, MARCH + DAY)
    assert (refused["code"], refused["required"], refused["available"]) == ("NOT_ENOUGH_POINTS", 30, 0)
    assert len(await rows(daily, "SELECT FROM check_ins")) == 1
    assert await rows(daily, "SELECT FROM points_entries WHERE cause = 'MAKE_UP'") == []


async def test_the_same_key_makes_up_one_day_once(daily: World) -> None:
    """R36"""
    await checks_in_on(daily, MARCH, MARCH + 2 * DAY)
    key = uuid4()
    first = await makes_up(daily, MARCH + DAY, key=key, program="daily")
    again = await makes_up(daily, MARCH + DAY, key=key, program="daily")
    assert again == first | {"replayed": True}
    assert (await up(daily, MARCH + DAY))["checkIn"]["id"] == first["checkIn"]["id"]
    await proves(daily)


async def test_days_far_from_one_another_cost_the_same(daily: World) -> None:
    """R30: what making up reads is bounded, however long the streak before it."""
    first = date(2026, 1, 1)
    await checks_in_on(daily, *(first + n * DAY for n in range(90) if n != 85))
    done = await up(daily, first + 85 * DAY)
    assert done["checkIn"] == done["checkIn"] | {"streak": 86}
    (last,) = await rows(daily, "SELECT streak, longest FROM check_ins ORDER BY day DESC LIMIT 1")
    assert tuple(last) == (90, 90)
    await proves(daily)
