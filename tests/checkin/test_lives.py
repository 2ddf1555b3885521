"""Members who check in and make up days for weeks, as apps have them do it, against a plain model."""

from datetime import date
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from app.members.queries import members_by_id
from app.prover.books import mismatches_of
from tests.world import World, customer

from .asking import DAY, at_noon, checks_in, makes_up, program
from .plain import Plain

NUMBERS = count(1)
ZONES = {
    "shanghai": "Asia/Shanghai",
    "berlin": "Europe/Berlin",
    "new-york": "America/New_York",
    "lord-howe": "Australia/Lord_Howe",
    "apia": "Pacific/Apia",
}
STARTS = some.sampled_from([date(2026, 10, 23), date(2026, 3, 6), date(2027, 12, 28), date(2028, 2, 26)])
"""Before clocks are changed, before the end of a year, and before a leap day."""
PASSES = some.sampled_from([0, 0, 1, 1, 1, 1, 2, 3])
DOES = some.lists(
    some.tuples(PASSES, some.sampled_from(["day", "day", "up"]), some.integers(-1, 9)), min_size=10, max_size=25
)
WITH_DATABASE = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SEEN = """query ($program: String!) { me(program: $program) { points { available } checkIn {
  streak longest makeUpsLeft makeUpDays today { day } calendar { day points } cycle { day isToday isDone } } } }"""


def plain_life() -> Plain:
    return Plain(cycle_days=5, cycle={2: 7, 5: 9}, milestones={4: 11, 9: 30}, window=6, quota=3, cost=3, points=2)


@pytest.fixture
async def places(world: World) -> World:
    """A program of the same rules in each zone."""
    rules = plain_life()
    for code, zone in ZONES.items():
        file = program(zone=zone, points=2, cycle_days=5, window=6, quota=3, cost=3, cycle=rules.cycle.items(),
                       milestones=rules.milestones.items())  # fmt: skip
        await world.publishes(file.replace('"daily"', f'"{code}"'))
    return world


@WITH_DATABASE
@given(STARTS, some.sampled_from(sorted(ZONES)), DOES)
async def test_whatever_they_do_it_comes_to_what_a_plain_model_says(
    places: World, start: date, code: str, does: list[tuple[int, str, int]]
) -> None:
    """R1, R28-R30: points, streak, longest row, calendar, what can be made up, every refusal; and the books agree."""
    world, who, plain = places, f"anna-{next(NUMBERS)}", plain_life()
    today, joined = start, start
    world.now = at_noon(world, today, code=code)
    member_id = await world.joins(who, program=code, at=world.now)
    for passes, does_what, back in does:
        today += passes * DAY
        world.now = at_noon(world, today, code=code)
        if does_what == "day":
            done = await checks_in(world, who, program=code)
            assert done["alreadyDone"] == (today in plain.given)
            plain.checks_in(today)
        else:
            day = today - back * DAY
            done = await makes_up(world, day, who, program=code)
            refusal = plain.refusal(day, today=today, joined=joined)
            assert done.get("code") == refusal
            if refusal is None:
                plain.makes_up(day, today=today)
        await sees(world, plain, who=who, program=code, today=today, joined=joined)
    members = await members_by_id(world.database, [member_id])
    assert await mismatches_of(world.database, members, now=world.now, programs=world.programs) == []


async def sees(world: World, plain: Plain, *, who: str, program: str, today: date, joined: date) -> None:
    me = (await world.data(SEEN, by=customer(who), program=program))["me"]
    found = me["checkIn"]
    assert me["points"]["available"] == plain.balance
    assert found["streak"] == plain.shown_streak(today)
    assert found["longest"] == plain.longest(today)
    assert (found["today"] is not None) == (today in plain.given)
    assert (found["makeUpsLeft"], found["makeUpDays"]) == (
        plain.left(today), [str(day) for day in plain.missed(today=today, joined=joined)],
    )  # fmt: skip
    month = {day: sum(given.values()) for day, given in plain.given.items() if day.month == today.month}
    assert {day["day"]: day["points"] for day in found["calendar"]} == {str(day): n for day, n in month.items()}
    (place,) = [day["day"] for day in found["cycle"] if day["isToday"]]
    streak = plain.shown_streak(today) + (today not in plain.given)
    assert place == (streak % plain.cycle_days or plain.cycle_days)
