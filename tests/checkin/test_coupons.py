"""Coupons as bonuses for checking in: in the same transaction, once for the day that reaches them (R5, R29).

Tried: the first coupon of several alone; a refusal that is not caught, or is caught without its savepoint; a coupon by
another rule. That a day without a coupon costs no statement more is held by `test_told`.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from tests.coupons.shop import balanced
from tests.databases import run
from tests.world import World, customer

from .asking import WORDS, checks_in, checks_in_on, makes_up, program, proves

FIRST = date(2026, 3, 2)
DAY = timedelta(days=1)
TEMPLATE = """
[[coupons.templates]]
code = "keen"
kind = "CASH"
name = {{ zh = "签到券", en = "Keen" }}
amount = "5.00"
validity = {{ days = 30 }}
ways = ["GIFT"]
{more}
"""
MINE = """query { me(program: "daily") { points { available } coupons { totalCount }
  checkIn { streak cycle { day bonus { points coupon { code } } } nextBonus { points bonuses { coupon { code } } }
    calendar(month: "2026-03") { day points bonuses { rule points coupon { state template { code } } } } } } }"""
RULES = 'query { program(code: "daily") { rules { rules { code words } } } }'


def text(*, more: str = "", points: str = "") -> str:
    """Day 2 of a cycle of 3 brings 10 points and a coupon, a streak of 3 a coupon alone."""
    cycle = f'\n[[checkin.cycle]]\nday = 2\npoints = 10\ncoupon = "keen"\n{WORDS}\n'
    milestone = f'\n[[checkin.milestones]]\nstreak = 3\ncoupon = "keen"\n{WORDS}\n'
    return program(cycle_days=3, cycle=(), milestones=()) + cycle + milestone + TEMPLATE.format(more=more)


async def begin(world: World, more: str = "") -> None:
    await world.publishes(text(more=more))
    await world.joins("anna", program="daily")


async def mine(world: World) -> Any:
    return (await world.data(MINE, by=customer("anna")))["me"]


async def rules(world: World) -> Sequence[str]:
    """By which coupons were given, in their order."""
    rows = await run(world.database.settings.url, "SELECT rule FROM coupons ORDER BY id")
    return [rule for (rule,) in rows]


async def test_a_day_brings_its_coupon_with_it(world: World) -> None:
    """R29: of the cycle, and for a streak; once each, however often one asks."""
    await begin(world)
    await checks_in_on(world, *(FIRST + number * DAY for number in range(3)))
    assert (await checks_in(world, program="daily"))["alreadyDone"] is True
    assert await rules(world) == ["checkin.cycle.2", "checkin.milestones.3"]
    found = await mine(world)
    assert (found["points"], found["coupons"]) == ({"available": 25}, {"totalCount": 2})
    days = {each["day"]: each["bonuses"] for each in found["checkIn"]["calendar"]}
    coupon = {"state": "ISSUED", "template": {"code": "keen"}}
    assert days["2026-03-03"] == [{"rule": "checkin.cycle.2", "points": 10, "coupon": coupon}]
    assert days["2026-03-04"] == [{"rule": "checkin.milestones.3", "points": 0, "coupon": coupon}]
    assert found["checkIn"]["cycle"][1]["bonus"] == {"points": 10, "coupon": {"code": "keen"}}
    assert found["checkIn"]["nextBonus"]["bonuses"] == [{"coupon": {"code": "keen"}}]
    await proves(world)


async def test_making_up_a_day_brings_what_is_reached_once(world: World) -> None:
    """R30: to the day that reaches it, in the order of the days."""
    await begin(world)
    await checks_in_on(world, FIRST, FIRST + 2 * DAY)
    assert await rules(world) == []
    await makes_up(world, FIRST + DAY, program="daily")
    assert sorted(await rules(world)) == ["checkin.cycle.2", "checkin.milestones.3"]
    found = {each["day"]: [bonus["rule"] for bonus in each["bonuses"] if bonus["coupon"]]
             for each in (await mine(world))["checkIn"]["calendar"]}  # fmt: skip
    assert found == {"2026-03-02": [], "2026-03-03": ["checkin.cycle.2"], "2026-03-04": ["checkin.milestones.3"]}
    await proves(world)


@pytest.mark.parametrize("more", ["stock = 1\n", 'budget = "9.00"\n', 'stock = 1\nbudget = "99.00"\n'])
async def test_a_day_counts_whatever_is_left_of_its_coupon(world: World, more: str) -> None:
    """R31: points and streak are as ever, nothing is set aside of a budget for what is out of stock, and the bonus says
    that there is no coupon."""
    await begin(world, more)
    answers = await checks_in_on(world, *(FIRST + number * DAY for number in range(3)))
    assert [answer["__typename"] for answer in answers] == ["CheckInSuccess"] * 3
    assert await rules(world) == ["checkin.cycle.2"]
    found = await mine(world)
    assert (found["checkIn"]["streak"], found["points"]["available"]) == (3, 25)
    assert found["checkIn"]["calendar"][-1]["bonuses"] == [
        {"rule": "checkin.milestones.3", "points": 0, "coupon": None}
    ]
    await balanced(world)


async def test_nothing_comes_of_a_template_that_is_retired(world: World) -> None:
    """R20: by the version of the day, which names another."""
    await begin(world)
    await checks_in_on(world, FIRST)
    world.now += DAY
    await world.publishes(program(cycle_days=3, cycle=((2, 10),), milestones=()))
    await checks_in_on(world, FIRST + DAY)
    assert await rules(world) == []
    await proves(world)


@pytest.mark.parametrize(("language", "cycle", "streak"), [
    ("en", "Day 2 of a cycle brings another 10 points and the coupon “Keen”.",
     "A streak of 3 days brings the coupon “Keen”."),
    ("zh", "周期第 2 天另得 10 积分、优惠券“签到券”。", "连续签到满 3 天，另得 优惠券“签到券”。"),
])  # fmt: skip
async def test_they_are_among_the_rules_in_words(world: World, language: str, cycle: str, streak: str) -> None:
    """M31"""
    await begin(world)
    found = await world.data(RULES, by=customer("anna"), language=language)
    told = {rule["code"]: rule["words"] for group in found["program"]["rules"] for rule in group["rules"]}
    assert (told["checkin.cycle.2"], told["checkin.milestones.3"]) == (cycle, streak)


async def test_a_coupon_of_no_day_is_named_by_the_prover(world: World) -> None:
    """R5"""
    await begin(world)
    await checks_in_on(world, FIRST, FIRST + DAY)
    await run(world.database.settings.url, "UPDATE coupons SET rule = 'checkin.cycle.7'")
    with pytest.raises(AssertionError, match="coupons by checkin"):
        await proves(world)
