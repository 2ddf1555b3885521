"""A hundred who check in at once and are given two coupons each, in opposite orders by their bonuses, over HTTP. Nobody
waits in a circle, because several are given in one order (R31). Tried: the order in which the bonuses are."""

from datetime import date, timedelta
from itertools import count

import pytest

from app.checkin.commands import couponing
from app.db.retrying import RETRIES
from tests.checkin.asking import WORDS, at_noon, checks_in, program
from tests.coupons.shop import balanced
from tests.world import World

from .racing import CROWD, at_once, fails, rows

NUMBERS = count(1)
FIRST, DAY = date(2026, 3, 2), timedelta(days=1)
TEMPLATE = """
[[coupons.templates]]
code = "{code}"
kind = "CASH"
name = {{ zh = "券", en = "A coupon" }}
amount = "5.00"
validity = {{ days = 30 }}
ways = ["GIFT"]
budget = "1000000.00"
"""


def bonuses() -> str:
    """The first day of a cycle of two brings `a`, then `b` for the streak; the second the other way round."""
    text = program(cycle_days=2, cycle=(), milestones=())
    for day, ours, other in ((1, "a", "b"), (2, "b", "a")):
        text += f'\n[[checkin.cycle]]\nday = {day}\ncoupon = "{ours}"\n{WORDS}\n'
        text += f'\n[[checkin.milestones]]\nstreak = {day}\ncoupon = "{other}"\n{WORDS}\n'
    return text + TEMPLATE.format(code="a") + TEMPLATE.format(code="b")


async def two_coupons_are_given_in_one_order(world: World) -> None:
    """Half of them are on the second day of their streak."""
    subjects = [f"daily-{next(NUMBERS)}" for _ in range(CROWD)]
    world.now = at_noon(world, FIRST)
    await at_once(world.joins(subject, program="daily") for subject in subjects)
    await at_once(checks_in(world, subject, program="daily") for subject in subjects[::2])
    world.now = at_noon(world, FIRST + DAY)
    before, had = RETRIES.collect(), await number(world)
    answers = await at_once(checks_in(world, subject, program="daily") for subject in subjects)
    assert {answer["__typename"] for answer in answers} == {"CheckInSuccess"}
    assert await number(world) - had == 2 * CROWD
    assert RETRIES.collect() == before
    await balanced(world)


async def number(world: World) -> int:
    ((found,),) = await rows(world, "SELECT count(*) FROM coupons")
    return found


@pytest.fixture
async def daily(crowd: World) -> World:
    await crowd.publishes(bonuses())
    return crowd


async def test_a_hundred_at_once(daily: World) -> None:
    await two_coupons_are_given_in_one_order(daily)


async def test_in_the_order_of_the_bonuses_they_wait_in_a_circle(daily: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The race above can fail."""

    def any_order(_: object) -> int:
        return 0

    monkeypatch.setattr(couponing, "order_of_giving", any_order)
    assert await fails(two_coupons_are_given_in_one_order, daily)
